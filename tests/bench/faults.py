"""Kills, damaged inputs and spoiled quotation marks, counted: each of them with a seed."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import fuzzed, killed
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
    for kind in killed.KINDS:
        found = killed.run(kind, kills // len(killed.KINDS), seed)
        faults += found.faults
        yield f"| `{kind}` killed | {found.tries:,} | {found.killed:,} killed before their end | {len(found.faults)} |"
    if inputs:
        read = fuzzed.run(inputs, seed)
        faults += read.faults
        outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(read.outcomes.items()))
        formats = f"damaged inputs of {len(fuzzed.samples())} formats"
        yield f"| {formats} | {read.tries:,} | {outcomes} | {len(read.faults)} |"
    if files:
        lost = {number: silent(spoiled(number)) for number in range(seed * files, (seed + 1) * files)}
        gone = [f"spoiled CSV {number}: {marks}" for number, marks in lost.items() if marks]
        faults += gone
        yield f"| CSVs with spoiled quotation marks | {files:,} | every row followed by its mark | {len(gone)} |"
    yield ""
    yield from (f"- {fault}" for fault in faults[:_SHOWN])
