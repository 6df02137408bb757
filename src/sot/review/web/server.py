"""The review page's routes and its server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sot.errors import SotError, UsageError
from sot.model.counts import counted
from sot.model.kinds import Relation, Verdict
from sot.review.answers import Answer
from sot.review.cases import Case, record_key
from sot.review.filters import parse
from sot.review.merging import preview, save
from sot.review.session import Board
from sot.review.web.merge_grid import chosen, merge_page, told
from sot.review.web.pages import case_page, list_page
from sot.review.web.patience import PatientProtocol
from sot.review.web.reviewers import ReviewerPool
from sot.review.web.security import ENTRY_PATH, AccessMiddleware, is_loopback

STATIC = {"review.css": "text/css", "review.js": "text/javascript"}
LONGEST_NOTE = 2000
MOST_AT_ONCE = 200
"""So many requests and connections are served at a time; the others are told to come back."""
_GOODBYE = 3
"""Seconds that a request that is being answered has to its end after Ctrl-C."""


class Routes:
    """The routes over a pool of reviewers. Every request works with the board's lock held: two answers never cross."""

    def __init__(self, pool: ReviewerPool) -> None:
        self.pool = pool

    def app(self) -> Starlette:
        """Give the ASGI application, without the access middleware."""
        return Starlette(
            routes=[
                Route("/", self._in_turn(self.home)),
                Route("/list", self._in_turn(self.cases)),
                Route("/case/{case_id}", self._in_turn(self.show), methods=["GET"]),
                Route("/case/{case_id}", self._in_turn(self.answer), methods=["POST"]),
                Route("/case/{case_id}/merge", self._in_turn(self.grid), methods=["GET"]),
                Route("/case/{case_id}/merge", self._in_turn(self.merge), methods=["POST"]),
                Route("/answers", self._in_turn(self.answers), methods=["POST"]),
                Route("/undo", self._in_turn(self.undo), methods=["POST"]),
                Route("/redo", self._in_turn(self.redo), methods=["POST"]),
                Route("/static/{file}", static),
            ]
        )

    def _in_turn(self, work: Callable[[str, Request, FormData], Response]) -> Callable[[Request], Any]:
        async def handle(request: Request) -> Response:
            try:
                form = await request.form() if request.method == "POST" else FormData()
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it

            def locked() -> Response:
                with self.pool.board.lock:
                    return work(request.scope["reviewer"], request, form)

            try:
                return _for_script(request, await run_in_threadpool(locked))
            except SotError as error:
                self._tell(request.scope["reviewer"], f"{error.message}. {error.hint or ''}".strip())
                back = (
                    request.url.path if request.method == "POST" and "/case/" in request.url.path else "/list"
                )
                return _for_script(request, RedirectResponse(back, 303))

        return handle

    def _tell(self, name: str, notice: str) -> None:
        self.pool.reviewers[name].notices.append(notice)

    def _notices(self, name: str) -> list[str]:
        reviewer = self.pool.reviewers[name]
        notices, reviewer.notices = reviewer.notices, []
        return notices

    def home(self, name: str, request: Request, form: FormData) -> Response:
        """Go to the next case of this reviewer."""
        del request, form
        return self._onward(name, None)

    def _onward(self, name: str, after: Case | None) -> Response:
        case = self.pool.next_case(name, parse(self.pool.reviewers[name].filter_text), after)
        if case is not None:
            # At once, not when the page is asked for: several who start together each get their own.
            self.pool.claim(case, name)
        return RedirectResponse(f"/case/{case.id}" if case else "/list", 303)

    def cases(self, name: str, request: Request, form: FormData) -> Response:
        """Show the queue, filtered."""
        del form
        reviewer = self.pool.reviewers[name]
        if "filter" in request.query_params:
            text = request.query_params["filter"][:200]
            parse(text)
            reviewer.filter_text = text
        self.pool.release(name)
        reviewer.order = request.query_params.get("order", reviewer.order)[:20]
        todo = reviewer.session.todo(parse(reviewer.filter_text))
        return HTMLResponse(list_page(self.pool, name, todo, self._notices(name), reviewer.order))

    def answers(self, name: str, request: Request, form: FormData) -> Response:
        """Take one answer for several cases, all or none; one undo takes them all back."""
        del request
        reviewer = self.pool.reviewers[name]
        ticket, verdict = str(form.get("ticket", "")), str(form.get("verdict", ""))
        if ticket in reviewer.taken:
            return RedirectResponse("/list", 303)
        if verdict not in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE):
            raise UsageError(f"'{verdict}' is not a verdict for several cases")
        session = reviewer.session
        chosen = [self.pool.board.case(str(id_)) for id_ in form.getlist("case")]
        open_ = [case for case in chosen if session.state(case) != "settled"]
        if not open_:
            raise UsageError("no open case is chosen", "check the cases that have this answer")
        session.answer_all([(session.detail(case), Answer(Verdict(verdict))) for case in open_])
        reviewer.taken.add(ticket)
        left = len(chosen) - len(open_)
        self._tell(
            name,
            f"Saved: {verdict} for {len(open_)} cases" + (f"; {left} were settled already" if left else ""),
        )
        return RedirectResponse("/list", 303)

    def show(self, name: str, request: Request, form: FormData) -> Response:
        """Show one case, and claim it."""
        del form
        case = self.pool.board.case(request.path_params["case_id"])
        self.pool.claim(case, name)
        shown = self.pool.reviewers[name].session.detail(case)
        return HTMLResponse(case_page(self.pool, name, shown, self._notices(name)))

    def grid(self, name: str, request: Request, form: FormData) -> Response:
        """Show the merge grid of a case, with what the choices make of the golden record."""
        del form
        case = self.pool.board.case(request.path_params["case_id"])
        if case.of_documents:
            raise UsageError("documents are not merged")
        self.pool.claim(case, name)
        session = self.pool.reviewers[name].session
        shown = session.detail(case)
        merge = chosen(shown, request.query_params)
        golden = preview(session, shown, merge)
        if request.headers.get("accept") == "application/json":
            return JSONResponse(told(shown, merge, golden))
        return HTMLResponse(merge_page(self.pool, name, shown, merge, golden, self._notices(name)))

    def merge(self, name: str, request: Request, form: FormData) -> Response:
        """Take what was chosen in the merge grid: one answer, which one undo takes back."""
        case = self.pool.board.case(request.path_params["case_id"])
        reviewer = self.pool.reviewers[name]
        ticket = str(form.get("ticket", ""))
        if ticket in reviewer.taken:
            return self._onward(name, case)
        if refused := self._changed_meanwhile(name, case, form):
            return refused
        shown = reviewer.session.detail(case)
        made = [d for d in save(reviewer.session, shown, chosen(shown, form)) if not d.revokes]
        reviewer.taken.add(ticket)
        values = sum(decision.field is not None for decision in made)
        self._tell(
            name, f"Saved: {'same, ' * (case.field is None)}{counted(values, 'chosen value')} - {case.names}"
        )
        return self._onward(name, case)

    def answer(self, name: str, request: Request, form: FormData) -> Response:
        """Take an answer once, and only if nobody decided meanwhile."""
        case = self.pool.board.case(request.path_params["case_id"])
        reviewer = self.pool.reviewers[name]
        ticket = str(form.get("ticket", ""))
        if ticket in reviewer.taken:
            return self._onward(name, case)
        if form.get("verdict") == "skip":
            reviewer.session.skip(case)
            return self._onward(name, case)
        if form.get("verdict") == "put_off":
            day = str(form.get("until", ""))
            reviewer.session.put_off(case, day)
            self._tell(name, f"Put off until {day} - {case.names}")
            return self._onward(name, case)
        if refused := self._changed_meanwhile(name, case, form):
            return refused
        self._take(name, case, form)
        reviewer.taken.add(ticket)
        return self._onward(name, case)

    def _changed_meanwhile(self, name: str, case: Case, form: FormData) -> Response | None:
        """Refuse an answer on what the reviewer did not see."""
        if self.pool.reviewers[name].session.blind or form.get("mark") == self.pool.mark(case, name):
            return None
        others = self.pool.said_meanwhile(case, str(form.get("mark", "")))
        who = (
            "; ".join(dict.fromkeys(f"{d.steward} said {d.verdict}" for d in others))
            or "a decision was revoked"
        )
        self._tell(name, f"Not saved, because this case changed while you looked at it: {who}.")
        return RedirectResponse(f"/case/{case.id}", 303)

    def _take(self, name: str, case: Case, form: FormData) -> None:
        session = self.pool.reviewers[name].session
        shown = session.detail(case)
        if lock := str(form.get("lock", "")):
            column, _, number = lock.partition(" ")
            if not number.isdigit() or int(number) >= len(shown.keys):
                raise UsageError("this value is not on the page")
            made = session.lock(shown, shown.keys[int(number)], column)
            self._tell(name, f"Locked: {made[-1].field} = {made[-1].value}")
            return
        if form.get("verdict") == "link":
            selected = frozenset(record_key(str(key)) for key in form.getlist("selected"))
            made = session.link(shown, selected, str(form.get("other", ""))[:200])
            self._tell(
                name,
                f"Linked with {self.pool.board.run.called(made[-1].records[-1])}; the next run joins them",
            )
            return
        made = session.answer(shown, _answer(form))
        self._tell(name, f"Saved: {next(d.verdict for d in made if not d.revokes)} - {case.names}")

    def undo(self, name: str, request: Request, form: FormData) -> Response:
        """Take the last answer of this reviewer back and show its case."""
        del request, form
        self.pool.reviewers[name].session.undo()
        return self._return(name, "Taken back.")

    def redo(self, name: str, request: Request, form: FormData) -> Response:
        """Say again what was taken back."""
        del request, form
        self.pool.reviewers[name].session.redo()
        return self._return(name, "Said again.")

    def _return(self, name: str, notice: str) -> Response:
        self._tell(name, notice)
        case = self.pool.reviewers[name].session.returned
        there = case is not None and any(known.id == case.id for known in self.pool.board.cases)
        return RedirectResponse(f"/case/{case.id}" if case and there else "/list", 303)


def _for_script(request: Request, answer: Response) -> Response:
    """Tell the page's script where to go instead of sending it there: the page that follows is shown once."""
    if request.headers.get("accept") == "application/json" and isinstance(answer, RedirectResponse):
        return JSONResponse({"go": answer.headers["location"]})
    return answer


def _answer(form: FormData) -> Answer:
    verdict, relation = str(form.get("verdict", "")), str(form.get("relation", ""))
    if verdict not in set(Verdict):
        raise UsageError(f"'{verdict}' is not a verdict")
    if verdict == Verdict.RELATED and relation not in set(Relation):
        raise UsageError(f"'{relation}' is not a relation")
    if verdict == Verdict.RELATED and relation == Relation.PARENT and not form.getlist("selected"):
        raise UsageError("the parent is not marked", "check the records of the parent, then choose related")
    return Answer(
        Verdict(verdict),
        frozenset(record_key(str(key)) for key in form.getlist("selected")),
        Relation(relation) if verdict == Verdict.RELATED else None,
        str(form.get("reason", "")).strip()[:LONGEST_NOTE] or None,
    )


async def static(request: Request) -> Response:
    """Give one of the two files of the page."""
    name = request.path_params["file"]
    if name not in STATIC:
        return Response("There is no such file.", 404)
    return Response((files("sot.review.web") / "static" / name).read_bytes(), media_type=STATIC[name])


def guarded(board: Board, names: list[str], blind: bool, host: str, port: int) -> AccessMiddleware:
    """Give the whole application: the routes behind the access middleware."""
    return AccessMiddleware(Routes(ReviewerPool(board, names, blind)).app(), names, host, port)


def serve(
    board: Board,
    address: tuple[str, int],
    names: list[str],
    blind: bool,
    tell: Callable[[dict[str, str]], None],
) -> None:
    """Serve the page until Ctrl-C; `tell` gets each reviewer's own link once the page can be reached."""
    host, port = address
    if len(set(names)) < len(names):
        raise UsageError("two reviewers have the same name")
    try:
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as error:
        raise UsageError(
            f"can't listen on {host}:{port}: {error.strerror or error}", "choose another --listen"
        ) from error
    with listener:
        port = listener.getsockname()[1]
        app = guarded(board, names, blind, host, port)
        shown = host if is_loopback(host) or host not in ("0.0.0.0", "::") else socket.gethostname()
        shown = f"[{shown}]" if ":" in shown else shown
        tell({name: f"http://{shown}:{port}{ENTRY_PATH}{token}" for name, token in app.tokens.items()})
        # The access log would hold the tokens of the links.
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                limit_concurrency=MOST_AT_ONCE,
                http=PatientProtocol,
                ws="none",
                timeout_graceful_shutdown=_GOODBYE,
            )
        )
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
