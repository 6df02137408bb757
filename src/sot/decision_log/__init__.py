"""What stewards decided: the append-only log, what follows from it, and the evidence that it rested on."""

from sot.decision_log.fingerprint import changed, fingerprint, fingerprints
from sot.decision_log.inference import Findings, constraints, findings, in_force
from sot.decision_log.store import Log, append, check, load, new_id, read

__all__ = [
    "Findings", "Log", "append", "changed", "check", "constraints", "findings", "fingerprint", "fingerprints",
    "in_force", "load", "new_id", "read",
]  # fmt: skip
