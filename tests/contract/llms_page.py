"""docs/llms.txt, the list of pages for language models (llmstxt.org): `python -m tests.contract.llms_page`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGE = DOCS / "llms.txt"


def page() -> str:
    """Give the title, what the site is about, and each page of its navigation with its first sentence."""
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    parts = [f"# {site['site_name']}\n\n> {site['site_description']}\n"]
    top = [entry for entry in site["nav"] if isinstance(next(iter(entry.values())), str)]
    parts.append("## Start\n\n" + "".join(_links(top)))
    for entry in site["nav"]:
        ((title, below),) = entry.items()
        if not isinstance(below, str):
            parts.append(f"## {title}\n\n" + "".join(_links(below)))
    return "\n".join(parts)


def _links(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        for title, target in entry.items():
            if isinstance(target, str):
                yield f"- [{title}]({target}): {_first_sentence(DOCS / target)}\n"
            else:
                yield from _links(target)


def _first_sentence(path: Path) -> str:
    text = re.sub(r"```.*?```|<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"^(#|!\[).*$", "", text, flags=re.MULTILINE)
    paragraphs = re.split(r"\n(?: *\n)+", text.strip("\n"))
    paragraph = next(
        part for part in paragraphs if part.strip() and not part.startswith(("|", "- ", "<", "    "))
    )
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraph.split()))
    return re.split(r"(?<=[.!?]) ", plain.replace("**Question.** ", ""))[0].rstrip(":")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
