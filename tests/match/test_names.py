"""What two names tell: behaviour over words, spellings and their rarity."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.match.names.background_frequencies import Background
from sot.match.names.compare import NameComparer
from sot.match.names.vocabulary import learn
from sot.model.kinds import NameForm
from sot.rules import Rulebook
from sot.rules.matching_names import NameRules
from sot.rules.matching_policy import POLICY, MatchingPolicy

RULES = Rulebook().get("matching/names.yaml", NameRules)
PARTS = Rulebook().get(POLICY, MatchingPolicy).part_words
TOKENS = pl.DataFrame(
    {"token": ["bank", "national", "first", "east", "west", "service", "motor", "mortar", "of", "city"],
     "df": [9000, 8000, 6000, 3000, 3000, 20000, 900, 700, 9000, 8000]},
    schema={"token": pl.String, "df": pl.Int32},
)  # fmt: skip
BACKGROUND = Background(TOKENS, 400_000, pl.Series(["mary", "john", "jonah", "james", "andrea", "andreas"]))


def comparer(
    names: list[str], records: int = 1, towns: int = 0, systems: tuple[int, ...] = (1,)
) -> tuple[NameComparer, dict[str, int]]:
    table = pl.DataFrame(
        {"name": sorted(set(names))},
    ).with_row_index("name_id")
    table = table.select(
        pl.col("name_id").cast(pl.Int32),
        "name",
        tokens=pl.col("name").str.split(" ").list.unique(maintain_order=True),
        town=pl.lit([], pl.List(pl.String)),
        records=pl.lit(records, pl.Int64),
        towns=pl.lit(towns, pl.Int64),
        systems=pl.int_range(pl.len()).replace_strict(
            {at: systems[at % len(systems)] for at in range(table.height)}, return_dtype=pl.Int64
        ),
    )
    vocabulary, learned = learn(table, BACKGROUND, 2.0, RULES, PARTS)
    made = NameComparer(vocabulary, learned, max(len(names), 2000), 2.0, RULES)
    return made, dict(zip(table["name"].to_list(), table["name_id"].to_list(), strict=True))


def compare(left: str, right: str, *others: str) -> tuple[float, NameForm]:
    made, number = comparer([left, right, *others])
    found = made.compare(np.array([number[left]], np.int32), np.array([number[right]], np.int32))
    return float(found.bits[0]), NameForm(int(found.form[0]))


@pytest.mark.parametrize(
    ("left", "right", "form"),
    [
        ("tarvonix quell", "quell tarvonix", NameForm.SAME_WORDS),
        ("tarvonix", "tarvonyx", NameForm.OTHER_SPELLING),
        ("tarvonix motor", "tarvonixs motor", NameForm.OTHER_SPELLING),
        ("tarvonix motor", "tarvonix motors", NameForm.SPELLING),
        ("tarvonix quell", "tarvonixbrem quell", NameForm.OTHER_SPELLING),
        ("service quell", "servicebetrieb quell", NameForm.OTHER_SPELLING),
        ("service quell", "servicemotor quell", NameForm.OWN_WORDS),
        ("quell an", "quell au", NameForm.OTHER_SPELLING),
        ("quell an", "quell", NameForm.SAME_WORDS),
        ("tarvonix mortar", "tarvonix mortra", NameForm.SPELLING),
        ("national quell", "natoinal quell", NameForm.SPELLING),
        ("quellhartwell motor", "quellharwell motor", NameForm.OTHER_SPELLING),
        ("tarvonix plus", "tarvonixplus", NameForm.SAME_WORDS),
        ("j m tarvonix", "m j tarvonix", NameForm.OTHER_SPELLING),
        ("j m tarvonix", "tarvonix j m", NameForm.SAME_WORDS),
        ("tarvonix plus", "tarvonixpluss", NameForm.OTHER_SPELLING),
        ("tarvonix quell motor", "tarvonixquell", NameForm.WORD_MORE),
        ("motor tarvonixquell city", "tarvonix quell motor", NameForm.WORD_MORE),
        ("tarvonixquell city", "tarvonix quell motor", NameForm.OWN_WORDS),
        ("mrs jane quell", "jane quell", NameForm.SAME_WORDS),
        ("mrs quell", "mr quell", NameForm.OWN_WORDS),
        ("mr mrs t quell", "t quell", NameForm.OWN_WORDS),
        ("tarvonix fund 2", "tarvonix fund 3", NameForm.OTHER_NUMBER),
        ("tarvonix", "tarvonix 3", NameForm.NUMBER_MORE),
        ("tarvonix", "tarvonix service", NameForm.DIVISION_MORE),
        ("tarvonix", "tarvonix motor", NameForm.WORD_MORE),
        ("tarvonix", "tarvonix brindlewax", NameForm.RARE_WORD_MORE),
        ("bank of west", "bank of east", NameForm.OWN_PARTS),
        ("tarvonix", "brindlewax", NameForm.OTHER_NAME),
        ("tarvonix bank", "tarvonix city", NameForm.OWN_WORDS),
        ("brindlewax motor", "tarvonix motor", NameForm.OTHER_NAME),
        ("mary tarvonix", "john tarvonix", NameForm.OTHER_NAME),
        ("tarvonix fund xxxi", "tarvonix fund xxxiii", NameForm.OTHER_NUMBER),
        ("tarvonix xx", "tarvonix", NameForm.NUMBER_MORE),
        ("service company of tarvonix", "service tarvonix", NameForm.WORD_MORE),
        ("service company for tarvonix", "service tarvonix", NameForm.SAME_WORDS),
        ("tarvonix motor", "恒瑞达 电子", NameForm.OTHER_SCRIPT),
        ("andrea tarvonix", "andreas tarvonix", NameForm.REPLACED_WORD),
        ("mary tarvonix", "marys tarvonix", NameForm.SPELLING),
    ],
)
def test_the_form_says_how_two_names_differ(left: str, right: str, form: NameForm) -> None:
    assert compare(left, right)[1] == form


def test_two_words_are_one_only_where_they_stand_beside_each_other() -> None:
    joined, apart = (
        compare(f"{words} service", "tarvonixquell motor service")[0]
        for words in ("tarvonix quell", "quell tarvonix")
    )
    assert joined > apart + 10


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    assert compare("tarvonix", "tarvonix")[0] > compare("bank", "bank")[0] + 5


def test_a_misspelled_word_tells_less_than_the_word_itself_and_more_than_another() -> None:
    same, typo, other = (compare("tarvonix", name)[0] for name in ("tarvonix", "tarvonyx", "brindlewax"))
    assert same > typo > other


def test_two_known_words_are_no_misspelling_of_each_other() -> None:
    rare, known = compare("tarvonix motop", "tarvonix motor"), compare("tarvonix mortar", "tarvonix motor")
    assert rare[0] > known[0]


def test_no_name_tells_nothing() -> None:
    made, number = comparer(["tarvonix"])
    found = made.compare(np.array([-1, -1], np.int32), np.array([number["tarvonix"], -1], np.int32))
    assert found.bits.tolist() == [0, 0]
    assert found.form.tolist() == [NameForm.MISSING, NameForm.MISSING]


def test_many_bearers_of_a_common_name_are_other_customers_and_of_a_rare_name_records_of_one() -> None:
    made, number = comparer(["first national bank", "tarvonix brindlewax quell"], records=40)
    at = np.array([number["first national bank"], number["tarvonix brindlewax quell"]], np.int32)
    common, rare = made.compare(at, at).bits
    assert rare > common + 4


words = st.text("abcdefgh", min_size=1, max_size=9)
names = st.lists(words, min_size=1, max_size=5, unique=True).map(" ".join)


@given(st.lists(names, min_size=2, max_size=12, unique=True))
def test_comparison_is_symmetric_and_bounded(texts: list[str]) -> None:
    made, number = comparer(texts)
    left = np.array([number[a] for a in texts for _ in texts], np.int32)
    right = np.array([number[b] for _ in texts for b in texts], np.int32)
    one, other = made.compare(left, right), made.compare(right, left)
    np.testing.assert_allclose(one.bits, other.bits, atol=1e-4)
    assert (one.bits >= RULES.name_floor).all() and (one.bits <= RULES.name_cap).all()
    itself = left == right
    assert (one.form[itself] == NameForm.SAME_WORDS).all()


def told(left: str, right: str, **bearers: int) -> float:
    made, number = comparer([left, right], **bearers)
    found = made.compare(np.array([number[left]], np.int32), np.array([number[right]], np.int32))
    return float(found.bits[0])


def test_two_spellings_that_several_systems_have_are_rather_two_names() -> None:
    once, twice = (told("tarvonix motor", "tarvonyx motor", systems=systems) for systems in ((1,), (0b11,)))
    assert once - twice > RULES.established - 1


@pytest.mark.parametrize(
    ("names", "systems", "form"),
    [
        (("tarvonix", "tarvonix motor"), (1,), NameForm.WORD_MORE),
        (("tarvonix", "tarvonix motor"), (0b0011, 0b1110), NameForm.OTHER_NAME_MORE),
        (("tarvonix", "tarvonix motor"), (0b0111, 0b1110), NameForm.SIDE_BY_SIDE),
        (("tarvonix", "tarvonix service"), (0b0011, 0b1110), NameForm.DIVISION_MORE),
        (("tarvonix", "tarvonix service"), (0b11,), NameForm.SIDE_BY_SIDE),
        (("tarvonix motor", "tarvonix mortar city"), (0b11,), NameForm.SIDE_BY_SIDE),
        (("tarvonix", "tarvonyx"), (0b11,), NameForm.OTHER_SPELLING),
        (("andrea tarvonix", "andreas tarvonix"), (1,), NameForm.REPLACED_WORD),
        (("andrea tarvonix", "andreas tarvonix"), (0b0011, 0b1110), NameForm.OTHER_NAME),
    ],
)
def test_two_names_that_several_systems_have_each_are_two(
    names: tuple[str, str], systems: tuple[int, ...], form: NameForm
) -> None:
    made, number = comparer(list(names), systems=systems)
    left, right = (np.array([number[name]], np.int32) for name in names)
    assert made.compare(left, right).form[0] == form


def test_a_name_of_several_towns_tells_less_than_one_that_is_only_repeated() -> None:
    same, apart = (told("quell tarvonix", "tarvonix quell", records=5, towns=towns) for towns in (1, 3))
    assert apart < same - 3
