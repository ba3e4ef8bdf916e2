"""What calibration and backtest came to, as plain text for the command line."""

from typing import Any

_PARTS = ("dispersion", "overprediction", "underprediction")


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


def backtest_text(result: dict[str, Any]) -> str:
    """Return the mean scores of model and rivals, one block per kind of figure; lower is better."""
    lines = []
    for kind, its in result["summary"].items():
        scale, unit = (1e-3, "thousand people") if kind == "administrative" else (100.0, "points")
        lines.append(f"{kind}: {its['n']} forecasts, weighted interval score in {unit}")
        for name in result["forecasters"]:
            one = its[name]
            parts = "  ".join(f"{part} {scale * one[part]:.2f}" for part in _PARTS)
            inside = ", ".join(f"{share:.0%} in the {level} %" for level, share in one["inside"].items())
            lines.append(f"  {name:<14}{scale * one['wis']:>7.2f}   {parts}   {inside}")
    return "\n".join(lines)


def recovery_text(result: dict[str, Any]) -> str:
    """Return how often intervals held the parameters that simulated figures were made of."""
    lines = [f"{result['data_sets']} simulated data sets, seed {result['seed']}"]
    for name, shares in result["inside"].items():
        lines.append(f"  {name:<30}" + "  ".join(f"{float(level):.0%}: {share:.1%}" for level, share in shares.items()))
    return "\n".join(lines)
