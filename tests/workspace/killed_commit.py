"""Put a run in place in a process of its own that is killed, or interrupted, at its n-th file event."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from sot.workspace.commit import Change, commit, recover
from sot.workspace.run_folder import output_folder

LEDGER, HISTORY = "golden_ids.csv", "history.jsonl"
_EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.chmod")


def make(project: Path, out: Path, name: str) -> None:
    """Put the run called `name` in place: its folder, its ledger and its line of the history."""
    before = {LEDGER: (project / LEDGER).read_bytes() if (project / LEDGER).exists() else b""}
    with output_folder(out) as folder:
        for part in ("manifest.json", "golden_customers.csv", "tables/pairs.parquet"):
            (folder / part).parent.mkdir(exist_ok=True)
            (folder / part).write_text(manifest(name) if part == "manifest.json" else name)
        line = f'{{"run": "{name}"}}\n'.encode()
        commit(project, Change(folder, out, {LEDGER: name.encode()}, HISTORY, line), before)


def manifest(name: str) -> str:
    outputs = '{"golden_customers.csv": "", "tables/pairs.parquet": ""}'
    return (
        f'{{"sot": "1", "format": 1, "digest": "{name}", "inputs": [], "rules": {{}}, "outputs": {outputs}}}'
    )


def main(project: str, name: str, event: int, number: int) -> None:
    """Make a run, or finish one (`name` is recover), with the signal at the `event`-th file event."""
    seen = 0

    def count(happening: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if happening in _EVENTS and project in str(arguments[0] if arguments else ""):
            seen += 1
            if seen == event:
                os.kill(os.getpid(), number)

    sys.addaudithook(count)
    if name == "recover":
        recover(Path(project))
    else:
        make(Path(project), Path(project) / "sot-out", name)
    sys.exit(0 if seen < event else 7)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
