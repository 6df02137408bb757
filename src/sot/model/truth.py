"""The files of a truth, by their exact headers: who each record is, and what is right of documents and BI figures."""

from __future__ import annotations

TRUTH = ("system", "record_id", "entity_id")
LINKS = ("system_l", "object_l", "record_id_l", "system_r", "object_r", "record_id_r")
HANDOFFS = ("handoff", "kind", "system", "object", "record_id")
BI = ("bi_system", "label", "entity_id", "reason")
HEADERS = frozenset((TRUTH, LINKS, HANDOFFS, BI))
"""A file with one of these headers is no export."""
