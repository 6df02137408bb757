"""A small company for tests: deals, projects, invoices and payments that belong together, and what went wrong in it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from sot.engine.protocol import Engine
from sot.handoffs import handoffs
from sot.model.decisions import Constraints, no_constraints
from sot.model.run import Clustering, Handoffs
from sot.model.tables import (
    CLUSTERS,
    DOCUMENTS,
    GOLDEN,
    MEMBERSHIPS,
    NORMALISED,
    QUESTIONS,
    RECORDS,
    RELATED,
    conform,
    empty,
)
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.workspace.golden_id_ledger import no_ledger

AS_OF = date(2026, 10, 31)
KINDS = (
    "Website relaunch", "ERP rollout", "Data migration", "Security audit", "Mobile app", "Training programme",
    "Cloud assessment", "Brand workshop", "Payroll integration", "Warehouse scanner", "Intranet redesign",
    "Reporting cockpit", "Process mapping", "Licence upgrade", "Network refresh", "Customer portal",
)  # fmt: skip
DEFECTS = (
    "deal_without_project", "project_without_deal", "project_before_win", "late_kickoff", "delivered_not_invoiced",
    "cancelled_but_invoiced", "won_not_invoiced", "invoice_without_deal", "underbilled", "overbilled",
    "duplicate_invoice", "billed_not_won", "currency_mismatch", "overdue", "short_paid", "overpaid", "paid_but_open",
    "payment_unapplied", "status_not_updated", "inactive_but_billed",
)  # fmt: skip


@dataclass
class Style:
    """What kind of company it is."""

    customers: int = 60
    references: float = 0.7
    names: float = 0.9
    """How many invoices carry the words of their deal."""
    gives_net: bool = True
    tax: float = 0.2
    currencies: tuple[str, ...] = ("EUR",)
    gives_paid: bool = True
    round_to: float = 10.0
    defects: float = 0.2
    """The share of chains in which something is wrong."""


@dataclass
class World:
    """Documents, records, and the truth."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    links: set[tuple[tuple[str, str, str], tuple[str, str, str]]] = field(default_factory=set)
    wrong: set[tuple[str, str, str, str]] = field(default_factory=set)
    deals: int = 0


class Maker:
    """Makes a world, chain by chain."""

    def __init__(self, style: Style, seed: int) -> None:
        self.style, self.draw, self.world = style, random.Random(seed), World()
        self.numbers = {"deal": 3000, "project": 500, "invoice": 10400, "payment": 70000}

    def make(self) -> World:
        for customer in range(self.style.customers):
            self.customer(customer)
        return self.world

    # ---------------------------------------------------------------- customers
    def customer(self, number: int) -> None:
        draw, style = self.draw, self.style
        self.now = {"crm": f"A{number:04d}", "books": f"C{number:04d}", "tasks": f"P{number:04d}"}
        self.name = f"{draw.choice(['Alder', 'Birch', 'Cedar', 'Elm', 'Fir', 'Hazel'])}{number} Partners"
        self.currency = style.currencies[number % len(style.currencies)]
        chains = draw.choice([0, 1, 1, 1, 2, 2, 3, 4])
        defect = draw.choice(DEFECTS[-2:]) if draw.random() < style.defects / 4 and chains else None
        said = {"status_not_updated": "Prospect", "inactive_but_billed": "Former customer"}.get(
            defect or "", "Customer"
        )
        for system, department in (("crm", "crm"), ("books", "finance"), ("tasks", "project")):
            self.world.records.append(
                {"system": system, "department": department, "object": "account", "record_id": self.now[system],
                 "name": self.name, "status": (said if chains else "Prospect") if system == "crm" else None,
                 "n_country": "GB"}
            )  # fmt: skip
        self.kinds = draw.sample(KINDS, len(KINDS))
        for _ in range(chains):
            self.chain(draw.choice(DEFECTS[:-2]) if draw.random() < style.defects else None)
        if chains and draw.random() < 0.15:
            self.series()
        if defect == "inactive_but_billed":
            self.plain(40)
        if defect == "status_not_updated":
            self.plain(100)
        if defect:
            self.world.wrong.add((defect, "crm", "account", self.now["crm"]))

    def plain(self, ago: int) -> None:
        """A chain of late, without anything wrong."""
        self.chain(None, ago)

    def series(self) -> None:
        amount = self.amount() / 20
        start = AS_OF - timedelta(days=self.draw.randint(200, 500))
        while start < AS_OF - timedelta(days=5):
            self.invoice([], [], amount, start, "Support retainer", pay=start < AS_OF - timedelta(days=45))
            start += timedelta(days=self.draw.choice([30, 31]))

    # ---------------------------------------------------------------- documents
    def add(self, system: str, kind: str, **cells: Any) -> tuple[str, str, str]:
        self.numbers[kind] += self.draw.randint(1, 3)
        prefix = {"deal": "006", "project": "PRJ-", "invoice": "INV-", "payment": ""}[kind]
        identity = f"{prefix}{self.numbers[kind]}"
        self.world.documents.append(
            {"system": system, "object": kind, "record_id": identity, "number": identity if kind != "deal" else None,
             "source": f"{system}_{kind}.csv", "row": len(self.world.documents) + 2, "currency": self.currency,
             "customer_id": self.now[system], "department": system, **cells}
        )  # fmt: skip
        return (system, kind, identity)

    def amount(self) -> float:
        raw = 2.718 ** self.draw.gauss(9.2, 0.9)
        return max(500.0, round(raw / self.style.round_to) * self.style.round_to)

    def link(self, l: Any, r: Any) -> None:  # noqa: E741
        self.world.links.add((l, r))

    def invoice(
        self,
        deals: list[Any],
        projects: list[Any],
        net: float,
        day: date,
        text: str,
        pay: bool = True,
        **more: Any,
    ) -> tuple[str, str, str]:
        style, draw = self.style, self.draw
        total = round(net * (1 + style.tax), 2)
        defect = more.pop("defect", None)
        state = "invoice_paid" if pay else "invoice_open"
        overdue = day + timedelta(days=30)
        if not pay and overdue < AS_OF and defect is None:
            pay, state = True, "invoice_paid"
        referred = bool(deals) and draw.random() < style.references
        cells: dict[str, Any] = {
            "amount_value": total, "dated_on": day, "due_on": overdue, "state": state,
            "memo": f"{text} as agreed" if draw.random() < style.names else None,
            "reference": " ".join(deal[2] for deal in deals) if referred else None,
        }  # fmt: skip
        if style.gives_net:
            cells |= {"net_value": round(net, 2), "tax_value": round(total - net, 2)}
        paid = {"short_paid": round(total * 0.7, 2), "overpaid": round(total * 1.2, 2)}.get(defect, total)
        if defect in ("overdue", "payment_unapplied"):
            pay, paid, cells["state"] = False, 0.0, "invoice_open"
        if defect == "paid_but_open":
            cells["state"] = "invoice_open"
        if style.gives_paid:
            seen = 0.0 if defect == "paid_but_open" or not pay else min(paid, total)
            cells |= {"open_amount_value": round(total - seen, 2)}
        state_override = more.pop("state", None)
        if state_override:
            cells["state"], pay = state_override, False
            cells["open_amount_value"] = 0.0
        if defect == "short_paid":
            cells["state"] = "invoice_open"
        made = self.add("books", "invoice", **{**cells, **more})
        for end in (*deals, *projects):
            self.link(end, made)
        if pay and not state_override:
            late = min(day + timedelta(days=draw.randint(10, 28)), AS_OF)
            self.payment([made], paid, late)
        if defect in ("overdue", "short_paid", "overpaid", "paid_but_open"):
            self.world.wrong.add((defect, *made))
        return made

    def payment(self, invoices: list[Any], amount: float, day: date) -> None:
        referred = self.draw.random() < self.style.references
        text = ", ".join(invoice[2] for invoice in invoices) if referred else None
        made = self.add("books", "payment", amount_value=amount, dated_on=day, state="payment", memo=text)
        for invoice in invoices:
            self.link(invoice, made)

    # ---------------------------------------------------------------- chains
    def chain(self, defect: str | None, ago: int | None = None) -> None:
        draw, style, world = self.draw, self.style, self.world
        world.deals += 1
        text = self.kinds.pop()
        amount = self.amount()
        won = AS_OF - timedelta(days=ago if ago is not None else draw.randint(200, 700))
        state = draw.choice(["deal_open", "deal_lost"]) if defect == "billed_not_won" else "deal_won"
        deal = None
        if defect not in ("project_without_deal", "invoice_without_deal"):
            deal = self.add("crm", "deal", name=f"{self.name} - {text}", amount_value=amount, dated_on=won, state=state,
                            created_on=won - timedelta(days=60))  # fmt: skip
        elif not any(
            row["object"] == "deal" and row["customer_id"] == self.now["crm"] for row in world.documents
        ):
            # Only a customer that has bought something can have an invoice without a deal.
            return self.chain(None, ago)
        project = None
        start = won + timedelta(
            days={"project_before_win": -30, "late_kickoff": 60}.get(defect or "", draw.randint(2, 20))
        )
        end = start + timedelta(days=draw.randint(30, 100))
        done = end < AS_OF
        states = ("project_open", "project_done")
        if defect not in ("deal_without_project", "invoice_without_deal", "billed_not_won"):
            project = self.add(
                "tasks", "project", name=f"{text} {self.name.split()[0]}", started_on=start,
                ended_on=end if done else None, planned_end_on=end,
                state="project_cancelled" if defect == "cancelled_but_invoiced" else states[done],
                deal_ref=deal[2] if deal and draw.random() < style.references else None,
            )  # fmt: skip
            if deal:
                self.link(deal, project)
        if defect == "delivered_not_invoiced":
            world.wrong.add((defect, *project))
            return None
        if defect == "won_not_invoiced":
            world.wrong.add((defect, *deal))
            world.documents[-1]["state"] = "project_open"
            world.documents[-1]["ended_on"] = None
            world.documents[-1]["planned_end_on"] = AS_OF + timedelta(days=20)
            return None
        return self.bills(defect, deal, project, amount, won, start, end, text)

    def again(self, first: Any, ends: tuple[Any, ...], text: str) -> None:
        """Write an invoice a second time."""
        original = next(row for row in self.world.documents if row["record_id"] == first[2])
        original["memo"] = original["memo"] or text
        self.numbers["invoice"] += 1
        number = f"INV-{self.numbers['invoice']}"
        changes = {
            "record_id": number, "number": number, "dated_on": original["dated_on"] + timedelta(days=3),
            "due_on": AS_OF + timedelta(days=10), "state": "invoice_open",
            "open_amount_value": original["amount_value"],
        }  # fmt: skip
        self.world.documents.append(original | changes)
        for end in ends:
            self.link(end, ("books", "invoice", number))
        self.world.wrong.add(("duplicate_invoice", "books", "invoice", number))

    def bills(
        self,
        defect: str | None,
        deal: Any,
        project: Any,
        amount: float,
        won: date,
        start: date,
        end: date,
        text: str,
    ) -> None:
        draw, world = self.draw, self.world
        deals, projects = [deal] if deal else [], [project] if project else []
        first = max(start, won) + timedelta(days=draw.randint(1, 15))
        money = ("overdue", "short_paid", "overpaid", "paid_but_open")
        factor = {"underbilled": draw.choice([0.6, 0.75, 0.85]), "overbilled": draw.choice([1.1, 1.25])}.get(
            defect or "", 1.0
        )
        billed = round(amount * factor, 2)
        plan = draw.choice([[1.0], [1.0], [0.5, 0.5], [0.3, 0.4, 0.3]])
        if defect in (
            *money,
            "duplicate_invoice",
            "currency_mismatch",
            "invoice_without_deal",
            "billed_not_won",
        ):
            plan = [1.0]
        if end > AS_OF - timedelta(days=40) and len(plan) > 1:
            plan = [1.0]
        days = [
            first + timedelta(days=int((end - first).days * i / max(len(plan) - 1, 1)))
            for i in range(len(plan))
        ]
        if draw.random() < 0.08 and defect is None and plan == [1.0]:
            gone = self.invoice(deals, projects, billed, first, text, state="invoice_void")
            first += timedelta(days=3)
            days = [first]
            assert gone
        last = None
        for share, day in zip(plan, days, strict=True):
            more: dict[str, Any] = (
                {"defect": defect} if defect in money or defect == "payment_unapplied" else {}
            )
            if defect == "payment_unapplied":
                more = {}
            if defect == "currency_mismatch":
                more["currency"] = "USD" if self.currency != "USD" else "CHF"
            last = self.invoice(
                deals, projects, round(billed * share, 2), min(day, AS_OF), text, pay=True, **more
            )
            if defect == "currency_mismatch" and world.documents[-1]["object"] == "payment":
                world.documents[-1]["currency"] = more["currency"]
        if defect == "duplicate_invoice":
            self.again(last, (*deals, *projects), text)
        if defect == "payment_unapplied":
            made = self.add(
                "books",
                "payment",
                amount_value=round(amount * 0.37 + 11.13, 2),
                dated_on=AS_OF - timedelta(days=50),
                state="payment",
            )
            world.wrong.add((defect, *made))
        about = {"deal_without_project": deal, "project_without_deal": project, "project_before_win": project,
                 "late_kickoff": project, "cancelled_but_invoiced": project, "underbilled": deal, "overbilled": deal,
                 "billed_not_won": deal, "currency_mismatch": last, "invoice_without_deal": last}  # fmt: skip
        if defect in about:
            world.wrong.add((defect, *about[defect]))


def run(
    world: World,
    settings: Settings | None = None,
    constraints: Constraints | None = None,
    rules: Rulebook | None = None,
    related: Sequence[tuple[str, str]] = (),
    engine: Engine | None = None,
) -> Handoffs:
    """Run the stage over a world: records of one id, but for its first letter, are one golden customer."""
    rows = sorted(world.records, key=lambda row: (row["system"], row["record_id"]))
    uid = pl.Series("uid", range(len(rows)), dtype=pl.Int32)
    names = {**RECORDS, **NORMALISED}
    records = pl.DataFrame(
        [{name: row.get(name) for name in names if name != "uid"} for row in rows],
        schema={name: kind for name, kind in names.items() if name != "uid"},
    ).with_columns(uid).select(list(names))  # fmt: skip
    golden_ids = records.select("uid", golden_id=pl.col("record_id").str.slice(1))
    members = golden_ids.with_columns(
        cluster=pl.col("uid").min().over("golden_id"), match_probability=1.0, linked_by=pl.lit("exact")
    )
    clusters = (
        members.group_by("cluster", "golden_id")
        .agg(size=pl.len())
        .with_columns(match_probability=1.0, status=pl.lit("auto"))
    )
    golden = (
        records.join(golden_ids, on="uid").sort("uid").unique("golden_id", keep="first", maintain_order=True)
    )
    golden = (
        pl.DataFrame(
            {name: golden[name] if name in ("golden_id", "name") else None for name in GOLDEN},
            schema=dict(GOLDEN),
        )
        if golden.height
        else empty(GOLDEN)
    )
    documents = pl.DataFrame(
        [{name: row.get(name) for name in DOCUMENTS} for row in world.documents], schema=dict(DOCUMENTS)
    )
    ledger = no_ledger()
    clustering = Clustering(
        conform(members, MEMBERSHIPS), conform(clusters.sort("cluster"), CLUSTERS),
        conform(pl.DataFrame(
            [(*pair, "group", "test") for pair in related], schema=dict(RELATED), orient="row"
        ), RELATED), empty(QUESTIONS), ledger, ledger,
    )  # fmt: skip
    return handoffs(
        (records, documents),
        clustering,
        golden.sort("golden_id"),
        constraints or no_constraints(),
        settings or Settings(),
        rules or Rulebook(),
        engine,
    )


def found_links(result: Handoffs) -> set[tuple[tuple[str, str, str], tuple[str, str, str]]]:
    """Give the links as the truth has them."""
    return {(row[:3], row[3:6]) for row in result.links.iter_rows()}


def found_wrong(result: Handoffs) -> set[tuple[str, str, str, str]]:
    """Give the exceptions as the truth has them."""
    return {
        (kind, *documents.split("|")[0].split(":", 2))
        for kind, documents in result.exceptions.select("kind", "documents").iter_rows()
    }


def scores(found: set[Any], truth: set[Any]) -> tuple[float, float, float]:
    """Give precision, recall and F1."""
    hit = len(found & truth)
    precision, recall = hit / max(len(found), 1), hit / max(len(truth), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)
