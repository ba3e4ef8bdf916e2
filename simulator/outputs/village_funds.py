"""What a kabupaten's villages may still decide about, beside what their cover would cost."""

from dataclasses import dataclass

from simulator.facts import Facts
from simulator.facts.calendar import MONTHS_PER_YEAR
from simulator.facts.catalogue import Region
from simulator.facts.pack import PROVINCE
from simulator.outputs.text import Words

PEOPLE_PER_VILLAGE = 100  # what the best known village programme pays for


@dataclass(frozen=True)
class FreeFunds:
    """Village funds of 2026 of one kabupaten, rupiah a year.

    Attributes
    ----------
    funds, free : float
        All of them, and those left after the part that PMK 7/2026 ties to village cooperatives.
    per_village : float
        What of the free part falls to a village.
    cover : float
        Premiums of `PEOPLE_PER_VILLAGE` people in every village for a year.
    published : bool
        Whether the sum of 2026 is published; otherwise it is the part of 2024 in the province's sum of 2026.
    """

    funds: float
    free: float
    per_village: float
    cover: float
    published: bool


def free_funds(region: Region, facts: Facts) -> FreeFunds | None:
    """Return the free village funds of a kabupaten; None where there are no villages or no sum was published."""
    province, parameters = facts.regions[PROVINCE], facts.parameters
    before, all_before = region.village_funds_2024, province.village_funds_2024
    if not region.villages or before is None or all_before is None:
        return None
    funds = region.village_funds_2026 or before / all_before * parameters["village_funds_2026"].value
    free = funds * parameters["village_free_share"].value
    cover = region.villages * PEOPLE_PER_VILLAGE * parameters["premium_jkk_jkm"].value * MONTHS_PER_YEAR
    return FreeFunds(funds, free, free / region.villages, cover, published=region.village_funds_2026 is not None)


def free_funds_text(region: Region, facts: Facts, words: Words) -> str | None:
    """Return the free village funds and what part of them the cover of every village would take, as a sentence."""
    found = free_funds(region, facts)
    if found is None:
        return None
    return words(
        "district.free_funds.published" if found.published else "district.free_funds.estimated",
        free=words.rupiah(found.free),
        funds=words.rupiah(found.funds),
        village=words.rupiah(found.per_village),
        people=words.number(PEOPLE_PER_VILLAGE),
        cover=words.rupiah(found.cover),
        share=words.percent(found.cover / found.free, 1),
    )
