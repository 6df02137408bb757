"""Who may talk to the review page: the right host, the right origin, a token; and what a page may do."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_FORM = 256 * 1024
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not "no-referrer": under it browsers hide the origin of the page's own forms, which is checked below.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
ENTRY_PATH = "/enter/"


class AccessMiddleware:
    """ASGI middleware that lets reviewers in and nobody else; it puts the reviewer's name into the scope."""

    def __init__(self, app: ASGIApp, reviewers: list[str], host: str, port: int) -> None:
        self.app = app
        self.tokens = {name: secrets.token_urlsafe(24) for name in reviewers}
        self.cookie = f"sot-review-{port}"
        self._hosts, self._port = own_names(host), port
        self._any_address = not is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer strangers, pass reviewers on; every answer carries the headers."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def armed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        refused = self._refuse(scope, headers)
        if refused:
            await PlainTextResponse(refused[1], refused[0])(scope, receive, armed)
        elif scope["path"].startswith(ENTRY_PATH):
            await self._enter(scope)(scope, receive, armed)
        elif name := self._reviewer(headers):
            await self.app({**scope, "reviewer": name}, _limited(receive), armed)
        else:
            text = "This page needs the link that sot review --web printed for you."
            await PlainTextResponse(text, 403)(scope, receive, armed)

    def _refuse(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._is_own(host):
            return 421, "This is not the address of this page."
        if scope["method"] in ("GET", "HEAD"):
            return None
        if scope["method"] != "POST":
            return 405, "Only GET and POST."
        if headers.get("origin") != f"http://{host}":
            return 403, "Only forms of this page are accepted."
        if "transfer-encoding" in headers:
            return 411, "The length of the form is missing."
        size = headers.get("content-length", "")
        if not size.isdigit() or int(size) > LARGEST_FORM:
            return 413, "The form is too large."
        return None

    def _is_own(self, host: str) -> bool:
        name, _, port = host.rpartition(":")
        if port != str(self._port):
            return False
        name = name.strip("[]").lower()
        if name in self._hosts:
            return True
        # A page of a stranger can point its own name at this machine, but never an address that is a number.
        return self._any_address and is_address(name)

    def _enter(self, scope: Scope) -> PlainTextResponse | RedirectResponse:
        given = scope["path"].removeprefix(ENTRY_PATH)
        for token in self.tokens.values():
            if hmac.compare_digest(given.encode(), token.encode()):
                answer = RedirectResponse("/", 303)
                answer.set_cookie(self.cookie, token, httponly=True, samesite="lax", path="/")
                return answer
        return PlainTextResponse("This link is not valid (any more): ask for a new one.", 403)

    def _reviewer(self, headers: Headers) -> str | None:
        try:
            held = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return None
        given = held.value if held else ""
        names = [n for n, token in self.tokens.items() if hmac.compare_digest(given.encode(), token.encode())]
        return names[0] if names else None


def _limited(receive: Receive) -> Receive:
    """Give a body no further than the largest form goes, whatever length was announced; then it is as cut off."""
    left = LARGEST_FORM

    async def limited() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                return {"type": "http.disconnect"}
        return message

    return limited


def own_names(host: str) -> frozenset[str]:
    """Give the names under which the page may be asked for."""
    if is_loopback(host):
        return frozenset({"localhost", "127.0.0.1", "::1", host.lower()})
    return frozenset({"localhost", host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()})


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    return host.lower() == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)


def is_address(host: str) -> bool:
    """Tell whether `host` is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
