import pytest

from simulator.facts.arithmetic import evaluate

VALUES = {"COV-003": 2_700_000.0, "COV-004": 2_100_000.0, "REG-001": None}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("COV_003 - COV_004", 600_000),
        ("100 * (COV_003 - COV_004) / COV_003", 22.2222222),
        ("-2 * (3 - 5) / 8", 0.5),
        ("7", 7),
    ],
)
def test_arithmetic_of_numbers_and_facts(expression, expected):
    assert evaluate(expression, VALUES) == pytest.approx(expected)


@pytest.mark.parametrize(
    "expression",
    [
        "COV_999",
        "REG_001",
        "__import__('os')",
        "COV_003.real",
        "[1, 2][0]",
        "2 ** 3",
        "'a' * 3",
        "True + 1",
        "1j",
        "1 if 2 else 3",
        "1 <",
        "",
        "1 / 0",
        "(lambda: 1)()",
        "(" * 500 + "1" + ")" * 500,
    ],
)
def test_anything_else_is_refused(expression):
    with pytest.raises(ValueError, match=r"no arithmetic|not allowed|no fact with a value"):
        evaluate(expression, VALUES)
