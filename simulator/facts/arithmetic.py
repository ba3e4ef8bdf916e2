"""Arithmetic of derived facts: numbers, fact ids, + - * / and parentheses, and nothing else."""

import ast
import operator
from collections.abc import Callable, Mapping

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(expression: str, values: Mapping[str, float | None]) -> float:
    """Compute `expression` from the values of facts.

    Parameters
    ----------
    expression : str
        Python arithmetic; a fact is written with an underscore, ``COV_003`` for ``COV-003``.
    values : mapping
        Values by fact id.

    Raises
    ------
    ValueError
        If the expression holds anything but numbers, known facts that have a value, ``+ - * /`` and parentheses,
        or divides by zero.
    """
    try:
        return _value(ast.parse(expression, mode="eval").body, values)
    except (SyntaxError, ZeroDivisionError, RecursionError, MemoryError) as error:
        msg = f"{expression!r} is no arithmetic: {error}"
        raise ValueError(msg) from error


def _value(node: ast.expr, values: Mapping[str, float | None]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name):
            value = values.get(name.replace("_", "-"))
            if value is None:
                msg = f"{name} is no fact with a value; write a fact as COV_003"
                raise ValueError(msg)
            return value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, values), _value(right, values))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
    msg = f"{ast.unparse(node)!r} is not allowed; only numbers, facts, + - * / and parentheses are"
    raise ValueError(msg)
