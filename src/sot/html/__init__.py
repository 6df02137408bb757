"""pages: HTML for people, of one look: no script in it, every value is text, nothing is asked of the network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

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
        loader=FunctionLoader(lambda name: _template(package, name)),
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


def _template(package: str, name: str) -> str:
    return files(package).joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def _safe(value: Any) -> Any:
    return value.translate(_UNSAFE) if isinstance(value, str) else value


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _words(name: str) -> str:
    return name.replace("_", " ")
