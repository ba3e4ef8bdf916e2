"""Inputs made by hand: a Lampung of fifteen equal districts in which nothing happens unless a test asks for it."""

import numpy as np

from simulator.facts import DATA_MONTH, parse_month
from simulator.model import Inputs, Sample
from simulator.model.inputs import HELD_MONTHS
from simulator.model.kernel import (
    LEVER_IDS,
    N_AGES,
    N_DISTRICTS,
    N_PROGRAMMES,
    N_SEGMENTS,
    N_SLOTS,
    ORGANIC,
    PARAMETER_IDS,
    SEGMENTS,
)
from simulator.model.start import StartState

QUIET = dict.fromkeys(PARAMETER_IDS, 0.0) | {
    "grace_months": 3.0, "public_reach": 1.0, "village_months": 10.0, "pppk_return_months": 6.0,
    "pppk_conversion_months": 24.0, "incentive_odds": 1.0, "district_cost_year": 201_600.0,
    "main_budget_month": 3.0, "revised_budget_month": 10.0, "season_weight_pu": 1.0, "season_weight_bpu": 1.0,
    "season_weight_construction": 1.0, "premium_jkk_jkm": 16_800.0, "premium_jht": 20_000.0, "vulnerable_list": 1e9,
}  # fmt: skip
TODAY = dict.fromkeys(LEVER_IDS, 0.0) | {
    "continuation": 1.0, "outreach": 1.0, "list_quality": 1.0, "registration_capacity": 1e9, "village_people": 100.0,
    "apbd_months": 10.0, "dbh_months": 5.0, "dbh_first_month": 9.0, "pppk_part_kept": 1.0,
}  # fmt: skip
E, M = 10_000.0, 3_000.0  # eligible workers of every cell, members of every organic cell and of public posts
VILLAGES = 10.0
DISTRICTS = N_DISTRICTS


def hand_inputs(
    *,
    start="2026-01",
    months=24,
    par=None,
    today=None,
    levers=None,
    eligible=None,
    members=None,
    funded=None,
    shocks=None,
):
    """Return the inputs of one draw.

    `levers` holds (value of each district, first month index, month index of the end or None) by lever; `eligible` and
    `members` values by segment, `funded` by slot number, `shocks` one for each month.
    """
    start_month = parse_month(start)
    n_months = months + HELD_MONTHS
    value, weight = np.zeros((len(LEVER_IDS), N_DISTRICTS)), np.zeros((n_months + 1, len(LEVER_IDS), N_DISTRICTS))
    for name, (number, first, end) in (levers or {}).items():
        value[LEVER_IDS.index(name)] = number
        weight[first:end, LEVER_IDS.index(name)] = 1.0
    sample = Sample(
        parameters={},
        base=_row(TODAY | (today or {}), LEVER_IDS),
        par=_row(QUIET | (par or {}), PARAMETER_IDS),
        renewal=np.ones((1, 3 + N_DISTRICTS, 40)),
        shocks=np.zeros((1, n_months + 1)) if shocks is None else np.asarray(shocks, dtype=float)[None],
        start=_start(eligible or {}, members or {}, funded or {}),
    )
    flags = np.zeros((3, n_months + 1))
    after_data = np.arange(n_months + 1) + start_month - DATA_MONTH
    flags[0] = (after_data > 0) & (after_data <= 24)
    flags[1] = np.where(weight[:, LEVER_IDS.index("pppk_full"), 0] > 0, 1.0, 0.0)
    return Inputs(
        sample=sample,
        start_month=start_month,
        n_months=n_months,
        value=value,
        weight=weight,
        keys=np.stack([np.full(N_DISTRICTS, x) for x in (1 / N_DISTRICTS, 1 / N_DISTRICTS, VILLAGES, 0.0)]),
        recorded=np.zeros((n_months + 1, N_PROGRAMMES, N_DISTRICTS)),
        flags=flags,
        own_pppk=np.zeros(N_DISTRICTS, dtype=bool),
        election=np.zeros(n_months + 1, dtype=bool),
        windows=np.zeros((2, 2), dtype=np.int64),
        profile=np.zeros(12),
        part_start=max(1, DATA_MONTH + 1 - start_month),
        layoff_month=-1,
    )


def people(run, segment):
    """Return active members of a segment in one district, by month."""
    return run.by_segment[0, SEGMENTS.index(segment)] / N_DISTRICTS


def _row(values, names):
    return np.array([[values[name] for name in names]], dtype=float)


def _start(eligible, members, funded):
    shape = (1, N_SEGMENTS, N_DISTRICTS)
    all_eligible, all_members = np.full(shape, E), np.full(shape, M) * np.array(ORGANIC)[None, :, None]
    all_members[:, 2:6] = M
    all_funded = np.zeros((1, N_SLOTS, N_DISTRICTS))
    for name, people in eligible.items():
        all_eligible[:, SEGMENTS.index(name)] = people
    for name, people in members.items():
        all_members[:, SEGMENTS.index(name)] = people
    for slot, people in funded.items():
        all_funded[:, slot] = people
    rate = all_members.sum(axis=(1, 2)) / all_eligible.sum(axis=(1, 2))
    return StartState(all_eligible, all_members, all_funded, np.zeros((1, N_SLOTS, N_AGES, N_DISTRICTS)), rate)
