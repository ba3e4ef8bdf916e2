"""A kabupaten/kota whose rate nobody published borrows the province's, with a wider band."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.facts import DATA_MONTH, load_facts
from simulator.model import kernel
from simulator.model.inputs import draw_parameters
from simulator.model.start import start_state

FACTS = load_facts()
DRAWS = 400


def rates(facts):
    """Return coverage by draw and district at the start, funded people included."""
    sample = draw_parameters(FACTS, n_draws=DRAWS, seed=0)
    sample["overlap"] = sample["overlap_light"]
    start = start_state(facts, sample, month=DATA_MONTH)
    held = start.members.sum(axis=1) + start.funded.sum(axis=1) + start.grace.sum(axis=(1, 2))
    return held / start.eligible.sum(axis=1)


def without_rate(code):
    region = FACTS.regions[code].model_copy(update={"coverage_2024": None, "start_rate": None})
    return replace(FACTS, regions={**FACTS.regions, code: region})


@pytest.mark.parametrize("code", ["1806", "1811", "1872"])
def test_band_widens_and_centres_on_the_province(code):
    known, unknown = rates(FACTS), rates(without_rate(code))
    d = [region.code for region in FACTS.districts].index(code)
    spread = FACTS.parameters["district_rate_sd_unpublished"].value
    assert unknown[:, d].std() > 1.4 * known[:, d].std()
    # The province's rate today is what the unpublished one is drawn around, up to the shift that makes the sum right.
    assert np.median(unknown[:, d]) == pytest.approx(np.median(known.mean()), abs=spread / 2)


def test_the_others_keep_their_bands():
    known, unknown = rates(FACTS), rates(without_rate("1872"))
    others = [i for i, region in enumerate(FACTS.districts) if region.code != "1872"]
    assert unknown[:, others].std(axis=0) == pytest.approx(known[:, others].std(axis=0), rel=0.1)


def test_part_time_pppk_tell_where_staff_work():
    """Metro has 1.05 per cent of registered people as part-time PPPK, Lampung Tengah 0.34: staff follow."""
    sample = draw_parameters(FACTS, n_draws=1, seed=0)
    sample["overlap"] = sample["overlap_light"]
    staff = start_state(FACTS, sample, month=DATA_MONTH).eligible[0, kernel.NON_ASN]
    codes = [region.code for region in FACTS.districts]
    per_person = {c: staff[codes.index(c)] / FACTS.regions[c].registry_population for c in ("1872", "1805")}
    published = (1913 / 182_293) / (4775 / 1_394_395)
    assert per_person["1872"] / per_person["1805"] == pytest.approx(published, rel=0.35)
