"""Statements as banks send them (CAMT, OFX, QIF, MT940): one table of movements, what went out with a minus."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from xml.etree.ElementTree import Element

import polars as pl

from sot.model.counts import counted
from sot.read.formats.grid import Grid, named_grid

STATEMENTS = (".ofx", ".qfx", ".qif", ".sta", ".mt940", ".940")
MOVEMENTS = ("Transaction ID", "Booking date", "Amount", "Currency", "Counterparty", "Payment details")
_HEAD = 4_096
_OFX = re.compile(rb"^\s*(?:OFXHEADER:|(?:<\?[^>]*\?>\s*)*<OFX>)")
_QIF = re.compile(rb"^\s*!(?:Type|Account|Option):?", re.IGNORECASE)
_MT940 = re.compile(rb"(?m)^:20:[^\r\n]*\r?\n(?:.*\r?\n)*?:(?:61|60F|60M):")
_TRANSACTION = re.compile(r"(?s)<STMTTRN>(.*?)(?=<STMTTRN>|</BANKTRANLIST>|</STMTTRN>|$)")
_TAG = re.compile(r"<(\w+)>([^<\r\n]*)")
_ENTRY = re.compile(r"(?ms)^:61:(.*?)(?=^:\d\d[A-Z]?:|^-|\Z)(?:^:86:(.*?)(?=^:\d\d[A-Z]?:|^-|\Z))?")
_MOVED = re.compile(r"(\d{6})(?:\d{4})?(R?[CD])[A-Z]?(\d+,\d*)\w{4}([^/\r\n]*)")
_BALANCE = re.compile(r"(?m)^:60[FM]:[CD]\d{6}([A-Z]{3})")
_FIELD = re.compile(r"\?(\d\d)")
_LABEL = re.compile(r"/(NAME|REMI|CNTP|ORDP)/([^/]*(?:/[^/A-Z][^/]*)*)")
_BANK, _SHARES, _END = ("bank", "ccard", "cash", "oth a", "oth l"), "invst", "^"
Row = tuple[str | None, ...]


def is_statement(data: bytes) -> bool:
    """Tell the text of a bank's statement by its first lines."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf")
    return any(form.search(head) is not None for form in (_OFX, _QIF, _MT940))


def read_statement(text: str) -> Grid:
    """Give the movements in the text of a statement."""
    head = text[:_HEAD].encode()
    read: Callable[[str], Iterator[Row | None]] = (
        _ofx if _OFX.search(head) else _qif if _QIF.search(head) else _mt940
    )
    entries = list(read(text))
    grid = _grid([row for row in entries if row is not None])
    left = sum(row is None for row in entries)
    if not left:
        return grid
    note = (
        f"{counted(left, 'entry', 'entries')} left out: not of a bank account, or in a form that is not known"
    )
    return replace(grid, warnings=(*grid.warnings, note))


def camt_of(root: Element) -> Grid | None:
    """Give the movements of an XML statement (CAMT.052, 053, 054); None if it is none."""
    if not any(_local(part.tag).startswith("BkToCstmr") for part in root):
        return None
    entries = (element for element in root.iter() if _local(element.tag) == "Ntry")
    return _grid([row for entry in entries for row in _camt(entry)])


def _grid(rows: list[Row]) -> Grid:
    return named_grid(pl.DataFrame(rows, schema=dict.fromkeys(MOVEMENTS, pl.String), orient="row"))


def _camt(entry: Element) -> Iterator[Row]:
    """Give a row for an entry, or for each payment of which it is the sum."""
    credit = _at(entry, "CdtDbtInd") == "CRDT"
    day = (
        _at(entry, "BookgDt", "Dt") or (_at(entry, "BookgDt", "DtTm") or "")[:10] or _at(entry, "ValDt", "Dt")
    )
    details = [part for part in entry.iter() if _local(part.tag) == "TxDtls"]
    own = [_amount(part) for part in details]
    split = len(details) > 1 and all(amount is not None for amount in own)
    for at, part in enumerate(details if split else details[:1] or [entry]):
        amount = own[at] if split else _amount(entry)
        name = _at(part, "RltdPties", "Dbtr" if credit else "Cdtr", "Nm") or _at(
            part, "RltdPties", "Dbtr" if credit else "Cdtr", "Pty", "Nm"
        )
        texts = [element.text for element in part.iter() if _local(element.tag) in ("Ustrd", "Ref")]
        texts = texts or [_at(entry, "AddtlNtryInf")]
        number = _at(entry, "AcctSvcrRef") or _at(entry, "NtryRef")
        currency = next((each.get("Ccy") for each in entry if _local(each.tag) == "Amt"), None)
        yield (
            f"{number}-{at + 1}" if number and split else number,
            day,
            amount if credit or amount is None else f"-{amount}",
            currency,
            name,
            " ".join(text.strip() for text in texts if text) or None,
        )


def _amount(element: Element) -> str | None:
    return _at(element, "Amt") or _at(element, "AmtDtls", "TxAmt", "Amt")


def _at(element: Element | None, *path: str) -> str | None:
    """Give the text of the first element at a path, whatever its name space is."""
    for name in path:
        element = (
            next((part for part in element if _local(part.tag) == name), None)
            if element is not None
            else None
        )
    return (element.text or "").strip() or None if element is not None else None


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _ofx(text: str) -> Iterator[Row]:
    currency = re.search(r"<CURDEF>\s*([A-Z]{3})", text)
    for block in _TRANSACTION.findall(text):
        tags = {name: unescape(value).strip() for name, value in _TAG.findall(block)}
        day = tags.get("DTPOSTED", "")[:8]
        yield (
            tags.get("FITID"),
            f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == len("20260101") else day or None,
            tags.get("TRNAMT"),
            currency[1] if currency else None,
            tags.get("NAME") or None,
            tags.get("MEMO") or None,
        )


def _qif(text: str) -> Iterator[Row | None]:
    """Give the entries of bank accounts, the last one also without a mark at its end; None for each of shares."""
    kind, record = "", dict[str, str]()
    for line in (*text.splitlines(), _END):
        if line.startswith("!"):
            kind, record = (
                line.partition(":")[2].strip().lower() if line.lower().startswith("!type") else "",
                {},
            )
        elif line.startswith(_END):
            if record and kind == _SHARES:
                yield None
            elif record and kind in _BANK:
                day = record.get("D", "").replace("'", "/").replace(" ", "")
                yield None, day, record.get("T") or record.get("U"), None, record.get("P"), record.get("M")
            record = {}
        elif line.strip():
            record.setdefault(line[0], line[1:].strip())


def _mt940(text: str) -> Iterator[Row | None]:
    """Give the entries (:61:); None for each that is written in no known form."""
    currency = _BALANCE.search(text)
    for line, details in _ENTRY.findall(text):
        moved = _MOVED.match(line)
        if moved is None:
            yield None
            continue
        day, side, amount, number = moved.groups()
        name, purpose = _said(details or "")
        yield (
            None if number.strip() in ("", "NONREF") else number.strip(),
            f"20{day[:2]}-{day[2:4]}-{day[4:]}",
            f"{'' if side in ('C', 'RD') else '-'}{amount.replace(',', '.')}",
            currency[1] if currency else None,
            name,
            purpose,
        )


def _said(details: str) -> tuple[str | None, str | None]:
    """Give the other party and what a payment is for: German banks number the parts, Dutch ones name them."""
    joined = "".join(details.splitlines())
    pieces = _FIELD.split(joined)
    if len(pieces) > 1:
        parts = list(zip(pieces[1::2], pieces[2::2], strict=True))
        purpose = "".join(value for code, value in parts if "20" <= code <= "29" or "60" <= code <= "63")
        return "".join(value for code, value in parts if code in ("32", "33")) or None, purpose or None
    labels = dict(_LABEL.findall(joined))
    return labels.get("NAME"), labels.get("REMI") or " ".join(details.split()) or None
