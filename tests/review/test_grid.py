from sot.review.grid import grid, mark


def shown(values):
    return [
        " ".join(f"[{w.text}]" if w.differs else w.text for w in cell) if cell else None
        for cell in mark(values)
    ]


def test_words_differ_where_another_value_lacks_them():
    assert shown(["Acme Roofing Inc.", "ACME roofing", None]) == ["Acme Roofing [Inc.]", "ACME roofing", None]
    assert shown(["Salesforce", "NetSuite"]) == ["[Salesforce]", "[NetSuite]"]


def test_rows_come_different_first_then_same_then_single_then_empty():
    rows = grid(
        [{"name": "A", "city": "Rome", "phone": "1-2"}, {"name": "a.", "city": "Paris", "email": " "}]
    )
    assert [(row.field, row.kind) for row in rows][:3] == [
        ("city", "different"),
        ("name", "same"),
        ("phone", "single"),
    ]
    assert rows[-1].kind == "empty" and "email" in {row.field for row in rows if row.kind == "empty"}
