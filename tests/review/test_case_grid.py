from sot.review.case_grid import fold, grid, mark


def shown(values, parts=None):
    cells = mark(values, [value and fold(value) for value in values], parts or range(len(values)))
    return [
        " ".join(f"[{w.text}]" if w.differs else w.text for w in cell) if cell else None for cell in cells
    ]


def test_words_differ_where_another_part_lacks_them():
    assert shown(["Acme Roofing Inc.", "ACME roofing", None]) == ["Acme Roofing [Inc.]", "ACME roofing", None]
    assert shown(["Salesforce", "NetSuite"]) == ["[Salesforce]", "[NetSuite]"]
    assert shown(["Acme Inc", "Acme", "Acme Ltd"], [0, 0, 1]) == ["Acme [Inc]", "Acme", "Acme [Ltd]"]
    assert shown(["Acme Inc", "Acme", "Acme Inc"], [0, 0, 1]) == ["Acme Inc", "Acme", "Acme Inc"]


def test_within_one_part_the_odd_one_out_is_marked():
    assert shown(["Acme Inc", "Acme Inc.", "Acme Ltd"], [0, 0, 0]) == ["Acme Inc", "Acme Inc.", "Acme [Ltd]"]


def test_a_number_is_one_word():
    assert shown(["+1 512 555", "512-556"]) == ["[+1 512 555]", "[512-556]"]


def phones(*pairs):
    rows = grid([{"phone": raw, "n_phone": normal} for raw, normal in pairs], range(len(pairs)))
    return next(row for row in rows if row.field == "phone")


def test_what_is_the_same_in_normal_form_is_not_marked_and_placeholders_are_no_difference():
    row = phones(("(512) 5", "+15125"), ("+1 5125", "+15125"), ("TBD", None))
    assert row.kind == "same" and not any(word.differs for cell in row.cells for word in cell)
    assert phones(("1", "+1"), ("2", "+2"), ("TBD", None)).kind == "different"


def test_rows_come_different_first_then_same_then_single_then_empty():
    rows = grid(
        [{"name": "A", "city": "Rome", "phone": "1-2"}, {"name": "a.", "city": "Paris", "email": " "}], [0, 1]
    )
    kinds = [(row.field, row.kind) for row in rows]
    assert kinds[:3] == [("city", "different"), ("name", "same"), ("phone", "single")]
    assert ("email", "empty") in kinds and kinds[-1][1] == "empty"
