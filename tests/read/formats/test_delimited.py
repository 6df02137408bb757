"""The reader of delimited text: which rows come out of sound and of spoiled quotation marks."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.read.formats.delimited import read_delimited
from sot.read.formats.grid import Body
from sot.read.formats.quote_structure import structure

HEAD = "Id,Name,City\n"


def body(text: str) -> Body:
    grid = read_delimited(text.encode())
    return grid.body(0, len(grid.head[0]))


def rows(text: str) -> list[tuple[str | None, ...]]:
    return body(text).cells.rows()


def test_a_stray_mark_and_a_quoted_cell_below_swallow_no_row() -> None:
    text = HEAD + '1,Acme Ltd,Boston\n2,"Best Ltd,Paris\n3,Gamma,Bonn\n4,"Ceta Ltd,Ulm\n5,"Epsi, Inc",Oslo\n'
    found = body(text)
    assert [row[0] for row in found.cells.rows()] == ["1", "2", "3", "4", "5"]
    assert found.cells["c1"].to_list() == ["Acme Ltd", '"Best Ltd', "Gamma", '"Ceta Ltd', "Epsi, Inc"]
    assert any("in 2 rows: 3, 5" in warning for warning in found.warnings)


def test_two_stray_marks_that_close_each_other_swallow_no_row() -> None:
    text = HEAD + "".join(f"{i},Acme {i},Bonn\n" for i in range(5)) + '7,"Best,Paris\n8,Ceta 12",Ulm\n'
    assert [row[0] for row in rows(text)] == ["0", "1", "2", "3", "4", "7", "8"]


def test_line_breaks_in_sound_cells_are_kept() -> None:
    text = HEAD + "".join(f'{i},Acme {i},"1 Main St, Suite 5\nBoston, MA"\n' for i in range(5))
    found = body(text)
    assert found.cells.height == 5
    assert set(found.cells["c2"]) == {"1 Main St, Suite 5\nBoston, MA"}
    assert (found.warnings, found.rejects) == ((), ())


def test_lines_that_could_be_rows_are_reported_where_nobody_can_know() -> None:
    text = HEAD + "".join(f"{i},Acme {i},Bonn\n" for i in range(5)) + '7,"Best\n8,Ceta",Ulm\n'
    found = body(text)
    assert found.cells.height == 6
    assert any("could be separate rows in 1 row: 7" in warning for warning in found.warnings)


def test_text_behind_a_closing_mark_is_kept() -> None:
    found = body(HEAD + '1,"Bell" Foundry,Lima\n2,"Bell, Book" Ltd,Oslo\n3,Acme,Rome\n')
    assert found.cells["c1"].to_list() == ['"Bell" Foundry', '"Bell, Book" Ltd', "Acme"]
    assert any("in 2 rows: 2, 3" in warning for warning in found.warnings)


def test_blanks_around_quoted_cells_are_no_part_of_them() -> None:
    assert rows('Id, Name, City\n1, "Acme, Inc", "Bonn"\n2, "Best, Ltd", "Ulm"\n') == [
        ("1", "Acme, Inc", "Bonn"), ("2", "Best, Ltd", "Ulm"),
    ]  # fmt: skip


def test_backslashes_escape_marks_where_the_file_does_so() -> None:
    text = (
        'Id,Name,City\n"1","The \\"Corner\\" Ltd","x"\n"2","Hale\\, Wick","C:\\\\temp"\n"3","Plain","\\d"\n'
    )
    assert rows(text) == [
        ("1", 'The "Corner" Ltd', "x"), ("2", "Hale, Wick", "C:\\temp"), ("3", "Plain", "\\d"),
    ]  # fmt: skip


def test_a_backslash_before_a_closing_mark_is_text_where_the_file_doubles_marks() -> None:
    assert rows(HEAD + '1,"C:\\",Bonn\n2,"Say ""hi""",Ulm\n') == [
        ("1", "C:\\", "Bonn"), ("2", 'Say "hi"', "Ulm"),
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["Id,Name,City", '"Id,Name,City"'])
def test_lines_that_are_quoted_whole_are_read_as_rows(header: str) -> None:
    text = f'{header}\n"1,""Acme, Inc"",Bonn"\n"2,Best,Ulm"\n'
    assert rows(text) == [("1", "Acme, Inc", "Bonn"), ("2", "Best", "Ulm")]


def test_one_column_of_quoted_names_is_no_file_of_quoted_lines() -> None:
    assert rows('Company\n"Acme, Inc"\n"Best, Ltd"\n') == [("Acme, Inc",), ("Best, Ltd",)]


def test_a_file_that_is_cut_off_is_reported() -> None:
    whole = HEAD + "1,Acme,Bonn\n2,Best,Ulm\n"
    assert any("cut off" in warning for warning in body(whole + "3,Ceta").warnings)
    cut = body(whole + '3,"Ceta')
    assert [(reject.row, reject.raw) for reject in cut.rejects] == [(4, '3,"Ceta')]
    assert "cut off" in cut.rejects[0].reason
    assert body(whole + "3,Ceta,Rome").warnings == ()


def test_a_delimiter_of_more_than_one_byte_is_read() -> None:
    grid = read_delimited("Id§Name\n1§Acme\n2§Best\n".encode(), delimiter="§")
    assert grid.body(0, 2).cells.rows() == [("1", "Acme"), ("2", "Best")]


TEXTS = st.text(st.sampled_from('ab1 ,"\n\r;\\é'), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8))
def test_sound_files_come_back_as_they_were_written(table: list[tuple[str, str]]) -> None:
    """Ids make each row a row; the oracle is the writer of the standard library."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    wanted = [
        (f"k{i}", f"n {left}".replace("\\", "/"), right.replace("\\", "/"))
        for i, (left, right) in enumerate(table)
    ]
    writer.writerows([("Id", "Name", "City"), *wanted])
    assert rows(file.getvalue()) == [tuple(cell or None for cell in row) for row in wanted]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(TEXTS, min_size=2, max_size=3), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"])
)
def test_the_second_reader_counts_the_rows_of_sound_text(table: list[list[str]], end: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(table)
    found = structure(file.getvalue().encode(), 0, ",")
    assert found.sound
    assert found.rows == len(table)
    assert len(found.long_rows) == sum(any("\n" in cell for cell in row) for row in table)


@pytest.mark.parametrize("text", ['a,"b\n', 'a,"b"c\n', '"a" ,b\n', 'a"b,"c\n', 'a,""b\n'])
def test_the_second_reader_sees_marks_that_are_not_sound(text: str) -> None:
    assert not structure(text.encode(), 0, ",").sound


def test_lines_of_two_encodings_in_one_file() -> None:
    rows = [f"{i},Fäörm {i},Köln".encode("utf-8" if i % 2 else "cp1252") for i in range(1, 41)]
    grid = read_delimited(b"Id,Name,City\n" + b"\n".join(rows) + b"\n")
    body = grid.body(0, 3)
    assert body.cells["c1"].to_list() == [f"Fäörm {i}" for i in range(1, 41)]
    assert "20 lines are not UTF-8 and were read as windows-1252" in grid.warnings[0]


def test_a_file_whose_lines_all_end_in_a_backslash_is_read_as_it_is() -> None:
    rows = b"".join(b"%d\tnote %d\\\n" % (at, at) for at in range(30_000))
    assert read_delimited(b"id\ttext\n" + rows).body(0, 2).cells.height == 30_000


def test_lines_that_never_end_a_row_are_not_joined_again_and_again() -> None:
    rows = b"".join(b"note %d\\\n" % at for at in range(30_000))
    body = read_delimited(b"id\ttext\n" + rows).body(0, 2)
    assert body.cells.height + len(body.rejects) == 30_000


def test_line_ends_behind_a_backslash_are_within_a_cell() -> None:
    rows = (
        b"1\tElm\\\tSons\t3 High St\\\nFloor 2\tLeeds",
        b"2\tOak\tMill\\\\\tYork",
        b"3\tAsh\tRow\tHull\\\nNorth",
    )
    text = b"\n".join((b"id\tname\tstreet\tcity", *rows, b""))
    body = read_delimited(text).body(0, 4)
    assert body.cells.height == 3
    assert body.cells.row(0) == ("1", "Elm\tSons", "3 High St\nFloor 2", "Leeds")
    assert body.cells.row(2)[3] == "Hull\nNorth"
    # A folder at the end of a row is no line that goes on.
    body = read_delimited(b"id\tfolder\n1\tC:\\\n2\tD:\\\n3\tE:\\\n").body(0, 2)
    assert body.cells["c0"].to_list() == ["1", "2", "3"]
