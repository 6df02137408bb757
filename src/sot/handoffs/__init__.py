"""handoffs: from the deal to the money; links between documents, and what went wrong along each handoff."""

from sot.handoffs.bi import reconcile
from sot.handoffs.data_model import data_model
from sot.handoffs.owners import with_owners
from sot.handoffs.stage import handoffs

__all__ = ["data_model", "handoffs", "reconcile", "with_owners"]
