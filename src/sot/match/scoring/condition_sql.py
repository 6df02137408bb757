"""The conditions of comparison levels in SQL over the candidate pairs that Splink scores."""

from __future__ import annotations

from math import ceil, floor

from sot.rules.conditions import (
    All,
    Always,
    Any_,
    Bound,
    Call,
    Column,
    Condition,
    Fact,
    Form,
    Not,
    Number,
    Term,
)

STEPS, OFFSET, FORMS = 4, 16, 32
"""match_key = (bits + OFFSET) × STEPS × FORMS + form, bits rounded to 1/STEPS: a bound of bits is one of the key."""

_FACTS = {
    "both": "({0}_l is not null and {0}_r is not null)",
    "same": "coalesce({0}_l = {0}_r, false)",
    "other": "coalesce({0}_l <> {0}_r, false)",
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


def pair_code(bits: str, form: str) -> str:
    """Give SQL for the match_key of a pair from SQL for its name bits and name form."""
    return f"round((({bits}) + {OFFSET}) * {STEPS})::integer * {FORMS} + ({form})::integer"


def condition_sql(condition: Condition) -> str:
    """Give a condition in SQL; name_bits and name_form are taken out of match_key."""
    match condition:
        case Always():
            return "true"
        case Fact(kind, column):
            return _FACTS[kind].format(column)
        case Not(part):
            return f"not {_grouped(part)}"
        case All(parts):
            return " and ".join(map(_grouped, parts))
        case Any_(parts):
            return " or ".join(map(_grouped, parts))
        case Call():
            return _term(condition)
        case Bound():
            return _bound(condition)


def _grouped(condition: Condition) -> str:
    sql = condition_sql(condition)
    return f"({sql})" if isinstance(condition, All | Any_) else sql


def _bound(bound: Bound) -> str:
    left, operator, right = bound.left, bound.operator, bound.right
    if isinstance(right, Column) and right.name == "name_bits":
        left, operator, right = right, _MIRRORED[operator], left
    if isinstance(left, Column) and left.name == "name_bits" and isinstance(right, Number):
        return _bits_bound(operator, float(right.text))
    return f"{_term(left)} {operator} {_term(right)}"


def _bits_bound(operator: str, bits: float) -> str:
    """Give a bound of the name bits as one of the match_key, which counts them in steps."""
    steps = (bits + OFFSET) * STEPS
    if operator in ("<", ">="):
        return f"match_key {operator} {ceil(steps) * FORMS}"
    if operator in ("<=", ">"):
        return f"match_key {'<' if operator == '<=' else '>='} {(floor(steps) + 1) * FORMS}"
    return f"{_term(Column('name_bits', None, 'number'))} {operator} {bits}"


def _term(term: Term) -> str:
    match term:
        case Number(text):
            return text
        case Form(form):
            return str(form.value)
        case Call(function, arguments):
            return f"{function}({', '.join(map(_term, arguments))})"
        case Column("name_form"):
            return f"(match_key % {FORMS})"
        case Column("name_bits"):
            return f"((match_key // {FORMS}) / {STEPS}.0 - {OFFSET})"
        case Column(name, side):
            return f"{name}_{side}"
