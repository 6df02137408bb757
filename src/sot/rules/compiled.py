"""Keep shipped rules that were read and checked, as Python keeps compiled modules: loading takes a tenth of the time.

They are in `__pycache__` beside this module, by the content of each file, for one state of the code that checked them.
Whoever can write there can change the compiled modules as well.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import sys
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

import pydantic
from pydantic import BaseModel

_PACKAGE = Path(__file__).resolve().parent.parent
_SIZE = hashlib.sha256().digest_size
_DAMAGE = (pickle.PickleError, ValueError, EOFError, LookupError, TypeError, AttributeError, ImportError)
"""What Python raises for bytes that are of another state of the classes, or of none."""
_NEW: dict[str, bytes] = {}
"""What this process read and checked itself."""
_LOCK = Lock()


def recall(digest: bytes, model: type[BaseModel]) -> BaseModel | None:
    """Give what a file with this SHA-256 holds for `model`, if that was kept."""
    content = _kept(_file()).get(_name(digest, model))
    with suppress(*_DAMAGE):
        loaded = pickle.loads(content) if content else None
        return loaded if isinstance(loaded, model) else None
    return None


def keep(path: Path, digest: bytes, loaded: BaseModel) -> None:
    """Keep what was read of a file, if it came with sot: the process writes all of them when it ends."""
    from sot.rules.rulebook import shipped

    model = type(loaded)
    of_sot = model.__module__.startswith("sot.") and "<locals>" not in model.__qualname__
    if not of_sot or not any(root in path.resolve().parents for root in (shipped(), _PACKAGE)):
        return
    with suppress(*_DAMAGE), _LOCK:
        if not _NEW:
            atexit.register(write)
        _NEW[_name(digest, model)] = pickle.dumps(loaded, pickle.HIGHEST_PROTOCOL)


def write() -> None:
    """Write what is new, together with what was kept before, if Python may write there."""
    file = _file()
    with _LOCK:
        new = dict(_NEW)
        _NEW.clear()
    if not new or not file.name or sys.dont_write_bytecode:
        return
    _kept.cache_clear()  # other processes may have written meanwhile
    content = pickle.dumps((_state(), {**_kept(file), **new}), pickle.HIGHEST_PROTOCOL)
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as whole:
            whole.write(hashlib.sha256(content).digest() + content)
        made = Path(whole.name)
        made.chmod(0o644)  # as compiled modules: all may read it
        made.replace(file)


def _name(digest: bytes, model: type[BaseModel]) -> str:
    return f"{digest.hex()} {model.__module__}.{model.__qualname__}"


def _file() -> Path:
    """Give the file; one without a name where Python keeps no compiled modules at all."""
    try:
        compiled = Path(cache_from_source(__file__))
    except NotImplementedError:
        return Path()
    return compiled.with_name(f"rules.{sys.implementation.cache_tag}.pickle")


@cache
def _kept(file: Path) -> dict[str, bytes]:
    """Give what is in the file; nothing if it is not whole, or if other code wrote it."""
    with suppress(OSError, *_DAMAGE):
        content = file.read_bytes()
        if hashlib.sha256(content[_SIZE:]).digest() == content[:_SIZE]:
            state, entries = pickle.loads(content[_SIZE:])
            return dict(entries) if state == _state() else {}
    return {}


@cache
def _state() -> str:
    """Give a digest of the modules of sot, by size and time as Python does, and of the packages beside pydantic."""
    made = hashlib.sha256(sys.version.encode())
    folders = [os.fspath(_PACKAGE)]
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir() and entry.name not in ("__pycache__", "_shipped"):
                    folders.append(entry.path)
                elif entry.name.endswith(".py"):
                    at = entry.stat()
                    name = entry.path.removeprefix(folders[0])
                    made.update(f"{name} {at.st_size} {int(at.st_mtime)}\n".encode())
    packages = Path(pydantic.__file__).parent.parent.glob("*.dist-info")
    made.update("\n".join(sorted(package.name for package in packages)).encode())
    return made.hexdigest()
