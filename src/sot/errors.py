"""What can go wrong, said so that the person at the keyboard can act on it, and its exit code."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How `sot` ends; CI tells bad data from a broken tool by these numbers alone."""

    OK = 0
    """Everything went well."""
    GATE = 1
    """A gate failed, or blockers are open under `--strict`."""
    USAGE = 2
    """The command line or the rules are wrong."""
    INPUT = 3
    """An input can't be read."""
    INTERNAL = 4
    """`sot` itself failed."""
    INTERRUPTED = 130
    """The person stopped it."""


class SotError(Exception):
    """An error with a message for people: what and where, and a hint what to do about it."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(SotError):
    """The command line asks for something that can't be: wrong option, output folder that is a file."""

    exit_code = ExitCode.USAGE


class RulesError(SotError):
    """A rules or project file is wrong; the message holds every problem as `file:line:column: what`."""

    exit_code = ExitCode.USAGE


class InputError(SotError):
    """An export can't be read, or holds nothing that could be an account."""

    exit_code = ExitCode.INPUT


class GateError(SotError):
    """A threshold that the run is held to was not met."""

    exit_code = ExitCode.GATE
