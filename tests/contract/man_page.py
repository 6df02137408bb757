"""docs/sot.1, the manual page, made from the help texts. `python -m tests.contract.man_page` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from sot.cli.app import command
from sot.errors import ExitCode
from tests.contract.cli_page import MEANINGS, helps

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sot.1"
WIDTH = 72


def page() -> str:
    """Give the page in the macros of man(7)."""
    about = (command().help or "").strip()
    name, *rest = helps(WIDTH)
    parts = [
        '.TH SOT 1 "" sot "User Commands"',
        ".SH NAME",
        f"sot \\- {_text(about.splitlines()[0].rstrip('.'))}",
        ".SH SYNOPSIS",
        ".B sot\n.RI [ OPTIONS ]\n.I COMMAND\n.RI [ ARGUMENTS ]",
        ".SH DESCRIPTION",
        _verbatim(name[1]),
        ".SH COMMANDS",
        *(f".SS {title}\n{_verbatim(text)}" for title, text in rest),
        ".SH EXIT STATUS",
        *(f".TP\n.B {code.value}\n{_text(MEANINGS[code].replace('`', ''))}" for code in ExitCode),
        ".SH FILES",
        ".TP\n.I sot.yaml\nThe settings of a project.",
        ".TP\n.I decisions.jsonl\nThe decisions of stewards.",
        ".TP\n.I golden_ids.csv\nThe golden ids that were given.",
    ]
    return "\n".join(parts) + "\n"


def _verbatim(text: str) -> str:
    return f".nf\n{_text(text.strip())}\n.fi"


def _text(text: str) -> str:
    """Escape what roff would read as its own: backslashes, hyphens, and full stops or quotes that begin a line."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", plain, flags=re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
