"""Write `sample_data/` and `sample_data/expected/` again: `python -m tests.golden.refresh`.

Look at `git diff sample_data` before committing: every line of it is a change that a user would see.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from sot.demo.story import write_story
from tests.golden.sample import EXPECTED, KEPT, SAMPLE, dedupe_sample


def main() -> int:
    """Refresh exports, truth and expected outputs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_story(folder / "story")
        shutil.copytree(folder / "story", SAMPLE, dirs_exist_ok=True)
        project = folder / "project"
        project.mkdir()
        os.chdir(project)
        out = dedupe_sample(SAMPLE, project)
        shutil.rmtree(EXPECTED, ignore_errors=True)
        EXPECTED.mkdir()
        for kept in KEPT:
            shutil.copyfile(out / kept, EXPECTED / kept)
    sys.stdout.write(f"{SAMPLE} is fresh; see: git diff --stat {SAMPLE.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
