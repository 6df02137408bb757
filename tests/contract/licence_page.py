"""docs/licences.md: licences of what `sot` installs. `python -m tests.contract.licence_page` writes it anew."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "licences.md"
LOCK = ROOT / "requirements.lock"

HEAD = """\
# Licences

`sot` itself has the MIT licence. It ships no code of others. `pip` installs the packages below (`requirements.lock`),
each under its own licence, as its metadata says. None has the GPL; `python-stdnum` has the LGPL and is used unchanged.
The extra `spark` adds the packages of the second table.

The data that comes with the rules are counts of words and names out of public registers. Their sources and licences
are listed in `docs/background/README.md`.

`python -m tests.contract.licence_page` writes this page. `python -m tests.contract.bill_of_materials FILE` writes a
bill of materials (SBOM, CycloneDX in JSON) of the same packages with their hashes.

| package | licence |
|---|---|
"""


def packages() -> dict[str, str]:
    """Give the packages of the lock file with the licence that each names; the same for every version of one."""
    return {name: _licence(name) for name in sorted(_names(LOCK))}


def packages_of_spark() -> dict[str, str]:
    """Give the same of what the extra spark asks for by name."""
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    wanted = {re.split(r"[^\w.-]", line)[0] for line in lines["spark"]}
    needed = {
        re.split(r"[^\w.-]", line)[0].lower()
        for name in wanted
        for line in metadata.requires(name) or ()
        if "extra ==" not in line
    }
    return {name: _licence(name) for name in sorted((wanted | needed) - _names(LOCK))}


def _names(lock: Path) -> set[str]:
    return set(re.findall(r"^([\w.-]+)(?:\[\S*\])?==", lock.read_text(encoding="utf-8"), re.MULTILINE))


_ELSEWHERE = {"colorama": "BSD-3-Clause", "tzdata": "Apache-2.0"}
"""Packages that are installed on Windows only."""


def _licence(name: str) -> str:
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    told = metadata.metadata(name)
    classes = [c for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    named = told.get("License-Expression") or "; ".join(c.split(" :: ")[-1] for c in classes)
    return str(named or (told.get("License") or "").splitlines()[0])


def page() -> str:
    """Give the whole page."""
    rows = [
        "".join(f"| {name} | {licence} |\n" for name, licence in part.items())
        for part in (packages(), packages_of_spark())
    ]
    return HEAD + rows[0] + "\n| with `spark` | licence |\n|---|---|\n" + rows[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
