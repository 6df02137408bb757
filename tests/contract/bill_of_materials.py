"""The bill of materials of a release: `python -m tests.contract.bill_of_materials FILE` writes CycloneDX in JSON.

Made by cyclonedx-py out of `requirements.lock`, from the environment of the documentation (docs/requirements.lock).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAKER = ROOT / ".venv-docs" / "bin" / "cyclonedx-py"


def write(path: Path) -> None:
    """Write the bill; the same lock file gives the same bytes."""
    subprocess.run(
        [MAKER, "requirements", ROOT / "requirements.lock", "--pyproject", ROOT / "pyproject.toml",
         "--output-reproducible", "--output-format", "JSON", "--output-file", path],
        check=True, cwd=ROOT, capture_output=True,
    )  # fmt: skip


if __name__ == "__main__":
    write(Path(sys.argv[1]))
