"""Every command opens its project here: what a killed one left is finished or removed first, and reported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sot.cli.console import note
from sot.model.counts import counted
from sot.workspace.project import Project, find_project


def open_project(folder: Path | None, outputs: Iterable[Path] = ()) -> Project:
    """Give the project of `folder` (None: the current folder); `outputs` are folders that runs are written to."""
    from sot.workspace.commit import recover
    from sot.workspace.leftovers import remove_leftovers

    project = find_project(folder or Path())
    project.require_files()
    finished = recover(project.folder)
    if finished is not None:
        note(
            f"note: a run was stopped while its files were moved into place; it is now complete, in {finished}"
        )
    beside = [output.absolute().parent for output in outputs]
    removed = remove_leftovers([project.folder, Path(), *(folder for folder in beside if folder.is_dir())])
    if removed:
        what = counted(len(removed), "file or folder", "files and folders")
        note(f"note: removed {what} that a stopped run left unfinished: {', '.join(removed[:3])}")
    return project
