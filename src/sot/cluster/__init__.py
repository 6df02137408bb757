"""Cluster: scored pairs and decisions to clusters with lasting golden ids, related customers and open questions."""

from sot.cluster.stage import cluster
from sot.workspace.golden_id_ledger import load as load_ledger

__all__ = ["cluster", "load_ledger"]
