"""Answers from all draws: bands, arrival with odds, people still to enrol, money."""

from simulator.answers.arrival import (
    NEVER,
    arrival_quantile,
    first_held,
    first_touched,
    published_rate,
    share_by_month,
    year_ahead,
)
from simulator.answers.bands import (
    LEVELS,
    PUBLIC_FUNDS,
    expected_money,
    public_rupiah,
    quantiles,
    regions,
    yearly_spending,
)
from simulator.answers.targets import (
    READINGS,
    TargetAnswer,
    answer_target,
    arrivals,
    odds_on_the_day,
    rate_on_the_day,
    still_to_enrol,
)

__all__ = [
    "LEVELS",
    "NEVER",
    "PUBLIC_FUNDS",
    "READINGS",
    "TargetAnswer",
    "answer_target",
    "arrival_quantile",
    "arrivals",
    "expected_money",
    "first_held",
    "first_touched",
    "odds_on_the_day",
    "public_rupiah",
    "published_rate",
    "quantiles",
    "rate_on_the_day",
    "regions",
    "share_by_month",
    "still_to_enrol",
    "year_ahead",
    "yearly_spending",
]
