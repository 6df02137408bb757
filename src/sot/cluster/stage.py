"""The flow of clustering: decisions and scored pairs to clusters with lasting ids, related customers and questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.cluster import evidence_text
from sot.cluster.golden_ids import assign
from sot.cluster.guards import Scored, pair_weight, settled_pairs, without_torn, without_vetoed_connections
from sot.cluster.link_confidence import Links, backbone, clusters, memberships
from sot.cluster.linkage import CANNOT, Edges, Linkage, cluster_nodes
from sot.cluster.questions import questions, without_second_choices
from sot.cluster.related_customers import declared_parents, related, without_jobs
from sot.model.decisions import Constraints
from sot.model.run import Clustering, Matching
from sot.model.tables import CLUSTERS, MEMBERSHIPS, conform
from sot.rules import Rulebook
from sot.rules.matching import Thresholds
from sot.rules.matching_policy import POLICY, MatchingPolicy, Policy
from sot.rules.naming import LegalForms
from sot.workspace.golden_id_ledger import Ledger

c = pl.col


class HasPolicy(Protocol):
    """Settings, as far as clustering needs them."""

    @property
    def policy(self) -> str:
        """cautious, balanced or eager."""


def cluster(
    records: pl.DataFrame,
    matching: Matching,
    constraints: Constraints,
    ledger: Ledger,
    settings: HasPolicy,
    rules: Rulebook,
) -> Clustering:
    """Cluster the records: a partition in which decided pairs hold, the same whatever the order of the input."""
    thresholds = rules.get("matching/thresholds.yaml", Thresholds)
    policy = rules.get(POLICY, MatchingPolicy).policies[settings.policy]
    parents = declared_parents(records)
    family = without_jobs(parents, records, legal_words(rules.get("naming/legal_forms.yaml", LegalForms)))
    joined = join(records.height, matching, constraints, family, policy, thresholds)
    pairs, members = matching.pairs, joined.members
    assignment = assign(members, records, ledger, constraints)
    members = members.join(assignment.golden_ids, on="cluster", how="left", maintain_order="left")
    return Clustering(
        memberships=conform(members, MEMBERSHIPS),
        clusters=conform(
            joined.clusters.join(assignment.golden_ids, on="cluster", how="left", maintain_order="left"),
            CLUSTERS,
        ),
        related=related(
            pairs, parents, constraints, members["golden_id"], matching.model, thresholds.related
        ),
        questions=questions(
            without_second_choices(pairs, members["cluster"], records["system"], joined.doubtful),
            members["cluster"],
            joined.doubtful,
            constraints,
            policy.ask,
            matching.model,
        ),
        ledger=assignment.members,
        redirects=assignment.changes,
    )


@dataclass(frozen=True)
class Joined:
    """members: uid, cluster, match_probability, linked_by; clusters: CLUSTERS without golden ids; doubtful: the links
    (uid_l, uid_r) in doubt that hold clusters together.
    """

    members: pl.DataFrame
    clusters: pl.DataFrame
    doubtful: pl.DataFrame


def legal_words(legal: LegalForms) -> frozenset[str]:
    """Give the words of legal forms."""
    return frozenset(form for kind in legal.classes.values() for form in kind.forms if len(form) > 1)


def join(
    size: int,
    matching: Matching,
    constraints: Constraints,
    family: pl.DataFrame,
    policy: Policy,
    thresholds: Thresholds,
) -> Joined:
    """Join `size` records into clusters; `family` are declared parents and children that are two customers.

    Records that no link of an even chance or more connects do not tell of each other, so parts of a list can be joined
    one by one.
    """
    never = thresholds.linkage.never
    pairs = without_torn(matching.pairs, never, thresholds.linkage.torn)
    exact = evidence_text.exact(pairs, matching.model)
    merging = _merging(pairs, exact, policy, never, constraints, family)
    linkage = Linkage(thresholds.linkage.absent, thresholds.linkage.most)
    label = _labels(size, merging, matching.copies, linkage)
    links = _inside(merging, label)
    links = without_vetoed_connections(links, pairs, policy.ask, size)
    held = backbone(size, links.links.edges)
    members = memberships(label, links.links, links.probability)
    held_by_doubt = held[~(links.links.auto | links.links.decided)[held]]
    edges = links.links.edges
    return Joined(
        members,
        clusters(members, _weakest(label, links, held), _decided(label, links.links)),
        pl.DataFrame(
            {
                "uid_l": edges.a[held_by_doubt].astype(np.int32),
                "uid_r": edges.b[held_by_doubt].astype(np.int32),
            }
        ),
    )


def _merging(
    pairs: pl.DataFrame,
    exact: pl.Series,
    policy: Policy,
    never: tuple[str, ...],
    constraints: Constraints,
    parents: pl.DataFrame,
) -> Scored:
    """Give the edges that clustering works on: scored pairs, with decisions and declared parents written over them.

    A parent and its child are two accounts because their own system says so; only a steward makes them one.
    """
    scored = pairs.select(
        "uid_l", "uid_r", weight=pair_weight(policy, never), probability="match_probability", auto=c("band") == "auto",
        exact=exact, decided=pl.lit(False),
    )  # fmt: skip
    decided = settled_pairs(constraints, parents)
    both = c("uid_l").cast(pl.Int64) * 2**32 + c("uid_r")
    rest = scored.filter(~both.is_in(decided.select(both).to_series().implode()))
    table = pl.concat([rest, decided])
    edges = Edges(
        table["uid_l"].to_numpy().astype(np.int64),
        table["uid_r"].to_numpy().astype(np.int64),
        table["weight"].to_numpy(),
    )
    links = Links(edges, table["auto"].to_numpy(), table["decided"].to_numpy(), table["exact"].to_numpy())
    return Scored(links, table["probability"].to_numpy())


def _labels(size: int, merging: Scored, copies: pl.DataFrame, linkage: Linkage) -> npt.NDArray[np.int64]:
    """Give the cluster of each record; copies go where the record goes that they say the same as.

    Copies of which something is decided or declared take part themselves, by their one link.
    """
    edges = merging.edges
    bound = merging.links.decided | (edges.weight <= CANNOT)
    settled = np.zeros(size, bool)
    settled[edges.a[bound]] = settled[edges.b[bound]] = True
    of = np.full(size, -1, np.int64)
    of[copies["uid"].to_numpy()] = copies["of"].to_numpy()
    follows = (of[edges.b] == edges.a) & (edges.weight >= 0) & ~settled[edges.b]
    label = cluster_nodes(size, edges.only(~follows), linkage)
    label[edges.b[follows]] = label[edges.a[follows]]
    return label


def _inside(scored: Scored, label: npt.NDArray[np.int64]) -> Scored:
    """Keep the links that join records of one cluster."""
    edges, links = scored.edges, scored.links
    keep = (label[edges.a] == label[edges.b]) & (edges.weight >= 0)
    kept = Links(edges.only(keep), links.auto[keep], links.decided[keep], links.exact[keep])
    return Scored(kept, scored.probability[keep])


def _weakest(label: npt.NDArray[np.int64], scored: Scored, held: npt.NDArray[np.intp]) -> pl.DataFrame:
    """Give the match probability of the weakest link that holds each cluster together."""
    owner = label[scored.edges.a[held]].astype(np.int32)
    table = pl.DataFrame({"cluster": owner, "match_probability": scored.probability[held]})
    return table.group_by("cluster").agg(c("match_probability").min())


def _decided(label: npt.NDArray[np.int64], links: Links) -> pl.Series:
    owner = np.unique(label[links.edges.a[links.decided]]).astype(np.int32)
    return pl.Series("cluster", owner, dtype=pl.Int32)
