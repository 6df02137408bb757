"""Make the pictures of docs/review.md from a run over sample_data: `python -m tests.review.pictures`.

Needs chromium and chromedriver.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest

from sot.cli.errors import run as sot
from sot.review.cases import Case, queue
from sot.review.run_reader import FinishedRun
from sot.review.session import Board, Session
from sot.review.terminal.app import ReviewApp
from tests.review.making import seen
from tests.review.test_browser import serving
from tests.review.webdriver import browsers

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def main() -> None:
    """Run sot over the sample data and take all pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assert (
            sot(["dedupe", str(ROOT / "sample_data"), "--project", name, "--out", f"{name}/out", "-q"]) == 0
        )
        board = Board(FinishedRun(folder / "out"), folder / "decisions.jsonl", queue, seen)
        case = telling(board)
        asyncio.run(terminal(board, case, folder / "terminal.svg"))
        page(board, case, folder)


def telling(board: Board) -> Case:
    """Give a case that shows what a case is: two parts, a few records."""
    session = Session(board, "ada")
    for case in board.cases:
        shown = session.detail(case)
        if case.kind == "possible_match" and 3 <= len(shown.keys) <= 4 and len(set(shown.parts)) == 2:
            return case
    return board.cases[0]


async def terminal(board: Board, case: Case, to: Path) -> None:
    """Take the terminal at 80 by 24."""
    app = ReviewApp(Session(board, "ada"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", *case.id, "enter")
        await pilot.pause()
        to.write_text(app.export_screenshot())


def page(board: Board, case: Case, folder: Path) -> None:
    """Take the page on a desk and on a phone, and the terminal's picture through the browser."""
    patch = pytest.MonkeyPatch()
    sizes = ((1180, 1020), (500, 860), (994, 722))
    with serving(board, ["ada", "bob"], patch) as links, browsers(*sizes) as (pool, phone, svg):
        for browser, name, file in ((pool, "ada", "review_web.png"), (phone, "bob", "review_phone.png")):
            browser.open(links[name])
            browser.open(f"{browser.url.split('/case')[0]}/case/{case.id}")
            browser.wait_for("likely one customer")
            browser.screenshot(DOCS / file)
        pool.open(f"{pool.url}/merge")
        pool.wait_for("Golden after")
        pool.screenshot(DOCS / "review_merge.png")
        svg.open((folder / "terminal.svg").as_uri())
        svg.screenshot(DOCS / "review_terminal.png")
    patch.undo()


if __name__ == "__main__":
    main()
