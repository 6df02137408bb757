"""Named examples in rules/cases: in and out."""
