"""The background table is read as it was written, wrong ones are refused by line, its words are plausible."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.errors import RulesError
from sot.match.names.background_frequencies import Background, load_background
from sot.rules.naming import NameWords
from sot.rules.rulebook import Rulebook, shipped


@pytest.fixture(scope="module")
def background() -> Background:
    return load_background(shipped() / "matching" / "background_tokens.csv.gz")


def bits(background: Background, word: str) -> float:
    df = dict(background.tokens.iter_rows()).get(word, 0)
    return -math.log2((df + 0.5) / background.n)


@given(
    tokens=st.dictionaries(st.text("abyz09", min_size=1, max_size=12), st.integers(1, 1000), min_size=1),
    packed=st.booleans(),
)
def test_a_table_is_read_as_written(
    tmp_path_factory: pytest.TempPathFactory, tokens: dict[str, int], packed: bool
) -> None:
    text = "# names: 1000\ntoken,df\n" + "".join(f"{token},{df}\n" for token, df in tokens.items())
    path = tmp_path_factory.mktemp("background") / "table.csv"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    read = load_background(path)
    assert read.n == 1000
    assert dict(read.tokens.iter_rows()) == tokens


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ":1: '' doesn't say the number of names"),
        ("token,df\nbank,5\n", ":1: 'token,df' doesn't say the number of names"),
        ("# names: 0\ntoken,df\nbank,5\n", ":1: '# names: 0' doesn't say"),
        ("# names: 10\n", "can't be read as a background table"),
        ("# names: 10\ntoken,df\nbank,many\n", "can't be read as a background table"),
        ("# names: 10\ntoken,df\nbank,5\ncity,11\n", ":4: token 'city', df 11: each word occurs once"),
        ("# names: 10\ntoken,df\nbank,5\ncity,0\n", ":4: token 'city', df 0"),
        ("# names: 10\ntoken,df\nbank,5\ncity,\n", ":4: token 'city', df None"),
        ("# names: 10\ntoken,df\n,5\n", ":3: token '', df 5"),
        ("# names: 10\ntoken,df\nbank,5\nbank,4\n", ":3: token 'bank', df 5: each word occurs once"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(RulesError) as caught:
        load_background(path)
    assert told in caught.value.message
    assert str(path) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "data", [gzip.compress(b"# names: 10\ntoken,df\n", mtime=0)[:-9], b"\x1f\x8bno gzip", b"\xff\xfe\n"]
)
def test_a_broken_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(data)
    with pytest.raises(RulesError, match="can't be read"):
        load_background(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="can't be read"):
        load_background(tmp_path / "none.csv.gz")


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (4, 9, "bank city county energy global hotel international medical school system university"),
        (8, 12, "academy church clinic hospital pizza restaurant"),
        (9, 14.5, "john maria smith garcia singh london houston springfield phoenix apex"),
        (14, 19, "elegance kowalski starbucks"),
        (19, 20, "grendene zyntrix quoblex"),
    ],
)
def test_words_are_as_common_as_people_know_them(
    background: Background, least: float, most: float, words: str
) -> None:
    told = {word: bits(background, word) for word in words.split()}
    assert {word: b for word, b in told.items() if not least <= b <= most} == {}


def test_the_shipped_table_is_in_the_form_of_normalised_words(background: Background) -> None:
    assert background.n > 100_000
    assert background.tokens.filter(~pl.col("token").str.contains(r"^[a-z0-9]+$")).height == 0
    assert background.tokens.equals(background.tokens.sort("df", "token", descending=[True, False]))
    spellings = Rulebook().get("naming/words.yaml", NameWords).abbreviations.values()
    other = [word for words in spellings for word in words]
    left = background.tokens.filter(pl.col("token").is_in(other))["df"].sum()
    assert left < background.n / 100, "names in the table are not spelled as sot.normalise spells them"
