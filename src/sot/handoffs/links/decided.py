"""What stewards decided about links: their records are (system, object:record_id)."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from sot.model.decisions import Decision
from sot.model.kinds import Verdict


def decided(decisions: dict[str, Decision], table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give (doc, doc_right, decision_id) of pairs that belong together, and of pairs that do not.

    The last decision on a pair wins.
    """
    keys = {
        (system, f"{kind}:{record_id}"): doc
        for doc, system, kind, record_id in table.select("doc", "system", "object", "record_id").iter_rows()
    } if any(":" in record for one in decisions.values() for _, record in one.records) else {}  # fmt: skip
    revoked = {one.revokes for one in decisions.values() if one.revokes}
    verdicts: dict[tuple[int, int], tuple[str, str]] = {}
    for one in decisions.values():
        if one.id in revoked or one.field is not None:
            continue
        docs = sorted(keys[key] for key in one.records if key in keys)
        for pair in combinations(docs, 2):
            verdicts[pair] = (one.verdict, one.id)
    schema = {"doc": pl.Int32, "doc_right": pl.Int32, "decision_id": pl.String}
    together, apart = (
        pl.DataFrame(
            [(*pair, by) for pair, (verdict, by) in sorted(verdicts.items()) if verdict in wanted],
            schema=schema, orient="row",
        )
        for wanted in ((Verdict.SAME,), (Verdict.DIFFERENT, Verdict.RELATED))
    )  # fmt: skip
    return together, apart
