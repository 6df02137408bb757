"""The opening of a report: who and when, the result in sentences, money by question, the bridge, the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sot.emit.fixes import Fixes
from sot.emit.fixes.todo import README as TODO
from sot.emit.money import amounts, hint, total, worth
from sot.model.counts import counted
from sot.model.kinds import VALUE_KINDS, CustomerStatus, Department, ObjectKind, Severity, kind_words
from sot.model.run import Run
from sot.workspace.file_names import file_name

Plain = dict[str, Any]

WHO = {
    Department.CRM: "Sales operations",
    Department.FINANCE: "Accounting",
    Department.PROJECT: "Project office",
    Department.BI: "Reporting",
}
STEWARD = "Data steward"
MOST_SUMS = 3


def opening(run: Run, summary: Plain, fixes: Sequence[Fixes], handoffs: Sequence[Plain] = ()) -> Plain:
    """Give the opening; `handoffs` are sums along the handoffs: what, count and money (per currency) of each."""
    company = run.settings.company
    sums = _sums(run)
    return {
        "client": company.name,
        "as_of": as_of(run),
        "bridge": _bridge(run, summary),
        "money": [{"question": what, "total": total(money, company)} for what, money in sums.items()]
        if sums
        else [],
        "money_hint": hint(sums.values(), company),
        "handoffs": [dict(row) | {"total": total(row["money"], company)} for row in handoffs],
        "plan": [step | {"total": total(step.pop("money"), company)} for step in _plan(run, summary, fixes)],
    }


def largest_sums(run: Run) -> list[Plain]:
    """Give the three kinds of exceptions along the handoffs with the most money: what, count and money of each."""
    company = run.settings.company
    kinds = [
        row
        for row in run.handoffs.figures.get("kinds", ())
        if row["severity"] != Severity.INFO and row["amounts"]
    ]
    ordered = sorted(kinds, key=lambda row: (-worth(row["amounts"], company), row["kind"]))
    return [
        {"what": kind_words(row["kind"]), "count": row["count"], "money": row["amounts"]}
        for row in ordered[:MOST_SUMS]
    ]


def as_of(run: Run) -> str | None:
    """Give the newest date on which something happened in the exports; planned and due dates don't count."""
    documents = run.imported.documents.filter(~pl.col("object").is_in(["deal", "project"]))
    dates = [
        *(
            run.records[name].cast(pl.Date).max()
            for name in ("created_on", "updated_on")
            if name in run.records
        ),
        *(documents[name].max() for name in ("dated_on", "created_on") if name in documents),
        run.handoffs.figures.get("as_of"),
    ]
    return max((str(day) for day in dates if day is not None), default=None)


def _sums(run: Run) -> dict[str, dict[str, float]]:
    """Give the money behind each question of a leader, per currency; questions without money are left out."""
    golden = run.resolution.golden
    conflicts = run.resolution.conflicts.filter(pl.col("waived_until").is_null())
    blocked = conflicts.filter(pl.col("severity") == Severity.BLOCKER)["golden_id"]
    single = ~pl.col("systems").str.contains("|", literal=True)
    groups = {
        "all customers": golden,
        "customers in one system only": golden.filter(single),
        "customers with an open blocker": golden.filter(pl.col("golden_id").is_in(blocked.implode())),
        "customers on a doubtful link": golden.filter(pl.col("status") == CustomerStatus.NEEDS_REVIEW),
    }
    sums = {what: amounts(table) for what, table in groups.items()}
    return {what: money for what, money in sums.items() if money}


def _bridge(run: Run, summary: Plain) -> Plain | None:
    """Give the way from the records of the CRM to those of accounting; of each the largest system."""
    pair = [_largest(summary, department) for department in (Department.CRM, Department.FINANCE)]
    left, right = pair
    if left is None or right is None:
        return None
    systems = run.resolution.golden["systems"].str.split("|")
    in_left, in_right = (systems.list.contains(row["system"]) for row in (left, right))
    names = [summary["titles"][row["system"]] for row in (left, right)]
    only = [f"only in {name}" for name in names]
    steps = [
        (f"records in {names[0]}", left["records"], "=", ("record", "records")),
        *_again(left, "-"),
        (f"customers {only[0]}, not in {names[1]}", int((in_left & ~in_right).sum()), "-", (only[0],) * 2),
        (f"customers {only[1]}, not in {names[0]}", int((in_right & ~in_left).sum()), "+", (only[1],) * 2),
        *_again(right, "+"),
        (f"records in {names[1]}", right["records"], "=", ("record", "records")),
    ]
    return {
        "names": names,
        "both": int((in_left & in_right).sum()),
        "steps": [
            {"what": what, "count": count, "sign": sign, "short": short[count != 1]}
            for what, count, sign, short in steps
        ],
    }


def _again(row: Plain, sign: str) -> list[tuple[str, int, str, tuple[str, str]]]:
    """Give the records of a system that are no customers of their own: duplicates, and any sub-accounts."""
    below = row["sub_accounts"]
    words = ("duplicate", "duplicates") if row["lists_accounts"] else ("further row", "further rows")
    steps = [(f"{words[1]} there", row["again"] - below, sign, words)]
    parts = ("sub-account", "sub-accounts")
    return [*steps, (f"{parts[1]} there", below, sign, parts)] if below else steps


def _largest(summary: Plain, department: Department) -> Plain | None:
    """Give the system with the most records of a department; a bank, which knows payers alone, comes last."""
    rows = [row for row in summary["systems"] if row["department"] == department]
    return max(
        rows,
        key=lambda row: (set(row["objects"]) != {ObjectKind.PAYMENT}, row["records"], row["system"]),
        default=None,
    )


def _plan(run: Run, summary: Plain, fixes: Sequence[Fixes]) -> list[Plain]:
    """Give what is to be done, in the order that works: who, how many, the amount, and the tool."""
    golden = run.resolution.golden
    steps = [
        _step(
            STEWARD,
            "Answer the open cases",
            "case",
            summary["doubt"]["to_answer"],
            _asked(run),
            "sot review",
        ),
        *_blockers(run, summary),
    ]
    departments = {row["system"]: row["department"] for row in summary["systems"]}
    for kind in ("merges", "corrections", "create"):
        for fix in sorted(fixes, key=lambda fix: -getattr(fix, kind).count):
            done = getattr(fix, kind)
            name = summary["titles"][fix.system]
            what, noun = {
                "merges": (f"Merge the duplicates in {name}", "account"),
                "corrections": (f"Correct the cells in {name}", "cell"),
                "create": (f"Create customers in {name}", "customer"),
            }[kind]
            concerned = golden.filter(pl.col("golden_id").is_in(done.golden_ids.implode()))
            steps.append(
                _step(
                    WHO.get(departments[fix.system], STEWARD), what, noun, done.count, concerned,
                    f"fixes/{file_name(fix.system)}/" + ("" if done.file is None else done.file),
                )
            )  # fmt: skip
    steps = [step for step in [*steps, *_todo(run, summary, departments)] if step["count"]]
    steps.append(
        {
            "who": STEWARD,
            "what": "Export again, then run again",
            "count": 0,
            "many": "",
            "money": {},
            "do": "sot dedupe",
        }
    )
    return [{"nr": nr, **step} for nr, step in enumerate(steps, start=1)]


def _todo(run: Run, summary: Plain, departments: Mapping[str, str]) -> list[Plain]:
    """Give the work along the handoffs as one step for each system in which it is put right, the most first."""
    places = run.handoffs.exceptions.select(pl.col("fix_in").str.split("|"), "difference", "currency")
    places = places.explode("fix_in", empty_as_null=True).drop_nulls("fix_in")
    steps = []
    for (system,), rows in places.group_by("fix_in"):
        money = rows.select(exposure="difference", exposure_currency="currency")
        name = summary["titles"].get(system, system)
        who = WHO.get(Department(departments[str(system)]), STEWARD) if system in departments else STEWARD
        do = f"fixes/{file_name(str(system))}/{TODO}"
        steps.append(_step(who, f"Resolve the exceptions in {name}", "exception", rows.height, money, do))
    return sorted(steps, key=lambda step: (-step["count"], step["do"]))


def _step(who: str, what: str, noun: str, count: int, concerned: pl.DataFrame, do: str) -> Plain:
    many = counted(count, noun)
    return {"who": who, "what": what, "count": count, "many": many, "money": amounts(concerned), "do": do}


def _asked(run: Run) -> pl.DataFrame:
    """Give the golden customers that a case is about."""
    questions = run.clustering.questions
    rows = run.customer_of.gather(pl.concat([questions["uid_l"], questions["uid_r"]])).unique()
    conflicts = run.resolution.conflicts.filter(
        pl.col("kind").is_in(VALUE_KINDS)
        & pl.col("waived_until").is_null()
        & pl.col("field").is_not_null()
        & (pl.col("severity") != Severity.INFO)
    )
    values = pl.col("golden_id").is_in(conflicts["golden_id"].implode())
    golden = run.resolution.golden.with_row_index("customer")
    return golden.filter(pl.col("customer").is_in(rows.implode()) | values)


def _blockers(run: Run, summary: Plain) -> list[Plain]:
    """Give the open blockers as one step, with the systems in which to resolve them."""
    conflicts = run.resolution.conflicts
    grave = conflicts.filter(pl.col("waived_until").is_null() & (pl.col("severity") == Severity.BLOCKER))
    departments: Mapping[str, str] = {row["system"]: row["department"] for row in summary["systems"]}
    places = grave["fix_in"].drop_nulls().str.split("|").explode().unique().sort()
    who = list(
        dict.fromkeys(
            WHO[Department(departments[place])] for place in places if departments.get(place) in WHO
        )
    )
    concerned = run.resolution.golden.filter(pl.col("golden_id").is_in(grave["golden_id"].implode()))
    what = "Resolve the blockers"
    return [_step(" and ".join(who) or STEWARD, what, "blocker", grave.height, concerned, "conflicts.csv")]
