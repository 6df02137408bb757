"""The one way from a name in the data or the settings to the name of a file."""

from __future__ import annotations

import hashlib
import re

_UNSAFE = re.compile(r"[^\w .,()+&'#-]")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)")
_LONGEST = 80
_MARK = 8


def file_name(text: str) -> str:
    """Give a name that is a single file in a folder, on every system; different texts get different names.

    A text that is such a name already stays as it is. Others keep their letters, with a mark of the whole text.
    """
    name = _UNSAFE.sub("_", text).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    name = name[:_LONGEST].rstrip(" .")
    if name and name == text:
        return name
    mark = hashlib.sha256(text.encode("utf-8", errors="surrogateescape")).hexdigest()[:_MARK]
    return f"{name}-{mark}" if name else mark
