"""The review page as a browser talks to it, and as strangers try to."""

import asyncio
import re
import threading

import httpx
import pytest

from sot.decision_log import append
from sot.review.web.reviewers import CLAIM_SECONDS, ReviewerPool
from sot.review.web.security import is_loopback
from sot.review.web.server import guarded, serve
from tests.decision_log.making import decision
from tests.review.making import EVIL, plain, session, written

HOST = "127.0.0.1:8000"
ORIGIN = {"origin": f"http://{HOST}"}


class Browser:
    """A client that keeps cookies and follows redirects, without a network."""

    def __init__(self, app):
        transport = httpx.ASGITransport(app)
        self.client = httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", follow_redirects=True)

    def request(self, method, path, **more):
        return asyncio.run(self.client.request(method, path, **more))

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, **more):
        return self.request("POST", path, **more)


@pytest.fixture
def app(tmp_path):
    return guarded(session(tmp_path).board, ["ada", "bob"], False, "127.0.0.1", 8000)


def enter(app, name="ada"):
    client = Browser(app)
    assert client.get(f"/enter/{app.tokens[name]}", follow_redirects=False).status_code == 303
    return client


def fields(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def answer(client, case_id, **form):
    page = client.get(f"/case/{case_id}")
    return client.post(f"/case/{case_id}", data={**fields(page), **form}, headers=ORIGIN)


def said(tmp_path):
    return plain(written(tmp_path / "decisions.jsonl"))


def test_every_kind_of_case_is_settled(app, tmp_path):
    client = enter(app)
    assert client.get("/").url.path == "/case/Q2"
    page = answer(client, "Q2", verdict="different", reason="two towns")
    assert page.url.path == "/case/Q1" and "Saved: different" in page.text
    answer(client, "Q1", verdict="same")
    answer(client, "Q3", verdict="related", relation="parent", selected="erp:3")
    page = answer(client, "V1", lock="city 1")
    assert page.url.path == "/list" and "Nothing is left to decide" in page.text
    assert said(tmp_path) == [
        ("different", ("crm:3", "erp:2")),
        ("same", ("crm:1", "crm:2", "erp:1")),
        ("related", ("erp:3", "crm:4")),
        ("same", ("crm:2",)),
    ]
    log = written(tmp_path / "decisions.jsonl")
    assert (log[0].reason, log[0].steward) == ("two towns", "ada")
    assert (log[2].relation, log[3].value) == ("parent", "Austin")


def test_the_page_shows_evidence_differences_and_progress(app):
    text = enter(app).get("/case/Q2").text
    assert "<mark>Canada</mark>" in text and "place: different town" in text and "-5.0" in text
    assert "EUR\N{NO-BREAK SPACE}70,050" in text and "more decisions cover 99 % of the money" in text


def test_the_merge_grid_shows_the_golden_record_before_and_after_and_saves_both(app, tmp_path):
    client = enter(app)
    page = client.get("/case/Q1/merge")
    assert "account that stays in Salesforce" in page.text and "Golden now" in page.text
    rules = client.get("/case/Q1/merge", headers={"accept": "application/json"}).json()
    choices = {"choice name": "2", "choice address": "2", "choice survivor:crm": "1"}
    after = client.get("/case/Q1/merge", params=choices, headers={"accept": "application/json"}).json()
    assert rules["name"][0] == "Acme Roofing Inc" and rules["address"][0] == "Austin"
    assert after["name"] == ["ACME Roofing Incorporated", "decision"] and after["address"][0] == "Dallas"
    assert after["survivor:crm"] == ["2", "decision"]
    assert (
        "Dallas"
        in client.get("/case/Q1/merge", params=choices).text.partition('data-after="address"')[2][:40]
    )
    saved = client.post("/case/Q1/merge", data={**fields(page), **choices}, headers=ORIGIN)
    assert "Saved: same, 3 chosen values" in saved.text
    log = written(tmp_path / "decisions.jsonl")
    assert [(d.verdict, d.field, d.value, len(d.records)) for d in log] == [
        ("same", None, None, 3),
        ("same", "survivor", "2", 1),
        ("same", "name", "ACME Roofing Incorporated", 1),
        ("same", "address", "Dallas", 1),
    ]
    client.post("/undo", headers=ORIGIN)
    assert [made[0] for made in said(tmp_path)].count("revokes") == 4, "one undo takes all of it back"


def test_a_record_that_is_left_out_of_the_grid_gives_no_value(app, tmp_path):
    client = enter(app)
    data = {
        **fields(client.get("/case/Q1/merge")),
        "selected": ["crm:1", "crm:2"],
        "choice name": "2",
        "choice city": "9",
    }
    client.post("/case/Q1/merge", data=data, headers=ORIGIN)
    assert said(tmp_path) == [("same", ("crm:1", "crm:2"))]


def test_undo_and_redo_return_to_the_case(app, tmp_path):
    client = enter(app)
    answer(client, "Q2", verdict="same")
    page = client.post("/undo", headers=ORIGIN)
    assert page.url.path == "/case/Q2" and "Taken back." in page.text
    assert client.post("/redo", headers=ORIGIN).url.path == "/case/Q2"
    assert [verdict for verdict, _ in said(tmp_path)] == ["same", "revokes", "revokes"]
    assert "nothing to redo" in client.post("/redo", headers=ORIGIN).text


def test_a_form_that_comes_twice_counts_once(app, tmp_path):
    client = enter(app)
    form = {**fields(client.get("/case/Q2")), "verdict": "same"}
    for _ in range(3):
        assert client.post("/case/Q2", data=form, headers=ORIGIN).status_code == 200
    assert len(said(tmp_path)) == 1


def test_two_reviewers_get_two_cases_and_are_told_of_each_other(app, tmp_path):
    ada, bob = enter(app, "ada"), enter(app, "bob")
    assert ada.get("/").url.path == "/case/Q2"
    assert bob.get("/").url.path == "/case/Q1", "ada looks at Q2"
    page = bob.get("/case/Q2")
    assert "ada is looking at this case" in page.text
    answer(ada, "Q2", verdict="same")
    late = bob.post("/case/Q2", data={**fields(page), "verdict": "different"}, headers=ORIGIN)
    assert "Not saved, because this case changed" in late.text and "ada said same" in late.text
    assert said(tmp_path) == [("same", ("crm:3", "erp:2"))]
    answer(bob, "Q2", verdict="different")
    assert [verdict for verdict, _ in said(tmp_path)] == ["same", "revokes", "different"], "now bob knows"


def test_reviewers_who_start_together_get_a_case_each(app):
    both = [enter(app), enter(app, "bob")]
    led = [one.get("/", follow_redirects=False).headers["location"] for one in both]
    assert len(set(led)) == 2


def test_a_body_without_a_length_is_refused(app, tmp_path):
    async def chunks():
        for _ in range(100):
            yield b"x" * 10_000

    assert enter(app).post("/case/Q2", content=chunks(), headers=ORIGIN).status_code in (411, 413)
    assert not (tmp_path / "decisions.jsonl").exists()


def test_a_body_that_is_longer_than_it_says_is_cut_off_and_no_traceback(app, tmp_path):
    headers = {**ORIGIN, "content-length": "5", "content-type": "application/x-www-form-urlencoded"}

    async def chunks():
        for _ in range(100):
            yield b"verdict=same&" * 1_000

    answer = enter(app).post("/case/Q2", content=chunks(), headers=headers)
    assert answer.status_code == 400
    assert not (tmp_path / "decisions.jsonl").exists()


def test_a_claim_ends(tmp_path):
    at = [0.0]
    board = session(tmp_path).board
    pool = ReviewerPool(board, ["ada", "bob"], False, clock=lambda: at[0])
    pool.claim(board.case("Q2"), "ada")
    assert pool.claimed_by_other(board.case("Q2"), "bob") == "ada"
    at[0] = CLAIM_SECONDS + 1
    assert pool.claimed_by_other(board.case("Q2"), "bob") is None


def test_decisions_of_other_programs_are_not_overruled(app, tmp_path):
    client = enter(app)
    page = client.get("/case/Q2")
    append(tmp_path / "decisions.jsonl", [decision("1", "same", "crm:3", "erp:2", steward="eve")])
    late = client.post("/case/Q2", data={**fields(page), "verdict": "different"}, headers=ORIGIN)
    assert "eve said same" in late.text


def test_the_list_its_filter_and_skip(app):
    client = enter(app)
    assert answer(client, "Q2", verdict="skip").url.path == "/case/Q1"
    page = client.get("/list", params={"filter": "kind:vetoed"})
    assert "Evil" in page.text and "Globex" not in page.text
    assert client.get("/").url.path == "/case/Q3", "the filter holds for the next case too"
    assert "&#39;colour&#39; is not one of" in client.get("/list", params={"filter": "colour:red"}).text


FORMS = (
    {},
    {"verdict": "perhaps"},
    {"verdict": "related", "relation": "cousin"},
    {"verdict": "related", "relation": "parent"},
    {"verdict": "same", "selected": "crm:9"},
    {"lock": "city 99"},
    {"lock": "city x"},
)


@pytest.mark.parametrize("form", FORMS)
def test_nonsense_is_told_and_nothing_is_written(app, tmp_path, form):
    page = answer(enter(app), "Q2", **form)
    assert page.status_code == 200 and 'class="notice"' in page.text
    assert said(tmp_path) == []


def test_how_likely_a_case_is_is_written_as_everywhere(tmp_path):
    app = guarded(session(tmp_path).board, ["ada"], False, "127.0.0.1", 8000)
    assert "<span>40 % likely one customer</span>" in enter(app).get("/case/Q2").text


def test_blind_reviewers_see_neither_scores_nor_others(tmp_path):
    board = session(tmp_path).board
    app = guarded(board, ["ada", "bob"], True, "127.0.0.1", 8000)
    answer(enter(app), "Q2", verdict="same")
    text = enter(app, "bob").get("/case/Q2").text
    facts = re.search("<h1>.*?</p>", text, re.S)[0]
    assert "likely one" not in text and "different town" not in text and "settled" not in facts
    answer(enter(app, "bob"), "Q2", verdict="different")
    assert [verdict for verdict, _ in said(tmp_path)] == ["same", "different"]


# Strangers


def test_no_token_no_page(app):
    stranger = Browser(app)
    for path in ("/", "/list", "/case/Q2", "/static/review.js", "/enter/", "/enter/guess", "/enter/é"):
        assert stranger.get(path).status_code == 403
    assert stranger.get("/", headers={"cookie": "sot-review-8000=guess"}).status_code == 403


HOSTS = (
    "evil.example",
    "evil.example:8000",
    "127.0.0.1",
    "127.0.0.1:80",
    "127.0.0.2:8000",
    "",
)


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_is_refused_even_with_the_token(app, host):
    client = enter(app)
    assert client.get("/", headers={"host": host}).status_code == 421


ORIGINS = (
    None,
    "http://evil.example",
    "null",
    "https://127.0.0.1:8000",
    "http://127.0.0.1:8001",
)


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_form_of_another_page_is_refused(app, tmp_path, origin):
    client = enter(app)
    form = {**fields(client.get("/case/Q2")), "verdict": "same"}
    headers = {} if origin is None else {"origin": origin}
    assert client.post("/case/Q2", data=form, headers=headers).status_code == 403
    assert client.post("/undo", headers=headers).status_code == 403
    assert said(tmp_path) == []


PATHS = (
    "/static/../server.py",
    "/static/..%2f..%2fserver.py",
    "/static/%2e%2e/x",
    "/static//etc/passwd",
)


@pytest.mark.parametrize("path", PATHS)
def test_path_tricks_find_nothing(app, path):
    assert enter(app).get(path).status_code == 404


@pytest.mark.parametrize("case_id", ["nothing", "..%2fQ2", "%00", "<script>"])
def test_cases_that_are_not_there(app, case_id):
    page = enter(app).get(f"/case/{case_id}")
    assert page.status_code in (200, 404) and "<script>" not in page.text


def test_other_methods_and_large_forms_are_refused(app):
    client = enter(app)
    assert client.request("PUT", "/case/Q2", headers=ORIGIN).status_code == 405
    assert client.post("/case/Q2", content=b"x" * 300_000, headers=ORIGIN).status_code == 413


def test_script_in_a_company_name_is_text_everywhere(app):
    client = enter(app)
    for path in ("/case/Q3", "/list"):
        text = client.get(path).text
        assert EVIL not in text and "&lt;script&gt;" in text
        assert 'href="javascript' not in text
    assert EVIL not in answer(client, "Q3", verdict="same").text


def test_every_answer_carries_the_policies_and_names_nothing_outside(app):
    client = enter(app)
    for path in ("/case/Q2", "/list", "/static/review.css", "/static/review.js", "/nowhere"):
        answer_ = client.get(path)
        policy = answer_.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer_.headers["cache-control"] == "no-store"
        assert not re.findall(
            r"(?:https?:)?//(?!127\.0\.0\.1)[a-z]", answer_.text.replace("javascript://", "")
        )
    assert client.get("/static/review.js").headers["content-type"].startswith("text/javascript")


def test_the_cookie_is_kept_from_scripts(app):
    client = Browser(app)
    cookie = client.get(f"/enter/{app.tokens['ada']}", follow_redirects=False).headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert app.tokens["ada"] != app.tokens["bob"]


def test_only_this_machine_unless_told():
    assert is_loopback("127.0.0.1") and is_loopback("::1") and is_loopback("localhost")
    assert not is_loopback("0.0.0.0") and not is_loopback("evil.example")


def test_a_page_for_other_machines_takes_addresses_but_no_strange_names(tmp_path):
    app = guarded(session(tmp_path).board, ["ada"], False, "0.0.0.0", 8000)
    for host, status in (("192.0.2.7:8000", 303), ("localhost:8000", 303), ("evil.example:8000", 421)):
        client = Browser(app)
        path = f"/enter/{app.tokens['ada']}"
        assert client.get(path, headers={"host": host}, follow_redirects=False).status_code == status


def test_the_real_server_prints_no_secret(tmp_path, capfd):
    import uvicorn

    links, started = {}, threading.Event()
    servers = []
    original = uvicorn.Server.run

    def run(self, sockets=None):
        servers.append(self)
        original(self, sockets)

    def tell(found):
        links.update(found)
        started.set()

    board = session(tmp_path).board
    patch = pytest.MonkeyPatch()
    patch.setattr(uvicorn.Server, "run", run)
    thread = threading.Thread(target=serve, args=(board, ("127.0.0.1", 0), ["ada"], False, tell))
    thread.start()
    try:
        assert started.wait(10)
        with httpx.Client(follow_redirects=True) as client:
            assert "Globex" in client.get(links["ada"]).text
    finally:
        servers[0].should_exit = True
        thread.join(10)
        patch.undo()
    printed = capfd.readouterr()
    assert links["ada"].rsplit("/", 1)[1] not in printed.out + printed.err


def test_one_answer_settles_the_chosen_cases_and_one_undo_takes_them_back(app, tmp_path):
    client = enter(app)
    page = client.get("/list")
    form = {**fields(page), "case": ["Q2", "Q3"], "verdict": "different"}
    page = client.post("/answers", data=form, headers=ORIGIN)
    assert "Saved: different for 2 cases" in page.text
    client.post("/answers", data=form, headers=ORIGIN)  # the same form once more
    assert len(said(tmp_path)) == 2
    client.post("/undo", headers=ORIGIN)
    assert [what for what, _ in said(tmp_path)].count("revokes") == 2
    for wrong in ({"case": ["Q2"], "verdict": "related"}, {"verdict": "same"}):
        client.post("/answers", data={**fields(client.get("/list")), **wrong}, headers=ORIGIN)
    assert len(said(tmp_path)) == 4


def test_the_list_has_chips_for_kinds_and_an_order(app):
    client = enter(app)
    page = client.get("/list?order=money").text
    assert page.index("/case/Q2") < page.index("/case/Q1")
    assert 'href="/list?filter=kind:vetoed"' in page and "not automatic: evidence contradicts" in page
    assert page.index("/case/Q1") > 0 and "joined now" in page and "apart now" in page


def test_a_case_is_put_off_and_a_record_is_linked_from_its_page(app, tmp_path):
    client = enter(app)
    page = answer(client, "Q2", verdict="put_off", until="2999-01-01")
    assert "Put off until 2999-01-01" in page.text and "/case/Q2" not in client.get("/list").text
    page = answer(client, "Q2", verdict="link", other="erp:3", selected="crm:3")
    assert said(tmp_path) == [("same", ("crm:3", "erp:3"))]


def test_of_a_value_only_the_disputed_cells_are_highlighted(app):
    page = enter(app).get("/case/V1").text
    rows = re.findall(r'<tr class="(\w+)">\s*<th scope="row">([^<]+)</th>(.*?)</tr>', page, flags=re.DOTALL)
    marked = {label for _, label, cells in rows if "<mark>" in cells}
    asked = {label for kind, label, _ in rows if kind == "asked"}
    assert "city" in {label.lower() for label in asked} and marked <= asked
    assert "Which address of Acme Roofing Inc is right?" in page
