"""pages: HTML for people, of one look: no script in it, every value is text, nothing is asked of the network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined
from jinja2.bccache import Bucket

STYLE = "page.css"

# Control characters are no text, and those that override the direction of writing could hide what is written.
_UNSAFE = dict.fromkeys(
    (*range(9), *range(11, 32), *range(0x7F, 0xA0), *range(0x202A, 0x202F)), "\N{REPLACEMENT CHARACTER}"
)


class _Compiled(BytecodeCache):
    """The compiled templates of this process: compiling them takes longer than filling them."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket the code of its template, if it was compiled before."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of the bucket's template."""
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


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
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_COMPILED,
    )
    environment.filters |= {"n": _number, "words": _words, **filters}
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(**values, style=style, style_hash=digest)


def _template(package: str, name: str) -> str:
    return files(package).joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def _safe(value: Any) -> Any:
    return value.translate(_UNSAFE) if isinstance(value, str) else value


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _words(name: str) -> str:
    return name.replace("_", " ")
