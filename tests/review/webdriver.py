"""A real browser over the WebDriver protocol: Debian's chromium and chromedriver, no library between."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One browser with its own cookies."""

    def __init__(self, driver: httpx.Client, size: tuple[int, int], *flags: str) -> None:
        profile = tempfile.mkdtemp(prefix="sot-browser-")
        options = {
            "binary": CHROMIUM,
            "args": [*FLAGS, *flags, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"],
        }
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        self._driver, self._profile = driver, profile
        self._session = driver.post("/session", json=wanted).json()["value"]["sessionId"]

    def _call(self, method: str, path: str, **body: Any) -> Any:
        more = {"json": body} if method == "POST" else {}
        value = self._driver.request(method, f"/session/{self._session}{path}", **more).json()["value"]
        if isinstance(value, dict) and "error" in value:
            raise AssertionError(f"{path}: {value['message']}")
        return value

    def open(self, url: str) -> None:
        self._call("POST", "/url", url=url)

    @property
    def url(self) -> str:
        return str(self._call("GET", "/url"))

    @property
    def text(self) -> str:
        return str(self.run("return document.body.innerText"))

    def run(self, script: str) -> Any:
        return self._call("POST", "/execute/sync", script=script, args=[])

    def click(self, css: str) -> None:
        found = self._call("POST", "/element", using="css selector", value=css)
        self._call("POST", f"/element/{found[ELEMENT]}/click")

    def press(self, keys: str) -> None:
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    def wait_for(self, text: str) -> None:
        """Wait until the page shows `text`."""
        shown = ""
        for _ in range(600):
            shown = self.text + "\n" + self.url
            if text in shown:
                return
            time.sleep(0.05)
        raise AssertionError(f"{text!r} never came up:\n{shown}")

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._call("GET", "/screenshot")))

    def close(self) -> None:
        self._call("DELETE", "")
        shutil.rmtree(self._profile, ignore_errors=True)


@contextmanager
def browsers(*sizes: tuple[int, int], flags: tuple[str, ...] = ()) -> Iterator[list[Browser]]:
    """Give one browser for each window size."""
    assert DRIVER is not None
    with subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as driver:
        assert driver.stdout is not None
        try:
            port = next(
                found[1]
                for line in driver.stdout
                if (found := re.search(rb"successfully on port (\d+)", line))
            )
            with httpx.Client(base_url=f"http://127.0.0.1:{int(port)}", timeout=60) as client:
                opened: list[Browser] = []
                try:
                    opened += [Browser(client, size, *flags) for size in sizes]
                    yield opened
                finally:
                    for browser in opened:
                        browser.close()
        finally:
            driver.terminate()
