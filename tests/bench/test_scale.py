"""What is said of lists that nobody has run follows from what was measured, by plain arithmetic."""

from __future__ import annotations

import pytest

from tests.bench.scale import Size, Step, at, exponent, short, steps_at, sums_at, taken

TABLES = {"name_": {"key": 100, "name": 900}, "word": {"key": 10, "token": 40}}


@pytest.mark.parametrize(
    ("query", "bytes_"),
    [
        ("select key from name_", 100),
        ("select * from name_", 1000),
        ("select count(*) as n from name_", 0),
        ("select n.name, w.token from name_ n join word w on n.key = w.key", 1050),
        ("select l.key from word l join word r on l.token = r.token", 100),
        ("select key from elsewhere", 0),
    ],
)
def test_a_query_reads_the_columns_that_it_names_as_often_as_it_names_their_table(query: str, bytes_: int):
    assert taken(query, TABLES) == bytes_


@pytest.mark.parametrize(("power", "more"), [(1.0, 300.0), (2.0, 900.0), (0.0, 100.0)])
def test_growth_is_a_power_of_the_records(power: float, more: float):
    assert exponent((1_000, 100.0), (3_000, more)) == pytest.approx(power)
    assert at(9_000, (3_000, more), power) == pytest.approx(more * 3**power)


def test_what_was_never_seen_grows_as_the_list():
    assert exponent((1_000, 0.0), (3_000, 5.0)) == 1.0


def test_a_figure_of_a_larger_list_follows_from_two_sizes():
    def size(records: int, pairs: int) -> Size:
        rows = {name: Step(rows=records) for name in ("name_", "count_", "key_", "scored")}
        return Size(records, {**rows, "candidate": Step(rows=pairs, written=5 * pairs, moved=8 * pairs)})

    before, after = size(100_000, 200_000), size(1_000_000, 2_000_000)
    sums = {
        line.split(" | ")[0].strip("| "): line.strip("| ").split(" | ")[1:] for line in sums_at(before, after)
    }
    assert sums["candidate pairs"] == ["2.0 M", "n^1.00", "20.0 M", "200 M", "2.0 bn"]
    assert sums["GB written"] == ["0.01", "n^1.00", "0.1", "1", "10"]
    (line,) = (line for line in steps_at(before, after) if "`candidate`" in line)
    assert (
        line
        == "| `candidate` | 2.00 | 5 | 16 |  | n^1.00 | n^1.00 | 20.0 M, 0.2 | 200 M, 1.6 | 2.0 bn, 16.0 |"
    )


@pytest.mark.parametrize(
    ("figure", "words"),
    [(0.016, "0.016"), (38.2, "38"), (389.4, "389"), (3_997.0, "3,997"), (1.25e6, "1.2 M"), (5.8e8, "580 M")],
)
def test_figures_are_short(figure: float, words: str):
    assert short(figure) == words
