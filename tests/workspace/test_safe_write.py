"""Files and folders that appear as a whole, where another process tidies up at the same time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sot.workspace.safe_write import new_folder


def test_a_folder_that_another_process_tidies_away_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open
    removed: list[Path] = []

    def tidied(path: Path, flags: int) -> int:
        if not removed:
            removed.append(path)
            path.rmdir()
        return opened(path, flags)

    monkeypatch.setattr("sot.workspace.safe_write.os.open", tidied)
    with new_folder(tmp_path / "sot") as folder:
        assert folder.is_dir()
        assert folder != removed[0]
    assert removed
