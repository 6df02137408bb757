"""The background table is read as it was written, wrong ones are refused by line, its words are plausible."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.errors import RulesError
from sot.match.background import Background, load_background
from sot.rules.book import shipped


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
        ("# names: 10\ntoken,df\nbank,5\ncity,11\n", ":4: token 'city', df 11: each word stands once"),
        ("# names: 10\ntoken,df\nbank,5\ncity,0\n", ":4: token 'city', df 0"),
        ("# names: 10\ntoken,df\nbank,5\ncity,\n", ":4: token 'city', df None"),
        ("# names: 10\ntoken,df\n,5\n", ":3: token '', df 5"),
        ("# names: 10\ntoken,df\nbank,5\nbank,4\n", ":3: token 'bank', df 5: each word stands once"),
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
    "data", [gzip.compress(b"# names: 10\ntoken,df\n")[:-9], b"\x1f\x8bno gzip", b"\xff\xfe\n"]
)
def test_a_broken_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(data)
    with pytest.raises(RulesError, match="can't be read"):
        load_background(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="can't be read"):
        load_background(tmp_path / "none.csv.gz")
