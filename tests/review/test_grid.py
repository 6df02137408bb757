from sot.review.grid import fold, grid, mark


def shown(values, keys=None):
    cells = mark(values, keys or [value and fold(value) for value in values])
    return [
        " ".join(f"[{w.text}]" if w.differs else w.text for w in cell) if cell else None for cell in cells
    ]


def test_words_differ_where_another_value_lacks_them():
    assert shown(["Acme Roofing Inc.", "ACME roofing", None]) == ["Acme Roofing [Inc.]", "ACME roofing", None]
    assert shown(["Salesforce", "NetSuite"]) == ["[Salesforce]", "[NetSuite]"]


def test_a_number_is_one_word():
    assert shown(["+1 512 555", "512-556"]) == ["[+1 512 555]", "[512-556]"]


def test_what_is_the_same_in_normal_form_is_not_marked():
    rows = grid([{"phone": "(512) 5", "n_phone": "+15125"}, {"phone": "+1 5125", "n_phone": "+15125"}])
    (phone,) = [row for row in rows if row.field == "phone"]
    assert phone.kind == "same" and not any(word.differs for cell in phone.cells for word in cell)


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
