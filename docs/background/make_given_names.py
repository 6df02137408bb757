"""Make `rules/matching/given_names.txt.gz`: the given names of persons in many languages, one a line, folded.

usage: python docs/background/make_given_names.py FAKER_WHEEL

FAKER_WHEEL is a wheel of the package faker (MIT), whose providers list given names by language. The lists hold facts of
name statistics; nothing else of the package is used.
"""

from __future__ import annotations

import ast
import gzip
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from sot.normalise.text import bare_words

TARGET = Path(__file__).parents[2] / "rules" / "matching" / "given_names.txt.gz"
LEAST = 3
"""Letters; shorter names are initials and words of many languages."""


def given_names(wheel: Path) -> set[str]:
    """Give every given name that the wheel lists, folded to one word of Latin letters."""
    with zipfile.ZipFile(wheel) as files:
        sources = [name for name in files.namelist() if name.startswith("faker/providers/person/")]
        texts = [files.read(name).decode() for name in sorted(sources) if name.endswith(".py")]
    listed = sorted({name for text in texts for name in _listed(ast.parse(text))})
    return {name for name in bare_words(listed) if name.isalpha() and len(name) >= LEAST}


def _listed(tree: ast.AST) -> Iterator[str]:
    """Give the texts of each assignment to a variable that is called first_name…."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        called = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if any(name.startswith("first_name") for name in called):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def main() -> None:
    """Write the list; the same wheel and rules give the same bytes."""
    names = sorted(given_names(Path(sys.argv[1])))
    text = "".join(f"{name}\n" for name in names).encode()
    TARGET.write_bytes(gzip.compress(text, 9, mtime=0))
    sys.stdout.write(f"{len(names)} names\n")


if __name__ == "__main__":
    main()
