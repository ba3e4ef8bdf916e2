"""What calibration and backtest came to, as plain text for the command line."""

from typing import Any


def calibration_text(account: dict[str, Any]) -> str:
    """Return how the sampler did and what the data taught, one line per parameter."""
    sampler, correction = account["sampler"], account["correction"]
    lines = [
        f"R-hat at most {sampler['worst_rhat']:.3f}, effective draws at least {sampler['least_effective']:.0f}; "
        f"corrected by the model: Pareto k {correction['pareto_k']:.2f}, effective draws {correction['effective']:.0f}",
        f"{'parameter':<30}{'median':>10}{'5 %':>10}{'95 %':>10}   posterior over prior spread",
    ]
    for row in account["parameters"]:
        low, middle, high = row["after"]
        taught = "" if row["learned"] else "   not learned"
        lines.append(f"{row['id']:<30}{middle:>10.4f}{low:>10.4f}{high:>10.4f}{row['spread_ratio']:>8.2f}{taught}")
    return "\n".join(lines)
