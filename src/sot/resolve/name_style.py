"""How golden names are written, where a company wants them in one way (rules/naming/golden_names.yaml)."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from sot.resolve.spelling import shouted
from sot.rules.naming import GoldenNames

KEPT = 3
"""Words of up to so many letters keep their case: they may be initials or particles."""


def styled(name: pl.Expr, style: GoldenNames) -> pl.Expr:
    """Give names as `style` wants them; a name that would be empty then stays as it is."""
    if style.case == "capitalised":
        capital = name.map_elements(_capitalised, return_dtype=pl.String)
        name = pl.when(shouted(name)).then(capital).otherwise(name)
    if style.legal_form != "as_written":
        write = _writer(style)
        name = name.map_elements(write, return_dtype=pl.String)
    return name


def _capitalised(name: str) -> str:
    return re.sub(
        r"[^\W\d_]+",
        lambda match: match[0] if len(match[0]) <= KEPT else match[0][0].upper() + match[0][1:].lower(),
        name,
    )


def _writer(style: GoldenNames) -> Callable[[str], str]:
    written = {_bare(form): short for form, short in style.forms.items()}
    longest = max((form.count(" ") + 1 for form in written), default=0)

    def write(name: str) -> str:
        words = name.split(" ")
        for count in range(min(longest, len(words) - 1), 0, -1):
            form = written.get(_bare(" ".join(words[-count:])))
            if form is not None:
                rest = " ".join(words[:-count])
                return rest.rstrip(" ,") if style.legal_form == "left_out" else f"{rest} {form}"
        return name

    return write


def _bare(form: str) -> str:
    """Give a form without dots and commas, in small letters; "S. L." is "sl"."""
    words = re.sub(r"[.,]", "", form.casefold()).split()
    return "".join(words) if all(len(word) == 1 for word in words) else " ".join(words)
