"""What an answer on a link between documents decides: each decision is about two documents, and about no others."""

from __future__ import annotations

from collections.abc import Sequence

from sot.errors import UsageError
from sot.model.decisions import RecordKey
from sot.model.kinds import Verdict
from sot.review.cases import Case


def kind_of(key: RecordKey) -> str:
    """Give the object of a document's key: deal, project, invoice or payment."""
    return key[1].partition(":")[0]


def partner(case: Case, key: RecordKey) -> RecordKey:
    """Give the document of the case that another one, such as a second candidate, can be linked to."""
    left, right = case.asked[0]
    if kind_of(key) == kind_of(right):
        return left
    if kind_of(key) == kind_of(left):
        return right
    raise UsageError(
        f"{':'.join(key)} is a {kind_of(key)}", f"choose a {kind_of(left)} or a {kind_of(right)}"
    )


def document_verdicts(
    case: Case, verdict: Verdict, selected: Sequence[RecordKey]
) -> list[tuple[Verdict, Sequence[RecordKey]]]:
    """Give (verdict, two documents) of an answer.

    Another candidate that is selected with `same` takes the place of the one that is linked now, unless both
    documents of the case are selected too; with `different` it is the one that does not belong.
    """
    if verdict == Verdict.RELATED:
        raise UsageError("two documents are linked or not", "answer same, different or unsure")
    asked = [key for pair in case.asked for key in pair]
    others = [key for key in selected if key not in asked]
    if verdict == Verdict.UNSURE or not selected:
        return [(verdict, pair) for pair in case.asked]
    if verdict == Verdict.DIFFERENT:
        own = [pair for pair in case.asked if set(pair) & set(selected)]
        return [*((verdict, pair) for pair in own), *((verdict, (partner(case, key), key)) for key in others)]
    if not others and len(selected) < len(set(asked)):
        raise UsageError("one document is selected", "select the one that it belongs to, too, or nothing")
    linked = set(asked) <= set(selected)
    now = Verdict.SAME if linked else Verdict.DIFFERENT
    return [*((now, pair) for pair in case.asked), *((verdict, (partner(case, key), key)) for key in others)]
