from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from sot.emit import emit
from sot.emit.money import listed, total
from sot.model.amounts import NO_BREAK
from sot.rules import Rulebook
from sot.rules.project import CompanySettings
from tests.emit.runs import make_run

EVIL = "</td><script>alert(1)</script><img src=x onerror=alert(2)> & \"quotes\" 'n' {{ 7*7 }}"


class Page(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "rect", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def report(tmp_path: Path) -> str:
    records = [
        {"system": "crm", "record_id": "1", "golden_id": "C1", "name": EVIL, "n_name": "evil", "city": EVIL},
        {"system": "erp", "record_id": EVIL, "golden_id": "C1", "name": "Evil", "n_name": "evel"},
        {
            "system": "erp",
            "record_id": "3",
            "golden_id": "C2",
            "name": "turned\u202eround\x07",
            "n_name": "evil",
        },
    ]
    conflict = {
        "severity": "blocker",
        "kind": "identifier_clash",
        "fix_in": "erp",
        "values": EVIL,
        "exposure": 5.0,
    }
    run = make_run(
        records,
        pairs=[
            {"uid_l": 0, "uid_r": 1, "match_weight": 9.0, "match_probability": 0.99, "band": "auto"},
            {
                "uid_l": 0,
                "uid_r": 2,
                "match_weight": 1.0,
                "match_probability": 0.6,
                "band": "apart",
                "against": "place",
            },
        ],
        questions=[
            {"uid_l": 0, "uid_r": 1, "match_probability": 0.6, "joined": True, "vetoed": False, "why": EVIL}
        ],
        conflicts=[conflict | {"conflict_id": "K1", "golden_id": "C1", "golden_name": EVIL}],
        exposure={"C1": (1234.0, "EUR")},
    )
    emit(tmp_path, run, Rulebook())
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_names_are_text_everywhere(report: str) -> None:
    page = Page(report)
    assert not page.open
    assert {tag for tag, _ in page.tags} & {
        "script",
        "img",
        "iframe",
        "object",
        "embed",
        "a",
        "link",
        "form",
    } == set()
    assert not any(
        name.startswith("on") or name in ("href", "src", "style") for _, attrs in page.tags for name in attrs
    )
    assert page.text.count(EVIL) >= 4


def test_no_text_hides_what_is_written(report: str) -> None:
    assert "\u202e" not in report
    assert "\x07" not in report
    assert "turned\N{REPLACEMENT CHARACTER}round\N{REPLACEMENT CHARACTER}" in report


def test_the_policy_allows_the_page_its_own_style_and_nothing_else(report: str) -> None:
    (policy,) = [attrs["content"] for tag, attrs in Page(report).tags if attrs.get("http-equiv")]
    style = re.search(r"<style>(.*?)</style>", report, flags=re.DOTALL)
    assert style is not None and policy is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"url\(|@import|https?:", report)


def test_it_says_what_the_summary_says(report: str) -> None:
    text = " ".join(Page(report).text.split())
    assert "1 in CRM and 2 in ERP are 2 customers" in text
    assert "1 blocker prevents an integration" in text
    assert "1 open blocker " in text and "1 case to answer " in text
    assert "no BI system was read." in text
    assert "EUR 1,234" in text.partition("Money at stake")[2].partition("What next")[0]


def test_no_amount_breaks_between_currency_and_number(report: str) -> None:
    assert f"EUR{NO_BREAK}1,234" in report
    assert not re.search(r"\b(?:EUR|USD|GBP) [\d,]+\b|[\d,]{4,} (?:EUR|USD|GBP)\b", Page(report).text)


def test_every_heading_level_follows_from_the_one_before(report: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(report).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize(
    ("sums", "said"),
    [
        ({}, "none"),
        ({"EUR": 1234.4}, "EUR 1,234"),
        ({"": 1234.4}, "1,234"),
        ({"": 5, "EUR": 7}, "EUR 7 + 5 (no currency)"),
        ({"CHF": 1, "EUR": 3, "USD": 2}, "EUR 3 + USD 2 + 1 more currency"),
        ({"AUD": 1, "CHF": 1, "EUR": 3, "USD": 2}, "EUR 3 + USD 2 + 2 more currencies"),
    ],
)
def test_money_is_never_added_across_currencies(sums: dict[str, float], said: str) -> None:
    assert listed(sums).replace(NO_BREAK, " ") == said


@pytest.mark.parametrize(
    ("sums", "said"),
    [
        ({}, "none"),
        ({"EUR": 100, "USD": 50}, "EUR 140"),
        ({"CHF": 7, "EUR": 100, "USD": 50}, "EUR 140 + CHF 7"),
        ({"CHF": 7}, "CHF 7"),
    ],
)
def test_a_total_is_in_the_currency_of_the_company(sums: dict[str, float], said: str) -> None:
    assert total(sums, CompanySettings(currency="EUR", rates={"USD": 0.8})).replace(NO_BREAK, " ") == said
