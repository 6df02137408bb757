"""Conditions of comparison levels: what the parser takes, what it refuses and where, and what they mean in SQL."""

from __future__ import annotations

import operator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.match.scoring.condition_sql import condition_sql, pair_code
from sot.rules import Rulebook
from sot.rules.conditions import COLUMNS, ConditionError, Fact, Not, conjuncts, parse
from sot.rules.matching import COMPARISONS, ComparisonRules


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("same(sitee)", "there is no column 'sitee' at character 6 - did you mean 'site'?"),
        ("both(town", "')' is expected at the end"),
        ("same(town) and", "a column, a number or a function is expected at the end"),
        ("same(town) same(house)", "'and', 'or' or the end of the condition is expected at character 12"),
        ("name_form = same_word", "'same_word' is not known at character 13 - did you mean 'same_words'?"),
        ("name_form < same_words", "a form is compared by '<'"),
        ("name_form = 0", "a form is compared with a number"),
        ("name_bitz >= 4", "'name_bitz' is not known at character 1 - did you mean 'name_bits'?"),
        ("legal_l", "an operator (=, <>, <=, >=, <, >) is expected at the end"),
        ("contains(legal_l)", "contains has other arguments"),
        ("lower(legal_l) = legal_r", "'lower' is not known at character 1"),
        ("same(town); drop table record", "';' at character 11 has no meaning in a condition"),
        ("", "a column, a number or a function is expected at the end"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_place(text: str, what: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse(text)
    assert what in str(raised.value)


def test_not_binds_closer_than_and_and_and_closer_than_or() -> None:
    tree = parse("not same(town) and same(house) or true")
    assert conjuncts(tree) == (tree,)
    assert conjuncts(tree.parts[0]) == (Not(Fact("same", "town")), Fact("same", "house"))  # type: ignore[union-attr]


def test_every_shipped_condition_is_one() -> None:
    rules = Rulebook().get(COMPARISONS, ComparisonRules)
    texts = [level.when for comparison in rules.comparisons for level in comparison.levels]
    assert len(texts) > 30
    for text in texts:
        assert condition_sql(parse(text))


OPERATORS = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@given(
    steps=st.integers(-40, 100), bound=st.integers(-400, 900).map(lambda n: n / 40), sign=st.sampled_from([*OPERATORS]),
    form=st.integers(0, 13), mirrored=st.booleans(),
)  # fmt: skip
def test_a_bound_of_name_bits_means_that_bound(
    steps: int, bound: float, sign: str, form: int, mirrored: bool
) -> None:
    bits = steps / 4
    text = f"{bound} {sign} name_bits" if mirrored else f"name_bits {sign} {bound}"
    sql = condition_sql(parse(text))
    key = pair_code(str(bits), str(form))
    [(found,)] = duckdb.sql(f"select {sql} from (select {key} as match_key)").fetchall()
    left, right = (bound, bits) if mirrored else (bits, bound)
    assert found == OPERATORS[sign](left, right)


FACTS = {
    "both": lambda left, right: left is not None and right is not None,
    "same": lambda left, right: left is not None and left == right,
    "other": lambda left, right: None not in (left, right) and left != right,
}


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("left", [None, 1])
@pytest.mark.parametrize("right", [None, 1, 2])
def test_a_fact_means_what_the_rules_say(fact: str, left: int | None, right: int | None) -> None:
    sql = condition_sql(parse(f"{fact}(town)"))
    values = ", ".join(
        f"{'null' if value is None else value}::integer as town_{side}"
        for value, side in ((left, "l"), (right, "r"))
    )
    assert duckdb.sql(f"select {sql} from (select {values})").fetchall() == [(FACTS[fact](left, right),)]


def test_the_columns_are_those_of_the_evidence_table() -> None:
    from sot.match.stage import workbench
    from tests.match.making import records

    with workbench(records([{"name": "Acme"}, {"name": "Other"}]), Rulebook()) as (con, _):
        columns = {row[0] for row in con.execute("describe evidence").fetchall()}
    made = {name for name in columns if not name.startswith("tf_")} - {"uid", "match_key"}
    assert made == set(COLUMNS)
