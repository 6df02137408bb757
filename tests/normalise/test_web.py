"""Hosts under a plain public suffix are told without the list; whatever the list says of a host holds."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from publicsuffixlist import PSLFILE, PublicSuffixList

from sot.normalise.contacts.web import WebReader
from sot.rules import Rulebook


def test_the_domain_of_every_host_is_what_the_list_of_public_suffixes_says() -> None:
    lines = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    names = {line.split()[0].lstrip("*.!") for line in lines if line.strip() and not line.startswith("//")}
    suffixes = [name for name in sorted(names) if name.isascii()]
    hosts = [f"{front}{name}" for name in suffixes for front in ("", "acme.", "shop.acme.")]
    reader = WebReader(Rulebook())
    unreal = set(reader.telling_nothing.explode())
    known = PublicSuffixList(accept_unknown=False)
    expected = {host: known.privatesuffix(host) for host in hosts if not host.startswith("www.")}
    got = reader.web(
        pl.DataFrame(
            {"website": list(expected), "email": [None] * len(expected)},
            schema_overrides={"email": pl.String},
        )
    )
    wanted = [None if domain in unreal else domain for domain in expected.values()]
    assert got["n_domain"].to_list() == wanted


def test_an_address_is_read_the_same_alone_and_among_other_words() -> None:
    cells = [
        "jo@acme.com",
        "Jo Doe <JO@acme.com>",
        "mailto:jo@acme.com",
        "jo (at) acme.com",
        "x@n/a; jo@acme.com",
    ]
    got = WebReader(Rulebook()).web(
        pl.DataFrame({"website": [None] * 5, "email": cells}, schema_overrides={"website": pl.String})
    )
    assert got.select("n_email", "n_domain").rows() == [("jo@acme.com", "acme.com")] * 5
