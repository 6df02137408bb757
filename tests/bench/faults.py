"""Kills, damaged inputs and spoiled quotation marks, counted: each of them with a seed."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import fuzzed, killed, killed_commands
from tests.bench.sound_files import sound_files
from tests.bench.spoiled_csv import silent, spoiled

KILLS, INPUTS, SPOILED = 1_000, 10_000, 5_000
_SHOWN = 20


def table(kills: int, inputs: int, files: int, seed: int) -> Iterator[str]:
    """Give the lines of a Markdown table, and of the faults if there are any."""
    faults: list[str] = []
    yield f"Seed {seed}."
    yield ""
    yield "| test | tries | what came of it | faults |"
    yield "|---|---|---|---|"
    each = {kind: kills // len(killed_commands.COMMANDS) for kind in killed_commands.COMMANDS}
    for whole in killed_commands.run(each, seed) if kills else ():
        faults += whole.faults
        yield _row(f"`sot {whole.kind}` killed", whole)
    for kind in killed.KINDS:
        found = killed.run(kind, kills // len(killed.KINDS), seed)
        faults += found.faults
        yield _row(f"the writing of `{kind}` killed at a line", found)
    if inputs:
        read = fuzzed.run(inputs, seed)
        faults += read.faults
        outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(read.outcomes.items()))
        formats = f"damaged inputs of {len(sound_files())} formats"
        yield f"| {formats} | {read.tries:,} | {outcomes} | {len(read.faults)} |"
    if files:
        lost = {number: silent(spoiled(number)) for number in range(seed * files, (seed + 1) * files)}
        gone = [f"spoiled CSV {number}: {marks}" for number, marks in lost.items() if marks]
        faults += gone
        yield f"| CSVs with spoiled quotation marks | {files:,} | every row followed by its mark | {len(gone)} |"
    yield ""
    yield from (f"- {fault}" for fault in faults[:_SHOWN])


def _row(what: str, found: killed.Kills) -> str:
    return f"| {what} | {found.tries:,} | {found.killed:,} killed before their end | {len(found.faults)} |"
