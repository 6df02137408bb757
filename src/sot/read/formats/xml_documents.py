"""XML that is one document between two parties, such as an electronic invoice: one row, without its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

_SELLER = re.compile(
    r"(?i)supplier|seller|vendor|issuer|provider|cedente|emisor|emitente|^emit$|podmiot1$|myidentity|dodavatel|"
    r"furnizor|vanzator|elado|lieferant|proveedor|fornitore|leverand|verkoper"
)
_BUYER = re.compile(
    r"(?i)customer|buyer|billto|invoicee|recipient|client|cessionario|receptor|destinat|^dest$|podmiot2$|"
    r"partneridentity|odberatel|cumparator|beneficiar|vevo|kunde|koper|nabywca"
)
"""What the elements of the two parties are called."""
_NOT_THEIRS = re.compile(
    r"(?i)payee|representative|intermediari|trasmissione|transmitter|carrier|vettore|signature"
)
"""Elements about others than the two parties."""
_LINES = re.compile(r"(?i)(?:line|lineitem|linee|linea|wiersz|concepto|row|item|^det|riga|polozka)s?$")
_NAME = re.compile(r"(?i)name|nome|nombre|nazwa|denominazione|naziv|nev$")
_NUMBER = re.compile(r"-?\d+\.\d+")
_FOR_VAT = frozenset(("VA", "VAT"))
_ALIKE, _LINE, _BODY, _DEEP = 2, 3, 8, 6
_LONGEST, _TEXT, _TEXTS = 2_000, 200, 5
KIND, LINES = "document", "lines"


@dataclass(frozen=True)
class Document:
    """A document: what its element is called, its texts by their paths, and the names of its two parties."""

    kind: str
    values: dict[str, str]
    seller: str = ""
    buyer: str = ""
    form: str = ""
    """The path of its buyer, which tells one standard from another."""


def documents_in(root: Element) -> list[Document]:
    """Give the documents that an XML file is or lists; none, if nothing in it is between two parties."""
    documents = _document(root)
    if documents is not None:
        return documents
    for parent in root.iter():
        alike = _groups(parent)
        for items in alike.values():
            if len(items) > 1 and _document(items[0]) is not None:
                # One without a buyer, say, is a row like the others.
                return [document for item in items for document in _document(item) or [_partial(item)]]
    return []


def rows_of(documents: Sequence[Document]) -> list[dict[str, str]]:
    """Give a row for each document."""
    return [{KIND: document.kind, **document.values} for document in documents]


def bills_of_suppliers(documents: Sequence[Document]) -> set[int]:
    """Give the places of the documents that others sent to the company whose documents all of them are.

    Its own documents have one seller. Where there are several sellers and one buyer, the buyer is the company itself.
    """
    sellers = {document.seller for document in documents}
    buyers = {document.buyer for document in documents}
    if len(sellers) < 2 or "" in sellers | buyers:
        return set()
    pairs = [(document.seller, document.buyer) for document in documents]
    own = sorted(name for name in buyers if all(name in pair for pair in pairs))
    return {at for at, (_, buyer) in enumerate(pairs) if len(own) == 1 and buyer == own[0]}


def _document(root: Element) -> list[Document] | None:
    """Give the document that an element is, or those of its bodies; None without two parties outside of lists."""
    parties = _parties(root)
    if parties is None:
        return None
    (seller_path, seller), (buyer_path, buyer) = parties
    bodies = next(
        (
            parts
            for name, parts in _groups(root).items()
            if len(parts) > 1
            and not _LINES.search(name)
            and all(len(_leaves(part)) >= _BODY for part in parts)
        ),
        [],
    )
    documents = []
    for body in bodies or [root]:
        gone = [part for part in bodies if part is not body]
        values = _leaves(root, gone)
        kept = {
            path: text
            for path, text in values.items()
            # What stands beside a text, in attributes, says how it is written (schemeID, currencyID).
            if not path.startswith(f"{seller_path}.")
            and not _NOT_THEIRS.search(path)
            and path.rpartition(".")[0] not in values
        }
        texts = list(_line_texts(body))
        if texts:
            kept[LINES] = " | ".join(dict.fromkeys(texts[:_TEXTS]))
        documents.append(Document(_local(root.tag), kept, _named(seller), _named(buyer), buyer_path))
    return documents


def _partial(item: Element) -> Document:
    return Document(_local(item.tag), _leaves(item))


def _parties(root: Element) -> tuple[tuple[str, Element], tuple[str, Element]] | None:
    """Give the elements of the seller and the buyer with their paths: the pair that has most in common."""
    sellers, buyers = [], []
    for path, element in _once(root, "", 0):
        name = path.rpartition(".")[2]
        if _SELLER.search(name):
            sellers.append((path, element))
        elif _BUYER.search(name):
            buyers.append((path, element))
    best: tuple[int, tuple[tuple[str, Element], tuple[str, Element]]] | None = None
    for seller in sellers:
        for buyer in buyers:
            if seller[0].startswith(f"{buyer[0]}.") or buyer[0].startswith(f"{seller[0]}."):
                continue
            alike = len(_plain(seller[1]) & _plain(buyer[1]))
            if alike >= _ALIKE and (best is None or alike > best[0]):
                best = alike, (seller, buyer)
    return best[1] if best else None


def _once(element: Element, path: str, depth: int) -> Iterator[tuple[str, Element]]:
    """Give the elements that are in no list, with their paths."""
    for name, parts in _groups(element).items():
        if len(parts) == 1 and depth < _DEEP and not _LINES.search(name):
            own = f"{path}.{name}" if path else name
            yield own, parts[0]
            yield from _once(parts[0], own, depth + 1)


def _plain(element: Element) -> frozenset[str]:
    """Give what the parts of a party are called, without what only says which party it is."""
    return frozenset(_BUYER.sub("", _SELLER.sub("", path.rpartition(".")[2])) for path in _leaves(element))


def _named(party: Element) -> str:
    return next((text for path, text in _leaves(party).items() if _NAME.search(path.rpartition(".")[2])), "")


def _leaves(element: Element, without: Sequence[Element] = ()) -> dict[str, str]:
    """Give the texts and attributes within an element by their paths; several alike are put together."""
    leaves = {
        _local(name): text for name, text in element.attrib.items() if not name.endswith("schemaLocation")
    }
    text = (element.text or "").strip()
    if text and len(text) <= _LONGEST:
        leaves[""] = text
    for name, parts in _groups(element).items():
        inner = [_leaves(part, without) for part in parts if all(part is not other for other in without)]
        if not inner or (_LINES.search(name) and max(map(len, inner)) >= _LINE):
            continue
        for path, value in _together(inner).items():
            leaves[f"{name}.{path}" if path else name] = value
    return leaves


def _together(alike: Sequence[dict[str, str]]) -> dict[str, str]:
    """Put elements of one name together: amounts in one currency are added up, of other texts the first is taken."""
    if len(alike) == 1:
        return alike[0]
    alike = sorted(alike, key=lambda leaves: not _FOR_VAT & set(leaves.values()))
    currencies = {text for leaves in alike for path, text in leaves.items() if path.endswith("currencyID")}
    if len(currencies) > 1:
        return alike[0]
    joined: dict[str, str] = {}
    for path in dict.fromkeys(path for leaves in alike for path in leaves):
        texts = [leaves[path] for leaves in alike if path in leaves]
        amounts = all(_NUMBER.fullmatch(text) for text in texts)
        joined[path] = str(sum(map(Decimal, texts))) if amounts else texts[0]
    return joined


def _line_texts(element: Element) -> Iterator[str]:
    """Give the longest text of each line, which says what it is for."""
    for part in element:
        if _LINES.search(_local(part.tag)) and len(part) + len(part.attrib) >= _LINE:
            own = [
                (text or "").strip() for inner in part.iter() for text in (inner.text, *inner.attrib.values())
            ]
            words = [text for text in own if len(text) <= _TEXT and not _NUMBER.fullmatch(text)]
            longest = max(words, key=len, default="")
            if longest:
                yield longest
        else:
            yield from _line_texts(part)


def _groups(element: Element) -> dict[str, list[Element]]:
    groups: dict[str, list[Element]] = {}
    for part in element:
        if isinstance(part.tag, str):
            groups.setdefault(_local(part.tag), []).append(part)
    return groups


def _local(name: str) -> str:
    return name.rpartition("}")[2]
