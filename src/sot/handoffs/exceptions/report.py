"""EXCEPTIONS out of what was found: ids, names, severities and the system in which to put it right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sot.handoffs.exceptions.finding import FINDINGS
from sot.model.kinds import HANDOFF_OF, HandoffKind
from sot.model.tables import EXCEPTIONS, Schema, conform, empty
from sot.rules.governance import Governance
from sot.rules.handoffs import ExceptionRules

ROWS: Schema = {
    "kind": pl.String, "documents": pl.String, "party": pl.Int32, "system": pl.String, "expected": pl.Float64,
    "found": pl.Float64, "difference": pl.Float64, "currency": pl.String, "days": pl.Int32, "why": pl.String,
}  # fmt: skip
"""One row per exception, its documents named as the output names them."""
_KINDS = ("deal", "project", "invoice", "payment")


def keys(table: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, key): every document as system:object:record_id."""
    return table.select("doc", key=pl.concat_str("system", pl.lit(":"), "object", pl.lit(":"), "record_id"))


@dataclass(frozen=True)
class Context:
    """What the rows of the report are made with: systems, GOLDEN, the systems of each customer, and rules."""

    systems: pl.DataFrame
    """(system, object) of the documents."""
    golden: pl.DataFrame
    homes: Mapping[int, frozenset[str]]
    rules: ExceptionRules
    governance: Governance


def rows(findings: Sequence[pl.DataFrame], about_accounts: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Give ROWS of FINDINGS and ACCOUNT_FINDINGS, with the keys of their documents, which are in `table`."""
    none = empty(FINDINGS)
    every = pl.concat([none, *(conform(part, FINDINGS) for part in findings)])
    every = every.sort("kind", "doc", "days", nulls_last=True).unique(
        ["kind", "doc"], keep="first", maintain_order=True
    )
    named = keys(table)
    party = table.select("doc", "party", "system")
    every = every.join(named, on="doc", how="left", maintain_order="left").join(
        party, on="doc", how="left", maintain_order="left"
    )
    others = every.select("kind", "doc", "others").explode("others", empty_as_null=True).join(
        named.rename({"key": "other"}), left_on="others", right_on="doc", maintain_order="left"
    )  # fmt: skip
    joined = others.group_by("kind", "doc", maintain_order=True).agg(pl.col("other").str.join("|"))
    every = every.join(joined, on=["kind", "doc"], how="left", maintain_order="left").with_columns(
        documents=pl.concat_str("key", "other", separator="|", ignore_nulls=True)
    )
    accounts = about_accounts.with_columns(
        expected=pl.lit(None, pl.Float64),
        difference=pl.col("found"),
        system=pl.col("documents").str.extract(r"^([^:]*):"),
    )
    return pl.concat([every.select(list(ROWS)), accounts.select(list(ROWS))])


def report(every: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Give EXCEPTIONS of ROWS, in the order of handoff, kind and document.

    Kinds that the governance ignores are left out.
    """
    rules, governance, golden = context.rules, context.governance, context.golden
    severity = {str(kind): rules.severity(kind, governance) for kind in HandoffKind}
    systems = _systems(context.systems)
    department = {str(kind): rule.fix_in for kind, rule in rules.kinds.items()}
    names = golden.select("golden_id", golden_name="name").sort("golden_id").with_columns(
        party=pl.int_range(pl.len(), dtype=pl.Int32)
    )  # fmt: skip
    order = {str(kind): place for place, kind in enumerate(HandoffKind)}
    made = every.join(names, on="party", how="left", maintain_order="left").with_columns(
        severity=pl.col("kind").replace_strict(severity, return_dtype=pl.String),
        handoff=pl.col("kind").replace_strict(
            {str(k): str(v) for k, v in HANDOFF_OF.items()}, return_dtype=pl.String
        ),
        task=pl.col("kind").replace_strict(
            {str(k): r.task for k, r in rules.kinds.items()}, return_dtype=pl.String
        ),
        place=pl.col("kind").replace_strict(order, return_dtype=pl.Int32),
        fix_in=pl.struct("kind", "system", "documents", "party").map_elements(
            lambda row: _fix_in(row, department[row["kind"]], systems, context.homes), return_dtype=pl.String
        ),
        finding_id=pl.struct("kind", "documents").map_elements(_finding_id, return_dtype=pl.String),
    )
    made = made.filter(pl.col("severity") != "ignore").sort("place", "documents")
    return conform(made, EXCEPTIONS)


def _finding_id(row: Mapping[str, str]) -> str:
    """Give an id that stays as long as the kind and the document are the same."""
    about = row["documents"].split("|")[0]
    return "H" + hashlib.sha256(f"{row['kind']}\n{about}".encode()).hexdigest()[:10]


def _systems(documents: pl.DataFrame) -> dict[str, list[str]]:
    """Give the systems of each department, as far as documents show them: nobody bills or applies money in a bank."""
    every = documents.select("system", "object").sort("system", "object")
    of = {kind: [system for system, own in every.iter_rows() if own == kind] for kind in _KINDS}
    return {"crm": of["deal"], "project": of["project"], "finance": of["invoice"] or of["payment"]}


def _fix_in(
    row: Mapping[str, Any],
    department: str,
    systems: Mapping[str, list[str]],
    homes: Mapping[int, frozenset[str]],
) -> str:
    """Give the system to put it right in: that of a document concerned, else those where the customer is known."""
    known = systems.get(department, [])
    for document in row["documents"].split("|"):
        if document.split(":")[0] in known or (department == "crm" and ":account:" in document):
            return str(document.split(":")[0])
    near = [system for system in known if system in homes.get(row["party"], frozenset())]
    return "|".join(near or known) or str(row["system"])
