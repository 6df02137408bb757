"""JSON as the interfaces of systems give it: wrapped, nested, one object to a line, by id, as rows of cells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sot.errors import InputError
from sot.read.formats.json_tables import read_json
from tests.read.reading import names, one, survey

STRIPE = {
    "object": "list",
    "data": [{"id": "cus_1", "name": "Alpenrad GmbH", "address": {"line1": "Seestr. 4", "city": "Zürich"}}],
}
HUBSPOT = {
    "results": [{"id": "51", "properties": {"name": "Alpenrad GmbH", "city": "Zürich"}, "archived": False}],
    "paging": {},
}
XERO = {"Contacts": [{"ContactID": "x1", "Name": "Alpenrad GmbH", "Addresses": [{"City": "Zürich"}, {"City": "Bern"}],
                      "Phones": [], "Groups": ["a", "b"]}]}  # fmt: skip
ODATA = {
    "@odata.context": "x",
    "value": [{"accountid": "g1", "name": "Alpenrad GmbH", "address1_city": "Zürich"}],
}
KEYED = {"c1": {"name": "Alpenrad GmbH", "city": "Zürich"}, "c2": {"name": "Moor Ltd", "city": "Leeds"}}
SHAPES = {
    "Stripe": (STRIPE, {"id": "cus_1", "name": "Alpenrad GmbH", "address.line1": "Seestr. 4",
                        "address.city": "Zürich"}),
    "HubSpot": (HUBSPOT, {"id": "51", "properties.name": "Alpenrad GmbH", "properties.city": "Zürich",
                          "archived": "false"}),
    "Xero": (XERO, {"ContactID": "x1", "Name": "Alpenrad GmbH", "Addresses.1.City": "Zürich",
                    "Addresses.2.City": "Bern", "Groups": "a; b"}),
    "OData": (ODATA, {"accountid": "g1", "name": "Alpenrad GmbH", "address1_city": "Zürich"}),
    "one object": (KEYED["c1"], {"name": "Alpenrad GmbH", "city": "Zürich"}),
    "by id": (KEYED, {"key": "c1", "name": "Alpenrad GmbH", "city": "Zürich"}),
    "deep": ({"response": {"body": {"items": [{"a": {"b": {"c": 1.50}}, "n": 12.0}]}}}, {"a.b.c": "1.5", "n": "12"}),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "first"), SHAPES.values(), ids=SHAPES)
def test_a_shape(shape: object, first: dict[str, str]) -> None:
    for text in (json.dumps(shape), json.dumps(shape, indent=2, ensure_ascii=False)):
        grid = next(iter(read_json(text.encode())))
        row = grid.body(0, len(grid.head[0])).cells.row(0)
        assert {name: cell for name, cell in zip(grid.head[0], row, strict=True) if cell is not None} == first


def test_lines_of_nested_objects_and_ids_of_two_types() -> None:
    lines = b'{"id": 7, "address": {"city": "Bern"}}\n\n{"id": "A8", "more": [{"x": 1}]}\n'
    (grid,) = read_json(lines)
    assert grid.head == [["id", "address.city", "more.1.x"]]
    assert grid.body(0, 3).cells.rows() == [("7", "Bern", None), ("A8", None, "1")]


def test_rows_of_cells_and_long_inner_lists() -> None:
    (grid,) = read_json(b'{"range": "A1:B2", "values": 3}')
    assert grid.head == [["range", "values"]]
    (cells,) = read_json(b'[["No", "Company"], [7, "Acme Ltd"], [8]]')
    assert cells.head == [["No", "Company"], ["7", "Acme Ltd"], ["8", ""]]
    (long,) = read_json(json.dumps([{"p": [{"n": i} for i in range(7)]}]).encode())
    assert long.head == [["p.1.n", "p.2.n", "p.3.n", "p.4.n", "p.5.n", "p.more"]]
    assert "6" in (long.body(0, 6).cells.row(0)[-1] or "")


def test_several_lists_are_several_tables(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    customers = [{"customer_id": i, "company": f"Acme {i} Ltd", "city": "Leeds"} for i in (1, 2)]
    invoices = [
        {"invoice_number": f"R{i}", "customer_id": i, "amount": "10.00", "invoice_date": "2024-01-02"}
        for i in (1, 2)
    ]
    path.write_text(json.dumps({"customers": customers, "invoices": invoices}), encoding="utf-8")
    found = survey(path)
    assert [(source.sheet, source.object) for source in found.sources] == [
        ("customers", "account"),
        ("invoices", "invoice"),
    ]


def test_a_nested_list_is_read_as_customers(tmp_path: Path) -> None:
    path = tmp_path / "customers.json"
    path.write_text(json.dumps(STRIPE, indent=1), encoding="utf-8")
    source, found = one(path)
    assert names(found) == ["Alpenrad GmbH"]
    assert source.fields["city"] == "address.city"


@pytest.mark.parametrize("data", [b"no json", b"[1, 2]", b'"text"', b"{}", b"[[]", b'{"a": 1'])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not a list of JSON objects"):
        list(read_json(data))


def test_a_line_that_is_cut_off_is_rejected_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "accounts.jsonl"
    lines = [json.dumps({"id": i, "name": f"Acme {i} Ltd", "city": "Leeds"}) for i in range(20)]
    path.write_text("\n".join([*lines[:7], '{"id": 77, "name": "Bro', *lines[7:]]), encoding="utf-8")
    source, found = one(path)
    assert found.records.height == 20
    assert source.rejected == 1


def test_a_file_of_broken_lines_is_refused() -> None:
    with pytest.raises(InputError, match="not a list of JSON objects"):
        list(read_json(b'{"id": 1}\n{"id": \n{"name"\n{"id": 4}'))


def test_items_that_are_no_objects_are_rejects() -> None:
    for shape in (
        '[{"id":1,"name":"A Ltd"},"note",{"id":2,"name":"B Ltd"},null]',
        '{"meta":{"n":2},"data":[{"id":1},{"id":2},"loose"]}',
    ):
        (grid,) = read_json(shape.encode())
        body = grid.body(0, len(grid.head[0]))
        assert body.cells["c0"].to_list() == ["1", "2"]
        assert all("no object" in reject.reason for reject in body.rejects)
        assert len(body.rejects) == (2 if shape.startswith("[") else 1)
