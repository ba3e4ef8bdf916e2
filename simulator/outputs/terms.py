"""Official terms that the screens use, each with its meaning in a sentence."""

from simulator.outputs.text import Words

TERMS = (
    "active", "eligible", "coverage", "residence", "pu", "bpu", "vulnerable", "premium", "jkk_jkm", "grace",
    "inpres", "dbh", "apbd", "village", "csr", "pppk", "plans", "future", "held", "grade",
)  # fmt: skip


def terms(words: Words) -> list[tuple[str, str]]:
    """Return name and meaning of every term."""
    return [(words(f"term.{name}.name"), words(f"term.{name}.meaning")) for name in TERMS]
