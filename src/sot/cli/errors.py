"""From what went wrong to what the person reads and the exit code: the one place that decides both."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from sot.cli.console import keep_printing, show
from sot.cli.process import COMPLETING, prepare_process
from sot.cli.root_help import asks_for_it, root_help
from sot.errors import ExitCode, SotError

_NO_NUMBER = re.compile("Input should be a valid integer.*")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_SAID_NO_ROOM = re.compile(
    "No space left on device|Disk quota exceeded|File too large|could not write all bytes", re.I
)
_SAID_NO_MEMORY = re.compile(
    "failed to map segment|can't start new thread|Cannot allocate memory|Out of Memory Error|memory allocation",
    re.I,
)
_QUERY_INTERRUPTED = "Query interrupted"


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; whatever goes wrong is told on stderr, never as a traceback."""
    from sot.workspace.interrupts import forget_written

    forget_written()
    prepare_process()
    try:
        return _told(arguments)
    finally:
        _hush_broken(sys.stdout, sys.stderr)


def _told(arguments: Sequence[str]) -> int:
    try:
        return _invoke(arguments)
    except SotError as error:
        tell(error.message, error.hint)
        return error.exit_code
    except (KeyboardInterrupt, EOFError):
        return _interrupted()
    except BrokenPipeError:
        return ExitCode.OK  # whoever read stdout has had enough
    except BaseException as error:
        if isinstance(error, SystemExit | GeneratorExit):
            raise
        if _lacks_memory(error):
            return _no_memory()
        lacking = _lacking(error)
        if lacking is not None:
            return _no_room(lacking)
        return _interrupted() if _is_interrupt(error) else _unexpected(error, arguments)


def _invoke(arguments: Sequence[str]) -> int:
    completing = COMPLETING in os.environ
    ready = root_help() if asks_for_it(arguments) and not completing else None
    if ready:
        show(ready)
        return ExitCode.OK
    import typer

    from sot.cli.app import command

    keep_printing()
    if completing:
        return _complete()
    if list(arguments[:1]) == ["help"]:
        arguments = [*arguments[1:], "--help"]

    try:
        sot = command(next(iter(arguments), ""))
        with sot.make_context("sot", list(arguments) or ["--help"]) as context:
            sot.invoke(context)
        if sys.stdout is not None:  # which it is where the shell closed it
            sys.stdout.flush()
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort as abort:
        raise KeyboardInterrupt from abort
    except typer.TyperException as wrong:
        tell(_in_words(wrong.format_message()), f"see {_where(wrong, arguments)} --help")
        return ExitCode.USAGE
    return ExitCode.OK


def _complete() -> int:
    """Answer the shell that asks for completions."""
    from typer.completion import completion_init  # type: ignore[attr-defined]

    from sot.cli.app import command

    completion_init()
    try:
        command().main(prog_name="sot", standalone_mode=False)
    except SystemExit as ended:
        return int(ended.code or 0)
    return ExitCode.OK


def _where(wrong: object, arguments: Sequence[str]) -> str:
    """Give the command whose line is wrong; of an option without its value typer says no more than that."""
    from sot.cli.app import COMMANDS

    command = next((word for word in arguments[:1] if word in COMMANDS), None)
    path = getattr(getattr(wrong, "ctx", None), "command_path", None)
    return path or " ".join(filter(None, ("sot", command)))


def _in_words(message: str) -> str:
    """Give what is wrong with a value as a person says it: typer leaves that to pydantic."""
    words = message.replace("Value error, ", "")
    return _NO_NUMBER.sub("write a whole number", words).replace("Input should be", "write a number")


def tell(message: str, hint: str | None = None) -> None:
    """Say on stderr what is wrong and what to do about it."""
    from sot.cli.console import note

    note(f"error: {message}")
    if hint:
        note(f"hint: {hint}")


def _interrupted() -> int:
    tell(f"interrupted; {_changed()}")
    return ExitCode.INTERRUPTED


def _hush_broken(*streams: TextIO | None) -> None:
    """Let what could not be written to a stream go nowhere: Python would try it again at exit, and complain."""
    for stream in filter(None, streams):  # there is none where the shell closed it
        try:
            stream.flush()
        except (OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            with suppress(OSError, ValueError):  # a stream that is no file
                os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _lacking(error: BaseException | None) -> OSError | None:
    """Give the error of a full disk that is behind another one: libraries put it in words of their own."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return error
        match = _SAID_NO_ROOM.search(str(error))
        if match:
            return OSError(errno.ENOSPC, match.group())
        error = error.__cause__ or error.__context__
    return None


def _lacks_memory(error: BaseException | None) -> bool:
    """Tell that there is not enough memory behind an error: each library has words of its own for it."""
    while error is not None:
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
            return True
        if _SAID_NO_MEMORY.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _no_memory() -> int:
    tell(
        f"there is not enough memory for this; {_changed()}",
        "close other programs, or use a machine with more memory",
    )
    return ExitCode.INTERNAL


def _no_room(error: OSError) -> int:
    tell(
        f"{error.filename or 'what was to be written'}: {error.strerror}; {_changed()}",
        "make room there, then run it again",
    )
    return ExitCode.INTERNAL


def _changed() -> str:
    """Say what the command changed before it ended."""
    from sot.workspace.interrupts import written

    done = written()
    return f"by then {', '.join(done)} had been written" if done else "nothing was changed"


def _is_interrupt(error: BaseException | None) -> bool:
    """Tell a Ctrl-C that came in the midst of a query: DuckDB and Splink make errors of it."""
    while error is not None:
        if isinstance(error, RuntimeError) and str(error) == _QUERY_INTERRUPTED:
            return True
        error = error.__cause__ or error.__context__
    return False


def _unexpected(error: BaseException, arguments: Sequence[str]) -> int:
    import shlex
    import tempfile
    import traceback

    from sot.model.addresses import masked

    what = masked(traceback.format_exception_only(error)[-1].strip().splitlines()[0])
    text = f"sot {shlex.join(arguments)}\n\n{''.join(traceback.format_exception(error))}"
    try:
        handle, name = tempfile.mkstemp(prefix="sot-failure-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(masked(text))
        hint = f"internal error; please report it. The full record is in {name}"
    except OSError:
        hint = "internal error; please report it. There was no room to write the full record"
    tell(f"sot failed: {what}", hint)
    return ExitCode.INTERNAL
