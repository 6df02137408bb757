"""Makes the pictures of the documentation from a real run on sample_data.

.venv/bin/python docs/pictures.py          the terminal: the summary and a profile
.venv/bin/python docs/pictures.py --all    also the report, the workbook, the page of a profile and the review,
                                           which needs chromium, chromedriver, LibreOffice and poppler-utils

review_value.svg is no picture of the sample: docs/benchmarks.md has the command that measures and draws it.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from sot import pipeline
from sot.cli.errors import run as sot
from sot.cli.views import profile as columns
from sot.cli.views.run_summary import show
from sot.model.sources import InputSpec
from sot.profile import render
from sot.workspace.project import Project

DOCS = Path(__file__).resolve().parent
SAMPLE = DOCS.parent / "sample_data"
PROFILED = "CustomerSearchResults.csv"

THEME = TerminalTheme(
    (22, 25, 34),
    (222, 226, 235),
    [
        (22, 25, 34),
        (229, 110, 100),
        (108, 190, 140),
        (226, 180, 90),
        (91, 155, 224),
        (190, 140, 220),
        (90, 190, 200),
        (222, 226, 235),
    ],
)

# Rich's own frame asks a server for its font; a picture in a repository asks for nothing.
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>COMMAND in a terminal</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect fill="#161922" width="{width}" height="{height}" rx="10"/>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""

BROWSER = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip

VIEWS = {
    "report-light": (1000, 1500, ()),
    "report-dark": (1000, 1500, ("--force-dark-mode",)),
    "report-phone": (500, 1500, ()),
}


def main(everything: bool) -> None:
    """Run `sot dedupe` on the sample, and picture what a person sees of it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "sot-out")
        code = sot(["dedupe", str(SAMPLE), "--out", str(out), "--project", folder, "--quiet"])
        if code:
            sys.exit(code)
        terminal(out)
        profile(Path(folder), everything)
        if everything:
            for name, (width, height, more) in VIEWS.items():
                photograph(out / "report.html", name, width, height, more)
            workbook(out)
            review()


def terminal(out: Path) -> None:
    """Picture the summary as the terminal shows it."""
    summary = json.loads((out / "tables" / "summary.json").read_text(encoding="utf-8"))
    console = _console("sot dedupe sample_data", 100)
    with contextlib.chdir(out.parent):  # the files of sot-out are named
        show(console, summary, Path("sot-out"))
    _draw(console, "summary", "sot dedupe sample_data")


def profile(folder: Path, with_page: bool) -> None:
    """Picture the profile of the accounting export as the terminal shows it, and its page."""
    command = f"sot profile sample_data/{PROFILED}"
    found = pipeline.profile([InputSpec(str(SAMPLE / PROFILED))], Project(folder))
    console = _console(command, 120)
    columns.show(console, found, None)
    _draw(console, "profile", command)
    if with_page:
        page = folder / "profile.html"
        page.write_text(render(found), encoding="utf-8")
        photograph(page, "profile-page", 1000, 1500, ())


def _console(command: str, width: int) -> Console:
    console = Console(record=True, width=width, file=io.StringIO(), highlight=False)
    console.print(f"$ {command}")
    return console


def _draw(console: Console, name: str, command: str) -> None:
    frame = FRAME.replace("COMMAND", command)
    svg = console.export_svg(title=command, theme=THEME, code_format=frame, unique_id="sot")
    (DOCS / f"{name}.svg").write_text(svg, encoding="utf-8")


def photograph(page: Path, name: str, width: int, height: int, more: tuple[str, ...]) -> None:
    """Picture a page in the browser."""
    with tempfile.TemporaryDirectory() as profile:
        command = [*BROWSER, *more, f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        subprocess.run(
            [*command, f"--screenshot={DOCS / name}.png", page.as_uri()], check=True, capture_output=True
        )


def workbook(out: Path) -> None:
    """Picture the first pages of the workbook as LibreOffice lays them out."""
    with tempfile.TemporaryDirectory() as folder:
        convert = [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            "pdf",
        ]
        subprocess.run([*convert, "--outdir", folder, out / "workbook.xlsx"], check=True, capture_output=True)
        page = Path(folder, "page")
        subprocess.run(
            ["pdftoppm", "-png", "-r", "70", "-f", "1", "-singlefile", Path(folder, "workbook.pdf"), page],
            check=True,
        )
        shutil.copy(page.with_suffix(".png"), DOCS / "workbook.png")


def review() -> None:
    """Picture a case of the review in the terminal, in the browser and on a phone, from a run of its own."""
    subprocess.run([sys.executable, "-m", "tests.review.pictures"], cwd=DOCS.parent, check=True)


if __name__ == "__main__":
    main("--all" in sys.argv[1:])
