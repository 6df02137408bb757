"""The question of a case in one plain sentence, and whether its records are joined now."""

from __future__ import annotations

from sot.review.cases import CONTRADICTION, DOCUMENT_LINK, DOUBTFUL_LINK, POSSIBLE_MATCH, REOPENED, Case


def joined(case: Case) -> bool | None:
    """Tell whether the records asked about are one customer now; None where the case is about something else."""
    return {DOUBTFUL_LINK: True, POSSIBLE_MATCH: False}.get(case.kind)


def state_now(case: Case) -> str:
    """Say how it is now: joined, apart, or the value that is golden."""
    if case.kind == DOCUMENT_LINK:
        return "linked now"
    now = joined(case)
    return "" if now is None else "joined now" if now else "apart now"


def likely(case: Case) -> str:
    """Say what the probability of a case is the probability of."""
    return "likely right" if case.of_documents else "likely one customer"


def question(case: Case) -> str:
    """Give the question of a case; the answer same, different or a value settles it."""
    if case.asks:
        return case.asks
    if case.field is not None:
        return f"Which {case.field.replace('_', ' ')} of {case.names or 'this customer'} is right?"
    if case.kind == CONTRADICTION:
        return "Which of these decisions holds? They contradict each other."
    if case.kind == REOPENED:
        return "Does the decision still hold? The records changed since it was made."
    if joined(case):
        return f"Do all these records belong to {case.names or 'one customer'}? They are joined now."
    names = [name for name in case.names.split(" | ") if name]
    if len(names) == 2 and names[0] != names[1]:
        return f"Are {names[0]} and {names[1]} one customer? They are apart now."
    return f"Are these records one customer{f', {names[0]}' if names else ''}? They are apart now."
