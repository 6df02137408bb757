"""Cases that are put off until a day: a file of the project, so that all stewards and later runs know it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sot.errors import UsageError
from sot.workspace.safe_write import write_whole

FILE = "put_off.json"


class PutOff:
    """The days until which cases wait, by case id, kept beside the decisions."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._days = self._read()

    def _read(self) -> dict[str, str]:
        try:
            days = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise UsageError(f"{self._path}: can't be read", "delete it; no case is put off then") from error
        return {str(case): str(day) for case, day in days.items()} if isinstance(days, dict) else {}

    def until(self, case_id: str, today: str) -> str | None:
        """Give the day until which a case waits; None where it doesn't wait on the day `today`."""
        day = self._days.get(case_id)
        return day if day is not None and day > today else None

    def put(self, days: Mapping[str, str], today: str) -> None:
        """Let cases wait, each until its day (YYYY-MM-DD); UsageError if one is not in the future, and none waits."""
        for day in days.values():
            require_day(day, today)
        self._days = {known: until for known, until in self._read().items() if until > today} | dict(days)
        text = json.dumps(dict(sorted(self._days.items())), indent=1) + "\n"
        write_whole(self._path, text.encode())


def require_day(day: str, today: str) -> None:
    """Raise UsageError if `day` is not in the future."""
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise UsageError(f"{day or 'nothing'} is not a date", "write it as 2026-01-31") from error
    if day <= today:
        raise UsageError(f"{day} is not in the future", f"today is {today}")
