"""The review page in a real browser: two reviewers at once, by mouse and keys, a case of each kind."""

import os
import threading
from contextlib import contextmanager

import pytest

from sot.review.web import server
from tests.review.making import plain, session, written
from tests.review.webdriver import CHROMIUM, DRIVER, browsers

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER) and "CI" not in os.environ,
    reason="no chromium and chromedriver on this machine",
)


@contextmanager
def serving(board, names, monkeypatch):
    """Serve the page on a free port; give the links of the reviewers."""
    links, ready, servers = {}, threading.Event(), []
    run = server.uvicorn.Server.run

    def remembered(self, sockets=None):
        servers.append(self)
        run(self, sockets)

    def tell(found):
        links.update(found)
        ready.set()

    monkeypatch.setattr(server.uvicorn.Server, "run", remembered)
    thread = threading.Thread(target=server.serve, args=(board, ("127.0.0.1", 0), names, False, tell))
    thread.start()
    try:
        assert ready.wait(10)
        yield links
    finally:
        servers[0].should_exit = True
        thread.join(10)


def said(tmp_path):
    return sorted(plain(written(tmp_path / "decisions.jsonl")))


def test_two_reviewers_settle_a_case_of_each_kind(tmp_path, monkeypatch):
    board = session(tmp_path).board
    with (
        serving(board, ["ada", "bob"], monkeypatch) as links,
        browsers((1200, 900), (390, 800)) as (ada, bob),
    ):
        ada.open(links["ada"])
        ada.wait_for("apart, but perhaps one")
        bob.open(links["bob"])
        bob.wait_for("joined, but in doubt")
        assert "enter" not in ada.url, "the token does not stay in the address"
        ada.press("n")
        ada.press("two towns")
        ada.click("button[value=different]")
        ada.wait_for("Saved: different")
        ada.wait_for("something contradicts")
        assert ada.run("return document.querySelectorAll('script').length") == 1, (
            "the name is text, no script"
        )
        bob.press("2")
        bob.press("d")
        bob.wait_for("Saved: different")
        bob.wait_for("a value to choose")
        bob.click("button[value='city 0']")
        bob.wait_for("Locked: address = Austin")
        ada.press("r")
        ada.wait_for("Saved: related")
        assert "open · bob" in ada.text, "what bob looks at is left to him, and the list says so"
        ada.press("z")
        ada.wait_for("Taken back.")
        assert "something contradicts" in ada.text
    assert said(tmp_path) == [
        ("different", ("crm:2", "crm:1")),
        ("different", ("crm:2", "erp:1")),
        ("different", ("crm:3", "erp:2")),
        ("related", ("crm:4", "erp:3")),
        ("revokes", ("crm:4", "erp:3")),
        ("same", ("crm:1",)),
    ]
    log = written(tmp_path / "decisions.jsonl")
    assert {(d.steward, d.reason) for d in log if d.records == (("crm", "3"), ("erp", "2"))} == {
        ("ada", "two towns")
    }


TAB, RIGHT = "\ue004", "\ue014"


def test_the_merge_grid_is_filled_in_by_the_keyboard_alone(tmp_path, monkeypatch):
    board = session(tmp_path).board
    with serving(board, ["ada"], monkeypatch) as links, browsers((1200, 900)) as (ada,):
        ada.open(links["ada"])
        ada.wait_for("apart now")
        ada.press("k")
        ada.wait_for("/case/Q1")
        ada.press("m")
        ada.wait_for("Golden after")
        for row, right in (("survivor:crm", 2), ("address", 3)):
            for _ in range(60):
                if ada.run("return document.activeElement.name") == f"choice {row}":
                    break
                ada.press(TAB)
            ada.press(RIGHT * right)
        after = "return document.querySelector('[data-after=address]').textContent"
        ada.wait_for("Dallas\ndecision")
        assert "Dallas" in ada.run(after) and "decision" in ada.run(after)
        ada.press("s")
        ada.wait_for("Saved: same, 2 chosen values")
        ada.press("z")
        ada.wait_for("Taken back.")
    log = written(tmp_path / "decisions.jsonl")
    assert [(d.field, d.value) for d in log if not d.revokes] == [
        (None, None),
        ("survivor", "2"),
        ("address", "Dallas"),
    ]
    assert sum(d.revokes is not None for d in log) == 3


def test_it_works_without_javascript_and_asks_nothing_of_the_outside(tmp_path, monkeypatch):
    board = session(tmp_path).board
    flags = (
        "--blink-settings=scriptEnabled=false",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    )
    with serving(board, ["ada"], monkeypatch) as links, browsers((1000, 800), flags=flags) as (ada,):
        ada.open(links["ada"])
        ada.click("button[value=same]")
        ada.wait_for("/case/Q1")
    assert said(tmp_path) == [("same", ("crm:3", "erp:2"))]


def test_an_answer_given_while_the_connection_is_lost_arrives_later(tmp_path, monkeypatch):
    board = session(tmp_path).board
    with serving(board, ["ada"], monkeypatch) as links, browsers((1000, 800)) as (ada,):
        ada.open(links["ada"])
        ada.wait_for("apart, but perhaps one")
        ada.run("window.real = window.fetch; window.fetch = () => Promise.reject(new TypeError('offline'))")
        ada.press("s")
        ada.wait_for("not saved yet")
        assert said(tmp_path) == []
        ada.run("window.fetch = window.real")
        ada.wait_for("Saved: same")
    assert said(tmp_path) == [("same", ("crm:3", "erp:2"))]
