"""A finished run as the review reads it: the queue at once, records and pairs only of the case shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from sot.errors import InputError
from sot.model.decisions import RecordKey
from sot.model.matching import UsedModel
from sot.workspace.run_folder import unfinished

KEY = ("system", "record_id")


@dataclass(frozen=True)
class FinishedRun:
    """The folder that `sot dedupe` wrote."""

    folder: Path

    def __post_init__(self) -> None:
        if not (self.folder / "tables" / "cases.parquet").is_file():
            raise unfinished(self.folder)

    def scan(self, name: str) -> pl.LazyFrame:
        """Give a table of the run, of which only what is asked for is read."""
        return pl.scan_parquet(self.folder / "tables" / f"{name}.parquet")

    def table(self, name: str) -> pl.DataFrame:
        """Give a whole table of the run."""
        try:
            return self.scan(name).collect()
        except (OSError, pl.exceptions.PolarsError) as error:
            path = self.folder / "tables" / f"{name}.parquet"
            raise InputError(f"{path} can't be read: {error}", "run sot dedupe again") from error

    @cached_property
    def queue(self) -> pl.DataFrame:
        """The CASES of the run, in the order of their priority."""
        return self.table("cases").sort("priority")

    @cached_property
    def questions(self) -> pl.DataFrame:
        """QUESTIONS with case_id, and the keys of both records (system_l, record_id_l, …)."""
        asked = self.table("questions")
        keys = (
            self.scan("records")
            .select("uid", *KEY)
            .filter(pl.col("uid").is_in(_ends(asked).implode()))
            .collect()
        )
        for side in ("l", "r"):
            names = {"uid": f"uid_{side}", **{name: f"{name}_{side}" for name in KEY}}
            asked = asked.join(keys.rename(names), on=f"uid_{side}", how="left")
        return asked.sort("case_id", "uid_l", "uid_r")

    @cached_property
    def documents(self) -> pl.DataFrame:
        """The documents of the run as the handoffs see them, with the name of their customer."""
        names = self.scan("golden").select("golden_id", customer="name").collect()
        return self.table("handoff_documents").join(names, on="golden_id", how="left", maintain_order="left")

    @cached_property
    def model(self) -> UsedModel:
        """The model that scored the run, as it was used; an empty one if the run does not say it."""
        path = self.folder / "tables" / "matching.json"
        if not path.is_file():
            return UsedModel()
        return UsedModel.from_json(json.loads(path.read_text(encoding="utf-8"))["parameters"])

    @cached_property
    def titles(self) -> dict[str, str]:
        """The systems as people write them ("Power BI"), by their names."""
        path = self.folder / "tables" / "summary.json"
        summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return dict(summary.get("titles", {}))

    def title(self, system: str) -> str:
        """Give a system as people write it."""
        return self.titles.get(system, system)

    def called(self, key: RecordKey) -> str:
        """Name a record or document in a sentence: its system as people write it, and its id."""
        return f"{self.title(key[0])} {key[1]}"

    def system_called(self, text: str) -> str:
        """Give the system that a text names: by its own name, or as people write it."""
        asked = text.strip().casefold()
        return next((name for name, title in self.titles.items() if title.casefold() == asked), text.strip())

    @property
    def bands(self) -> dict[str, float]:
        """The match probabilities from which pairs are linked automatically (auto) and in doubt (doubt)."""
        return {
            name: self.model.bands.get(name, default) for name, default in (("auto", 0.95), ("doubt", 0.5))
        }

    @cached_property
    def exposure(self) -> tuple[dict[str, float], float, str]:
        """Money at stake by golden_id in the commonest currency, its sum, and that currency ("": none)."""
        golden = self.scan("golden").select("golden_id", "exposure", "exposure_currency").collect()
        golden = golden.filter(pl.col("exposure").fill_null(0) != 0).with_columns(pl.col("exposure").abs())
        if golden.is_empty():
            return {}, 0.0, ""
        golden = golden.with_columns(pl.col("exposure_currency").fill_null("money"))
        counts = (
            golden.group_by("exposure_currency")
            .len()
            .sort("len", "exposure_currency", descending=[True, False])
        )
        currency = counts["exposure_currency"][0]
        in_currency = golden.filter(pl.col("exposure_currency") == currency)
        return (
            dict(in_currency.select("golden_id", "exposure").iter_rows()),
            float(in_currency["exposure"].sum()),
            currency,
        )

    def members(self, golden_ids: Sequence[str], keys: Iterable[RecordKey]) -> pl.DataFrame:
        """Give the records of these golden customers, and those of `keys`, with golden_id and linked_by."""
        members = self.scan("memberships").select("uid", "golden_id", "linked_by")
        wanted = members.filter(pl.col("golden_id").is_in(list(golden_ids))).select("uid").collect()["uid"]
        named = _is_one_of(keys)
        records = self.scan("records").filter(pl.col("uid").is_in(wanted.implode()) | named)
        return records.join(members, on="uid", how="left").sort("uid").collect()

    def records(self, keys: Iterable[RecordKey]) -> pl.DataFrame:
        """Give the records of `keys`."""
        return self.scan("records").filter(_is_one_of(keys)).sort("uid").collect()

    def named(self, text: str) -> list[tuple[RecordKey, str]]:
        """Give the records that bear a name, else those whose name holds it."""
        wanted = "".join(sign for sign in text.casefold() if sign.isalnum())
        if not wanted:
            return []
        key = pl.col("name").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
        records = (
            self.scan("records").select(*KEY, "name").filter(key.str.contains(wanted, literal=True)).collect()
        )
        exact = records.filter(key == wanted)
        hits = exact if exact.height else records
        return [((system, id_), name) for system, id_, name in hits.sort(*KEY).iter_rows()]

    def documents_named(self, text: str) -> list[RecordKey]:
        """Give the documents that a text names: by system:object:id, by number or by name."""
        key = pl.concat_str("object", pl.lit(":"), "record_id")
        whole = pl.concat_str("system", pl.lit(":"), key) == text
        named = pl.any_horizontal(pl.col("number", "name", "record_id").str.to_lowercase() == text.casefold())
        hits = self.documents.filter(whole | named.fill_null(False))
        exact = hits.filter(whole)
        return list(
            (exact if exact.height else hits).select("system", key).sort("system", "object").iter_rows()
        )

    def pairs_among(self, uids: pl.Series) -> pl.DataFrame:
        """Give the scored pairs whose records are both among `uids`."""
        among = uids.implode()
        both = pl.col("uid_l").is_in(among) & pl.col("uid_r").is_in(among)
        return self.scan("pairs").filter(both).sort("uid_l", "uid_r").collect()

    def golden(self, golden_ids: Sequence[str]) -> pl.DataFrame:
        """Give the golden customers of these ids."""
        customers = self.scan("golden").filter(pl.col("golden_id").is_in(list(golden_ids)))
        return customers.sort("golden_id").collect()

    def related(self, golden_ids: Sequence[str]) -> pl.DataFrame:
        """Give the customers related to these, each once for a relation: golden_id, name, relation and evidence."""
        ids = list(golden_ids)
        sides = [
            self.scan("related")
            .filter(pl.col(f"golden_id_{side}").is_in(ids))
            .select(golden_id=pl.col(f"golden_id_{other}"), relation="relation", evidence="evidence")
            for side, other in (("l", "r"), ("r", "l"))
        ]
        names = self.scan("golden").select("golden_id", "name", "country", "city")
        rows = pl.concat(sides).filter(~pl.col("golden_id").is_in(ids)).join(names, on="golden_id")
        ordered = rows.sort("golden_id", "relation", "evidence")
        return ordered.unique(["golden_id", "relation"], keep="first", maintain_order=True).collect()


def _ends(pairs: pl.DataFrame) -> pl.Series:
    return pl.concat([pairs["uid_l"], pairs["uid_r"].rename("uid_l")]).unique()


def _is_one_of(keys: Iterable[RecordKey]) -> pl.Expr:
    by_system: dict[str, list[str]] = {}
    for system, record_id in sorted(keys):
        by_system.setdefault(system, []).append(record_id)
    tests = [(pl.col("system") == s) & pl.col("record_id").is_in(ids) for s, ids in by_system.items()]
    return pl.any_horizontal(tests) if tests else pl.lit(False)
