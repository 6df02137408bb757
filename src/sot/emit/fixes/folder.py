"""The folder `fixes/`: for each system what to merge, correct and create, how to load it, and the inverse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from sot.emit.fixes import tables
from sot.emit.fixes.import_formats import Form, form_of
from sot.emit.fixes.links import links
from sot.emit.fixes.readme import readme
from sot.emit.fixes.reparent import children, file_stem
from sot.emit.fixes.writing import Writing
from sot.emit.sub_accounts import is_sub_account
from sot.emit.titles import titles
from sot.model.kinds import CustomerStatus
from sot.model.run import Run
from sot.rules import Rulebook
from sot.rules.governance import load_governance, owned
from sot.workspace.file_names import file_name

MERGES, CORRECTIONS, HAND, CREATE = "merges.csv", "corrections.csv", "by_hand.csv", "create.csv"
BEFORE = "before.csv"
LINKS = "links.csv"
UNDO = "undo"


@dataclass(frozen=True)
class Fix:
    """One kind of fix in one system: how many accounts or cells, the customers concerned, the file or several."""

    count: int
    golden_ids: pl.Series
    file: str | None


@dataclass(frozen=True)
class Fixes:
    """What should be done in one system: accounts to merge, cells to correct, customers to create."""

    system: str
    merges: Fix
    corrections: Fix
    create: Fix


def write_fixes(folder: Path, run: Run, rules: Rulebook) -> list[Fixes]:
    """Write what should be done in each system into `folder`; a system with nothing to do has no folder.

    Gives what was written, system by system.
    """
    written = []
    everyone = run.records.select("object", "system", "department", run.customer_of, _own(rules))
    accounts = everyone.filter(pl.col("object") == "account")
    core = _core(accounts, run, rules)
    sure = _sure(accounts.filter(pl.col("system").is_in(core) & pl.col("own")), run)
    sure &= ~run.resolution.golden["is_test"]
    named = titles(accounts["system"].unique(), rules)
    for system in accounts["system"].unique().sort():
        form = form_of(system, run.imported.sources, rules)
        # Whom its documents name is there, though its list may leave him out.
        known = everyone.filter(pl.col("system") == system)["customer"]
        writing = Writing(form, run.records, rules)
        lacking = run.resolution.golden.filter(sure & ~_among(known, len(sure)) & pl.Series([system in core]))
        lacking = writing.addresses(_complete(form, lacking))
        joins, cells = _work(form, run)
        cells = writing.cells(cells, run.resolution.golden, run.records)
        files = _files(form, run, joins, cells, lacking)
        linked = links(form, run, tables.keyed(run.records, form), named)
        files |= {LINKS: linked} if linked.height else {}
        if files:
            _write(
                folder / file_name(system),
                files,
                readme(form, {name: table.height for name, table in files.items()}),
            )
        written.append(
            Fixes(
                system,
                Fix(joins.height, joins["golden_id"].unique(), MERGES),
                Fix(cells.height, cells["golden_id"].unique(), _where(files, CORRECTIONS, HAND)),
                Fix(lacking.height, lacking["golden_id"], CREATE),
            )
        )
    return written


def _complete(form: Form, golden: pl.DataFrame) -> pl.DataFrame:
    """Give the golden customers that have everything without which the system creates no record."""
    needed = [{"website": "domain"}.get(field, field) for field in form.required]
    return golden.filter(
        pl.all_horizontal(pl.col(name).is_not_null() for name in needed if name in golden.columns)
    )


def _where(files: Mapping[str, pl.DataFrame], *names: str) -> str | None:
    """Give the one of `names` that there is; None where there are several."""
    there = [name for name in names if name in files]
    return there[0] if len(there) == 1 else None


def _work(form: Form, run: Run) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the MERGES and the CORRECTIONS of a system; what is merged away is not corrected."""
    joins = run.resolution.merges.filter(pl.col("system") == form.system)
    own = run.records.select("uid", "system").filter(pl.col("system") == form.system)
    cells = run.resolution.corrections.join(own, on="uid", how="semi", maintain_order="left")
    return joins, cells.join(joins.select("uid"), on="uid", how="anti", maintain_order="left")


def _files(
    form: Form, run: Run, joins: pl.DataFrame, cells: pl.DataFrame, lacking: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Give the tables of a system by their file names; empty ones are left out."""
    keys = tables.keyed(run.records, form)
    loaded = cells.filter(tables.importable(form, cells, "after"))
    rest = cells.join(loaded, on=["uid", "field"], how="anti", maintain_order="left")
    undone = loaded.filter(tables.importable(form, loaded, "before"))
    emptied = loaded.join(undone, on=["uid", "field"], how="anti").select(
        "uid", "field", pl.col("after").alias("before"), pl.col("before").alias("after"), "rule"
    )
    moves = list(children(form, run, joins))
    files = {
        **{name: table for name, table, _ in moves},
        MERGES: tables.merges(form, keys, joins),
        CORRECTIONS: tables.update(form, keys, loaded, run.records, "after"),
        BEFORE: tables.by_hand(keys, loaded),
        HAND: tables.by_hand(keys, rest),
        CREATE: tables.created(form, lacking),
        f"{UNDO}/{CORRECTIONS}": tables.update(form, keys, undone, run.records, "before"),
        f"{UNDO}/{HAND}": tables.by_hand(keys, emptied),
        f"{UNDO}/created.csv": lacking.select("golden_id", "name").sort("golden_id"),
        **{f"{UNDO}/{name}": back for name, _, back in moves},
        **_merged_away(run, joins),
    }
    return {name: table for name, table in files.items() if table.height}


def _merged_away(run: Run, joins: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Give the rows of the accounts that are to be merged away, as they stood in the exports."""
    gone = run.records.select("source", "sheet", "row")[joins["uid"]]
    files = {}
    for source in run.imported.sources:
        rows = gone.filter((pl.col("source") == source.path) & pl.col("sheet").eq_missing(source.sheet))
        lines = source.rows_at(rows["row"]) if rows.height else None
        if lines is not None and lines.height:
            files[f"{UNDO}/merged {file_stem(source)}.csv"] = lines.drop("#row")
    return files


def _core(accounts: pl.DataFrame, run: Run, rules: Rulebook) -> list[str]:
    """Give the systems in which every customer should be."""
    governance = load_governance(rules, run.settings.governance)
    expected = run.settings.company.core_systems or governance.expected_in
    pairs = accounts.select("system", "department").unique()
    return sorted(name for name, department in pairs.iter_rows() if owned(expected, name, department))


def _own(rules: Rulebook) -> pl.Expr:
    """Tell of each record (`own`) whether it is a customer of its own: no collective account ("cash sales"), no job."""
    return (pl.col("n_name").is_not_null() & ~is_sub_account(rules)).alias("own")


def _sure(accounts: pl.DataFrame, run: Run) -> pl.Series:
    """Tell of each golden customer whether it should be known to every core system; `accounts` are theirs.

    Only what is sure: no link in doubt, no open question whether the customer is known there after all, an
    account of a core system that is no collective account and no job or site of a customer, and not inactive.
    """
    golden = run.resolution.golden
    fit = golden.select(
        (pl.col("status") != CustomerStatus.NEEDS_REVIEW)
        & (pl.col("account_status").fill_null("active") == "active")
        & pl.col("name").is_not_null()
    ).to_series()
    questions = run.clustering.questions
    asked = run.customer_of.gather(pl.concat([questions["uid_l"], questions["uid_r"]]))
    return fit & _among(accounts["customer"], golden.height) & ~_among(asked, golden.height)


def _among(customers: pl.Series, count: int) -> pl.Series:
    """Tell of each of `count` customers whether it is among `customers`."""
    flags = np.zeros(count, dtype=bool)
    flags[customers.to_numpy()] = True
    return pl.Series(flags)


def _write(folder: Path, files: Mapping[str, pl.DataFrame], text: str) -> None:
    for name, table in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        table.write_csv(path)
    (folder / "README.md").write_bytes(text.encode())
