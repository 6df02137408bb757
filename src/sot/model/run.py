"""What a run knows: the result of each stage, as it is handed from one to the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import polars as pl

from sot.model.decisions import Constraints
from sot.model.handoff_figures import HandoffFigures, KeyCertificate
from sot.model.history import Past
from sot.model.matching import MatchReport, UsedModel
from sot.model.sources import Import
from sot.model.tables import (
    BI_BRIDGE,
    BI_MAPPING,
    BI_RECONCILIATION,
    CORRECTIONS,
    DATA_MODEL,
    DOCUMENT_LINKS,
    EXCEPTIONS,
    MERGES,
    empty,
)


class Progress(Protocol):
    """Who is told how a run goes on; the command line shows it, tests ignore it."""

    def start(self, stage: str) -> None:
        """A stage begins."""

    def done(self, stage: str, summary: str) -> None:
        """A stage has ended; `summary` says in a few words what came out."""

    def step(self, name: str) -> None:
        """A step of an engine begins inside the stage."""

    def stepped(self, name: str, rows: int, seconds: float) -> None:
        """A step of an engine that took long has ended."""


class Silent:
    """A Progress that tells nobody."""

    def start(self, stage: str) -> None:
        """Ignore it."""

    def done(self, stage: str, summary: str) -> None:
        """Ignore it."""

    def step(self, name: str) -> None:
        """Ignore it."""

    def stepped(self, name: str, rows: int, seconds: float) -> None:
        """Ignore it."""


class Stages:
    """Runs one stage after the other, reports each, and keeps the seconds that each took."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def doing(self, stage: str) -> Iterator[Callable[[str], None]]:
        """Hold one stage, and give what it says in the end what it found with."""
        self.progress.start(stage)
        begin = time.perf_counter()
        summary: list[str] = []
        yield summary.append
        self.seconds[stage] = round(time.perf_counter() - begin, 3)
        self.progress.done(stage, *summary)


@dataclass(frozen=True)
class Matching:
    """match → cluster: PAIRS with their gamma columns, the report, and the model.

    `model` is the model as it was used, comparison by comparison; `splink` the same as settings of Splink.
    `copies` (uid, of) lists records that say the very same as an earlier one of their system; they have a pair with
    that one alone, as far as such a pair was scored.
    """

    pairs: pl.DataFrame
    report: MatchReport = field(default_factory=MatchReport)
    model: UsedModel = field(default_factory=UsedModel)
    copies: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"uid": pl.Int32, "of": pl.Int32})
    )
    splink: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Clustering:
    """cluster → resolve: MEMBERSHIPS, CLUSTERS, RELATED, QUESTIONS and the new ledger with its redirects."""

    memberships: pl.DataFrame
    clusters: pl.DataFrame
    related: pl.DataFrame
    questions: pl.DataFrame
    ledger: pl.DataFrame
    redirects: pl.DataFrame


@dataclass(frozen=True)
class Resolution:
    """resolve → emit: GOLDEN, PROVENANCE (made as it is written), CONFLICTS.

    exposure   one row per record: uid, exposure, currency, exposure_other (other currencies, as text)
    survivors  one row per customer: golden_id, uid of the record whose name survived
    merges, corrections  MERGES and CORRECTIONS: what should be done in the systems themselves
    """

    golden: pl.DataFrame
    provenance: pl.LazyFrame
    conflicts: pl.DataFrame
    exposure: pl.DataFrame
    survivors: pl.DataFrame
    merges: pl.DataFrame = field(default_factory=lambda: empty(MERGES))
    corrections: pl.DataFrame = field(default_factory=lambda: empty(CORRECTIONS))


@dataclass(frozen=True)
class Handoffs:
    """handoffs → emit: DOCUMENT_LINKS, EXCEPTIONS, and the figures of the chain from deal to payment.

    documents  one row per document, as the handoffs see it: kind, amounts, dates, customer
    figures    plain values, as JSON files hold them
    """

    links: pl.DataFrame = field(default_factory=lambda: empty(DOCUMENT_LINKS))
    exceptions: pl.DataFrame = field(default_factory=lambda: empty(EXCEPTIONS))
    documents: pl.DataFrame = field(default_factory=pl.DataFrame)
    figures: HandoffFigures = field(default_factory=HandoffFigures)


@dataclass(frozen=True)
class BiCheck:
    """handoffs → emit: BI_RECONCILIATION, BI_MAPPING, BI_BRIDGE, and a certificate of each key."""

    figures: pl.DataFrame = field(default_factory=lambda: empty(BI_RECONCILIATION))
    mapping: pl.DataFrame = field(default_factory=lambda: empty(BI_MAPPING))
    bridge: pl.DataFrame = field(default_factory=lambda: empty(BI_BRIDGE))
    keys: list[KeyCertificate] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """Everything that emit writes: inputs as read, records normalised, and the results of all stages."""

    imported: Import
    records: pl.DataFrame
    matching: Matching
    clustering: Clustering
    resolution: Resolution
    constraints: Constraints
    settings: Any
    rule_hashes: dict[str, str]
    seconds: dict[str, float] = field(default_factory=dict)
    project_hashes: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the project's own files (sot.yaml, decisions, ledger) as the run found them, by name."""
    handoffs: Handoffs = field(default_factory=Handoffs)
    bi: BiCheck = field(default_factory=BiCheck)
    data_model: pl.DataFrame = field(default_factory=lambda: empty(DATA_MODEL))
    past: Past = field(default_factory=Past)
    """The runs before this one, and what changed since."""

    @cached_property
    def customer_of(self) -> pl.Series:
        """The customer of each record, by its uid, as the row of that customer in GOLDEN."""
        clusters = self.clustering.clusters.select("cluster", "golden_id").sort("golden_id")["cluster"]
        rows = np.empty(self.records.height, dtype=np.int32)
        rows[clusters.to_numpy()] = np.arange(len(clusters), dtype=np.int32)
        return pl.Series("customer", rows[self.clustering.memberships["cluster"].to_numpy()])
