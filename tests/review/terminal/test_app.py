"""The terminal review, driven key by key: by Textual's pilot, and in a real terminal."""

import asyncio
import shutil
import subprocess
import sys
import time
import uuid
from dataclasses import replace

import pytest
from textual.widgets import Static

from sot.review.terminal.app import ReviewApp
from tests.review.making import plain, session, small_run, written


def drive(app, *steps, size=(80, 24)):
    """Press keys, one step after another, and give the texts of the screen at the end."""

    async def play():
        async with app.run_test(size=size, notifications=True) as pilot:
            for step in steps:
                await pilot.press(*([step] if isinstance(step, str) else step))
                await pilot.pause()
            return {w.id: str(w.render()) for w in app.screen.query(Static) if w.id}

    return asyncio.run(play())


def said(tmp_path):
    return plain(written(tmp_path / "decisions.jsonl"))


def test_every_kind_of_case_is_settled_by_single_keys(tmp_path):
    app = ReviewApp(session(tmp_path))
    texts = drive(app, "d", "s", "r", "g", "l")
    assert said(tmp_path) == [
        ("different", ("crm:3", "erp:2")),
        ("same", ("crm:1", "crm:2", "erp:1")),
        ("related", ("crm:4", "erp:3")),
        ("same", ("crm:1",)),
    ]
    assert written(tmp_path / "decisions.jsonl")[2].relation == "group"
    assert "Nothing is left" in texts["title"]
    assert "4 settled" in texts["progress"]


def test_the_screen_tells_what_a_steward_needs(tmp_path):
    texts = drive(ReviewApp(session(tmp_path)), "down")
    assert "1/4" in texts["title"] and "apart now" in texts["title"] and "40 % likely" in texts["title"]
    assert "EUR\N{NO-BREAK SPACE}70,050" in texts["title"]
    assert "name: same words +9.0" in texts["evidence"] and "place: different town -5.0" in texts["evidence"]
    assert "of Salesforce 3: " in texts["value"]
    assert "2 more decisions cover 99 % of the money" in texts["progress"]


def test_the_merge_grid_is_filled_in_by_keys_and_undone_at_once(tmp_path):
    app = ReviewApp(session(tmp_path), "acme")
    drive(app, "m", ["right", "space"], ["down", "left", "right", "right"], "space", "s")
    log = written(tmp_path / "decisions.jsonl")
    assert [(d.field, d.value, len(d.records)) for d in log] == [
        (None, None, 3),
        ("survivor", "2", 1),
        ("name", "ACME Roofing Incorporated", 1),
    ]
    drive(ReviewApp(app.session, "state:all acme"), "z")
    assert [made[0] for made in said(tmp_path)].count("revokes") == 3


def test_a_record_left_out_of_the_merge_grid_is_not_joined(tmp_path):
    drive(ReviewApp(session(tmp_path), "acme"), "m", ["right", "right", "x"], "s")
    assert said(tmp_path) == [("same", ("crm:1", "crm:2"))]


def test_the_merge_grid_says_what_a_row_will_be_and_escape_saves_nothing(tmp_path):
    shown = drive(ReviewApp(session(tmp_path), "acme"), "m", ["down", "right", "right"], "space")
    assert "name: Acme Roofing Inc → ACME Roofing Incorporated decision" in shown["row"]
    texts = drive(ReviewApp(session(tmp_path), "acme"), "m", "space", "escape")
    assert said(tmp_path) == []
    assert "Acme Roofing" in texts["why"]


def test_keys_that_answer_nothing_are_not_offered(tmp_path):
    shown = drive(ReviewApp(session(tmp_path)), ["g", *"V1", "enter"])
    assert "l lock" in shown["keys"] and "m merge grid" in shown["keys"]
    assert "s same" not in shown["keys"] and "d different" not in shown["keys"]
    assert "s same" in drive(ReviewApp(session(tmp_path)))["keys"]


def test_select_members_note_and_undo(tmp_path):
    app = ReviewApp(session(tmp_path), "acme")
    drive(app, "right", "space", ["n", *"moved", "enter"], "d", "z", "y")
    log = written(tmp_path / "decisions.jsonl")
    assert plain(log)[:2] == [("different", ("crm:2", "crm:1")), ("different", ("crm:2", "erp:1"))]
    assert log[0].reason == "moved"
    assert plain(log)[2:] == [("revokes", r) for _, r in plain(log)[:2]] * 2


def test_a_member_that_does_not_belong_goes_by_one_key(tmp_path):
    drive(ReviewApp(session(tmp_path), "acme"), ["right", "right"], "x")
    assert said(tmp_path) == [("different", ("erp:1", "crm:1")), ("different", ("erp:1", "crm:2"))]


def test_skip_back_filter_go_to_and_unsure(tmp_path):
    app = ReviewApp(session(tmp_path))
    drive(app, "k", "b", "u", ["g", "q", "3", "enter"], "s", ["f", *"kind:vetoed", "enter"])
    assert said(tmp_path) == [("unsure", ("crm:3", "erp:2")), ("same", ("crm:4", "erp:3"))]
    assert app.todo == []
    assert list(app.session.skipped) == ["Q2"]


def test_an_answer_that_means_nothing_is_told_and_the_case_stays(tmp_path):
    app = ReviewApp(session(tmp_path))
    drive(app, "space", "s", ["f", *"colour:red", "enter"])
    assert said(tmp_path) == []
    assert app.shown.case.id == "Q2"


def test_one_answer_for_all_cases_alike_is_taken_back_by_one_undo(tmp_path):
    app = ReviewApp(session(tmp_path))
    first = app.session.todo(app.wanted)[0]
    alike = app.session.alike(first, app.wanted)
    assert first in alike and all(case.kind == first.kind for case in alike)
    drive(app, ["a", *"same", "enter"])
    assert {app.session.state(case) for case in alike} == {"settled"}
    again = ReviewApp(session(tmp_path))
    texts = drive(again, "z")
    assert "settled" in texts["progress"]  # another session has nothing to undo
    back = ReviewApp(session(tmp_path / "two"))
    drive(back, ["a", *"different", "enter"], "z")
    assert not any(back.session.state(case) == "settled" for case in back.session.board.cases)


def test_one_answer_for_all_that_means_nothing_changes_nothing(tmp_path):
    app = ReviewApp(session(tmp_path))
    drive(app, ["a", *"related", "enter"])
    assert said(tmp_path) == []


def test_blind_hides_scores_and_reasons(tmp_path):
    texts = drive(ReviewApp(session(tmp_path, blind=True)), "down")
    everything = " ".join(texts.values())
    assert "%" not in texts["title"] and "different town" not in everything and "blind" in texts["progress"]


def test_script_and_markup_in_names_are_text(tmp_path):
    texts = drive(ReviewApp(session(tmp_path), "script"), "up")
    assert "<script>alert('Evil & Sons')</script>" in texts["why"]


def test_control_characters_in_names_do_nothing(tmp_path):
    acts = "Evil\x1b[31m \x9b2J\u202eLtd"
    app = ReviewApp(session(tmp_path))
    shown = app.session.detail
    drawn = []

    def evil(case):
        found = shown(replace(case, names=acts, why=acts))
        return replace(found, records=tuple({**record, "name": acts} for record in found.records))

    async def play():
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("down")
            await pilot.pause()
            drawn.append(app.export_screenshot())

    app.session.detail = evil
    asyncio.run(play())
    assert "Evil�[31m" in drawn[0] and not {"\x1b", "\x9b", "\u202e"} & set(drawn[0])


def test_it_goes_on_where_it_stopped(tmp_path):
    drive(ReviewApp(session(tmp_path)), "s", "q")
    app = ReviewApp(session(tmp_path))
    texts = drive(app, "down")
    assert app.shown.case.id == "Q1" and "1/3" in texts["title"]


def test_help_and_the_grid_fit_a_small_screen(tmp_path):
    app = ReviewApp(session(tmp_path))

    async def play():
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("question_mark")
            assert app.screen.query_one(".help").region.height <= 24
            await pilot.press("escape")
            return app.table.size

    size = asyncio.run(play())
    assert size.width == 80 and size.height >= 12


@pytest.mark.skipif(not shutil.which("tmux"), reason="no tmux on this machine")
def test_a_real_terminal(tmp_path):
    small_run(tmp_path / "sot-out")
    name = f"sot-{uuid.uuid4().hex}"

    def tmux(*words):
        done = subprocess.run(["tmux", "-L", name, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def wait_for(text):
        for _ in range(600):
            if text in (screen := tmux("capture-pane", "-p", "-t", name)):
                return screen
            time.sleep(0.05)
        pytest.fail(f"{text!r} never came up:\n{screen}")

    command = f"cd {tmp_path} && {sys.executable} -m sot review sot-out --steward eve"
    tmux("new-session", "-d", "-s", name, "-x", "80", "-y", "24", command)
    try:
        screen = wait_for("apart now")
        assert "Globex Canada" in screen and "q quit" in screen
        tmux("send-keys", "-t", name, "s")
        wait_for("joined now")
        tmux("send-keys", "-t", name, "q")
        for _ in range(400):
            if subprocess.run(
                ["tmux", "-L", name, "has-session"], capture_output=True, check=False
            ).returncode:
                break
            time.sleep(0.05)
    finally:
        subprocess.run(["tmux", "-L", name, "kill-server"], capture_output=True, check=False)
    assert said(tmp_path) == [("same", ("crm:3", "erp:2"))]
