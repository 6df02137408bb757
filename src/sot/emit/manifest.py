"""The manifest: what a run was made from, with what, and what came out, as hashes and counts."""

from __future__ import annotations

import json
import platform
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sot import __version__
from sot.model.run import Run
from sot.rules import Rulebook
from sot.workspace.path_hash import path_hash
from sot.workspace.run_folder import MANIFEST

FORMAT = 1
ENGINES = ("polars", "duckdb", "splink", "rapidfuzz")


def write_manifest(folder: Path, run: Run, rules: Rulebook, counts: dict[str, Any]) -> None:
    """Write manifest.json over all that is in `folder`; `seconds` alone differs between equal runs."""
    manifest = {
        "format": FORMAT,
        "sot": __version__,
        "digest": run.past.digest,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in ENGINES}},
        "inputs": inputs(run),
        "paths": sorted(run.imported.paths),
        "not_read": sorted({path for path, _ in (*run.imported.ignored, *run.imported.unreadable)}),
        "project": dict(sorted(run.project_hashes.items())),
        "own_rules": rules.own_files(),
        "rules": dict(sorted({**run.rule_hashes, **rules.hashes()}.items())),
        "decisions": len(run.constraints.decisions),
        "counts": counts,
        "outputs": hashes(folder),
        "seconds": run.seconds,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_bytes(text.encode())


def inputs(run: Run) -> list[dict[str, Any]]:
    """Give every file or sheet that was read with its hash, in the order of their names."""
    entries = [
        {
            "path": path,
            "sheet": source.sheet,
            "system": source.system,
            "object": source.object,
            "records": source.records,
            "sha256": sha256,
        }
        for source in run.imported.sources
        for path, sha256 in source.files or ((source.path, source.sha256),)
    ]
    return sorted(entries, key=lambda entry: (str(entry["path"]), str(entry["sheet"] or "")))


def hashes(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of every file under `folder` but the manifest, by its path from there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    with ThreadPoolExecutor() as pool:
        digests = pool.map(path_hash, files)
        return {
            path.relative_to(folder).as_posix(): digest for path, digest in zip(files, digests, strict=True)
        }
