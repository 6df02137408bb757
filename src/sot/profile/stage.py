"""From what was read of each file to its profile: every column measured, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any

import polars as pl

from sot.model.sources import Source
from sot.profile.cells import Cells, Examine, Examiner, counted, ranked
from sot.profile.figures import ColumnProfile, Count, Finding, Profile, SourceProfile, Variant
from sot.profile.findings import Found, signs
from sot.profile.patterns import other_forms, patterns, shown
from sot.profile.ranking import by_weight, weight
from sot.profile.spelling import Spellings
from sot.profile.spelling_variants import MOST_SPELLINGS, differing, variants
from sot.rules import Rulebook
from sot.rules.naming import Placeholders
from sot.rules.quality.profile import NAME, ProfileRules

TOP, MOST_VARIANTS = 8, 12
_PARTS = (" ++ ", " || ")


def profile(
    sources: Sequence[Source], ignored: Sequence[tuple[str, str]], examiner: Examiner, rules: Rulebook
) -> Profile:
    """Profile every file or sheet; `examiner` holds the tests of the fields."""
    measurer = _Measurer(examiner, rules)
    measured = [measurer.source(source) for source in sources]
    return Profile(tuple(sorted(measured, key=by_weight)), tuple(ignored))


def plain(profile: Profile) -> dict[str, Any]:
    """Give the profile as plain values, as `sot profile --json` prints them."""
    return asdict(profile)


def column_fields(source: Source) -> dict[str, str]:
    """Give the canonical field of every column that one is taken from, alone or beside others."""
    assert source.frame is not None
    fields: dict[str, str] = {}
    for field, written in sorted(source.fields.items()):
        names = [written]
        for sign in _PARTS:
            names = [
                part
                for name in names
                for part in (name.split(sign) if name not in source.frame.columns else [name])
            ]
        for name in names:
            if name in source.frame.columns:
                fields.setdefault(name, field)
    return fields


class _Measurer:
    def __init__(self, examiner: Examiner, rules: Rulebook) -> None:
        self.examiner = examiner
        self.rules = rules.get(NAME, ProfileRules)
        self.placeholders = rules.get("naming/placeholders.yaml", Placeholders)
        self.spellings = Spellings(rules)

    def source(self, source: Source) -> SourceProfile:
        measured = partial(
            SourceProfile, source.path, source.sheet, source.system, source.department, source.object,
            source.record_id,
        )  # fmt: skip
        frame = source.frame
        if frame is None or source.error:
            return measured(0, source.error or "it can't be read")
        fields = column_fields(source)
        columns = [frame[name] for name in frame.columns if not name.startswith("#")]
        # Tests of numbers hold Python's lock, counts leave it alone: columns are measured side by side.
        with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
            # Begun before all columns, so that those that wait for it do not wait for long.
            country = pool.submit(self._countries, frame, fields)
            done = pool.map(
                lambda column: self._column(column, fields.get(column.name), country, source), columns
            )
            return measured(frame.height, None, tuple(done))

    def _countries(self, frame: pl.DataFrame, fields: dict[str, str]) -> pl.Series | None:
        """Give the country of every row, for what is tested by country."""
        if not set(fields.values()) & {"phone", "tax_id", "postcode"}:
            return None
        nothing = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
        places = {
            part: next((frame[name] for name, field in fields.items() if field == part), nothing)
            for part in ("country", "region", "postcode")
        }
        return self.examiner.countries(pl.DataFrame(places))

    def _column(
        self, column: pl.Series, field: str | None, country: Future[pl.Series | None], source: Source
    ) -> ColumnProfile:
        key = "record_id" if column.name == source.record_id else field
        home = country.result() if field in ("phone", "tax_id", "postcode") else None
        examine = Examine(self.examiner, home, self.rules.tested_at_most)
        cells = counted(
            column, key, self._placeholders(key), examine if field in self.examiner.fields else None
        )
        shapes = patterns(cells)
        written = variants(cells, self.spellings)
        listed = [
            *signs(cells),
            *_states(cells, source),
            ("forms", *other_forms(cells, shapes)),
            _spelt(written),
        ]
        sizes = cells.values.select(size=pl.col("value").str.len_chars())["size"]
        return ColumnProfile(
            column=column.name,
            field=key,
            looks=cells.looks,
            rows=cells.rows,
            empty=cells.empty,
            placeholders=int(cells.fake["n"].sum()),
            filled=cells.filled,
            distinct=cells.values.height,
            shortest=int(sizes.min() or 0),  # type: ignore[arg-type]
            longest=int(sizes.max() or 0),  # type: ignore[arg-type]
            tested=cells.tested,
            pattern_count=0 if shapes is None else shapes.height,
            patterns=shown(shapes),
            top=cells.most_common(most=TOP),
            variants=tuple(
                Variant(variant.of, variant.spellings[:MOST_SPELLINGS]) for variant in written[:MOST_VARIANTS]
            ),
            findings=self._findings(listed, cells),
        )

    def _placeholders(self, field: str | None) -> frozenset[str]:
        """Give the words that stand for nothing in a field; in columns of no field, no word of daily use."""
        words = self.placeholders.of(field or "")
        if field is None or field in ("status", "owner", "industry", "record_id", "currency"):
            words -= set(self.rules.real_elsewhere)
        own = field in Placeholders.model_fields and field != "any"
        return words if own else frozenset(word for word in words if not word.isdigit())

    def _findings(self, listed: Sequence[Found], cells: Cells) -> tuple[Finding, ...]:
        findings = []
        for kind, count, examples in listed:
            rule = self.rules.findings[kind]
            whole = (
                cells.rows if kind in ("empty", "nothing", "placeholders", "missing_ids") else cells.filled
            )
            share = count / whole if whole else 0.0
            if count and share >= rule.least:
                findings.append(
                    Finding(kind, rule.severity, rule.says, rule.do, count, round(share, 6), examples)
                )
        return tuple(sorted(findings, key=lambda finding: (*weight([finding]), finding.kind)))


def _states(cells: Cells, source: Source) -> list[Found]:
    """Give what the counts of a column say, before its values are looked at."""
    states: list[Found] = [("placeholders", int(cells.fake["n"].sum()), ranked(cells.fake, 3))]
    if cells.tested is not None:
        states.append(("invalid", cells.tested.invalid, ranked(cells.wrong, 3)))
    if cells.rows and not cells.filled:
        return [*states, ("nothing", cells.empty, ())]
    if cells.field == "record_id":
        states.append(("missing_ids", cells.empty, ()))
        if source.object == "account":
            twice = cells.values.filter(pl.col("n") > 1)
            states.append(("repeated_ids", int(twice["n"].sum()), ranked(twice, 3)))
    elif cells.field is not None:
        states.append(("empty", cells.empty, ()))
    return states


def _spelt(written: Sequence[Variant]) -> Found:
    ways = tuple(
        Count(" / ".join(s.text for s in variant.spellings[:4]), differing(variant))
        for variant in written[:3]
    )
    return "spellings", sum(map(differing, written)), ways
