"""pages: HTML for people, of one look: no script in it, every value is text, nothing is asked of the network."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from pickle import UnpicklingError
from tempfile import NamedTemporaryFile
from typing import Any, ClassVar

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined
from jinja2.bccache import Bucket

STYLE = "page.css"

# Control characters are no text, and those that override the direction of writing could hide what is written.
_UNSAFE = dict.fromkeys(
    (*range(9), *range(11, 32), *range(0x7F, 0xA0), *range(0x202A, 0x202F)), "\N{REPLACEMENT CHARACTER}"
)


def render(
    package: str,
    template: str,
    values: Mapping[str, Any],
    filters: Mapping[str, Callable[..., str]],
    more_style: str = "",
) -> str:
    """Give the page that `template` in the folder `templates` of `package` makes of `values`.

    A template can include and import others of this folder. It finds the style of all pages, with `more_style`
    behind it, as `style`, and its hash for the policy of the page as `style_hash`; the filters `n` and `words`
    are there always.
    """
    style = files("sot.html").joinpath(STYLE).read_text(encoding="utf-8") + more_style
    environment = Environment(
        loader=FunctionLoader(lambda name: (_template(package, name), f"{package}/{name}", None)),
        bytecode_cache=_Compiled(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"n": _number, "words": _words, **filters}
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(**values, style=style, style_hash=digest)


_OPTIONS = hashlib.sha1(Path(__file__).read_bytes(), usedforsecurity=False).hexdigest()[:12]
"""What templates were compiled with stands in this module, so another state of it compiles them anew."""


class _Compiled(BytecodeCache):
    """Keeps compiled templates as Python keeps modules: in `__pycache__` beside them, if it may write there.

    Jinja holds what it finds against the source. Compiling all templates of a report takes longer than filling them.
    """

    _made: ClassVar[dict[str, bytes]] = {}

    def __init__(self, package: str) -> None:
        self._folder = files(package).joinpath("templates", "__pycache__")

    def _name(self, bucket: Bucket) -> str:
        return f"{bucket.key}.{_OPTIONS}.{sys.implementation.cache_tag}.jinja"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket` with what was compiled before, if that is of the same source."""
        name = self._name(bucket)
        if name not in self._made:
            with suppress(OSError):
                self._made[name] = self._folder.joinpath(name).read_bytes()
        if name in self._made:
            with suppress(ValueError, EOFError, TypeError, UnpicklingError):
                bucket.bytecode_from_string(self._made[name])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        name = self._name(bucket)
        self._made[name] = bucket.bytecode_to_string()
        if sys.dont_write_bytecode or not isinstance(self._folder, Path):
            return
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(self._made[name])
            Path(file.name).replace(self._folder / name)


def _template(package: str, name: str) -> str:
    return files(package).joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def _safe(value: Any) -> Any:
    return value.translate(_UNSAFE) if isinstance(value, str) else value


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _words(name: str) -> str:
    return name.replace("_", " ")
