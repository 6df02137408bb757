"""The files that the systems would export: Salesforce, NetSuite, a project tool of the house, a BI report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
from anyascii import anyascii

from sot.demo.documents import TODAY, Documents, currencies
from sot.demo.draw import Draw
from sot.demo.ids import numbered, salesforce_ids
from sot.demo.vocabulary import Vocabulary

_PARENT_KNOWN = 0.5
_OWNERS = 12


@dataclass(frozen=True)
class Company:
    """Everything that is exported: the customers, what each system holds of them, and their documents."""

    words: Vocabulary
    customers: pl.DataFrame
    records: dict[str, pl.DataFrame]
    documents: Documents
    seed: int


def write_company(folder: Path, company: Company) -> pl.DataFrame:
    """Write all exports into `folder`; give the truth: system, record_id, entity_id."""
    crm = salesforce_ids("001", company.records["crm"].height)
    finance = numbered("", 1001, company.records["finance"].height, 0)
    projects = numbered("J-", 1, company.records["project"].height, 6)
    keys = numbered("K", 100001, company.records["bi"].height, 0)
    _quoted(folder / "Account.csv", _accounts(company, crm))
    _quoted(folder / "Opportunity.csv", _opportunities(company, crm))
    _windows(folder / "CustomerSearchResults.csv", _customers(company, finance))
    _windows(folder / "InvoiceSearchResults.csv", _invoices(company, finance))
    _windows(folder / "PaymentSearchResults.csv", _payments(company, finance))
    _projects(company, projects).write_csv(folder / "projects.csv", separator=";", include_bom=True)
    _report(company, keys).write_csv(folder / "revenue_by_customer.csv", include_bom=True)
    ids = {"crm": ("salesforce", crm), "finance": ("netsuite", finance), "project": ("projects", projects),
           "bi": ("power_bi", keys)}  # fmt: skip
    return pl.concat(
        pl.DataFrame({"record_id": record_id}).select(
            pl.lit(system).alias("system"), "record_id", company.records[name]["entity"].alias("entity_id")
        )
        for name, (system, record_id) in ids.items()
    ).sort("system", "record_id")


def _accounts(company: Company, ids: pl.Series) -> pl.DataFrame:
    crm, draw = company.records["crm"], Draw(company.seed, "accounts")
    rows = crm.height
    first_of = pl.DataFrame({"host": crm["entity"], "ParentId": ids}).unique(
        "host", keep="first", maintain_order=True
    )
    belongs = crm["role"].is_in(["subsidiary", "branch"]) & draw.chance(rows, _PARENT_KNOWN)
    parent = crm.select("host").join(first_of, on="host", how="left", maintain_order="left")["ParentId"]
    changed = (crm["created"] * pl.Series(draw.uniform(rows))).cast(pl.Int64)
    revenue = pl.Series(draw.whole(rows, 3, 900)) * 50000
    return crm.select(
        ids.alias("Id"),
        pl.lit("false").alias("IsDeleted"),
        pl.lit(None, dtype=pl.String).alias("MasterRecordId"),
        pl.col("name").alias("Name"),
        draw.one_of(rows, ["Customer", "Customer", "Prospect", "Partner", None]).alias("Type"),
        pl.when(belongs).then(parent).alias("ParentId"),
        pl.col("street").alias("BillingStreet"),
        pl.col("city").alias("BillingCity"),
        pl.col("region").alias("BillingState"),
        pl.col("postcode").alias("BillingPostalCode"),
        pl.col("country").alias("BillingCountry"),
        pl.col("phone").alias("Phone"),
        pl.col("website").alias("Website"),
        pl.when(draw.chance(rows, 0.6))
        .then(draw.one_of(rows, company.words.world.industries))
        .alias("Industry"),
        pl.when(draw.chance(rows, 0.25)).then(revenue.cast(pl.String) + ".0").alias("AnnualRevenue"),
        salesforce_ids("005", _OWNERS).gather(draw.whole(rows, 0, _OWNERS)).alias("OwnerId"),
        _stamp(pl.col("created")).alias("CreatedDate"),
        _stamp(pl.lit(changed)).alias("LastModifiedDate"),
    )


def _opportunities(company: Company, accounts: pl.Series) -> pl.DataFrame:
    deals, draw = company.documents.deals, Draw(company.seed, "opportunities")
    won, lost = deals["stage"] == "Closed Won", deals["stage"] == "Closed Lost"
    return deals.select(
        salesforce_ids("006", deals.height).alias("Id"),
        pl.lit("false").alias("IsDeleted"),
        accounts.gather(deals["row"]).alias("AccountId"),
        pl.col("title").alias("Name"),
        pl.col("stage").alias("StageName"),
        _money("amount").alias("Amount"),
        pl.when(won)
        .then(pl.lit("100"))
        .when(lost)
        .then(pl.lit("0"))
        .otherwise(pl.lit("40"))
        .alias("Probability"),
        pl.col("closed").dt.strftime("%Y-%m-%d").alias("CloseDate"),
        (won | lost).cast(pl.String).alias("IsClosed"),
        won.cast(pl.String).alias("IsWon"),
        salesforce_ids("005", _OWNERS).gather(draw.whole(deals.height, 0, _OWNERS)).alias("OwnerId"),
    )


def _customers(company: Company, ids: pl.Series) -> pl.DataFrame:
    finance, draw = company.records["finance"], Draw(company.seed, "customer search")
    rows = finance.height
    owed = company.documents.invoices.group_by("row").agg(pl.col("remaining").sum().round(2))
    balance = pl.select(pl.int_range(rows).alias("row")).join(
        owed, on="row", how="left", maintain_order="left"
    )
    return finance.select(
        ids.alias("Internal ID"),
        numbered("C", 1, rows, 5).alias("ID"),
        pl.col("name").alias("Name"),
        draw.one_of(rows, ["Net 30", "Net 30", "Net 60", "Due on receipt", None]).alias("Terms"),
        pl.when(draw.chance(rows, 0.06)).then(pl.lit("Yes")).otherwise(pl.lit("No")).alias("Inactive"),
        pl.col("street").str.replace("\n", ", ", literal=True).alias("Billing Address 1"),
        pl.col("city").alias("Billing City"),
        pl.col("region").alias("Billing State/Province"),
        pl.col("postcode").alias("Billing Zip"),
        pl.col("country").alias("Billing Country"),
        pl.col("phone").alias("Phone"),
        pl.col("email").alias("Email"),
        pl.col("tax_id").alias("Tax Number"),
        _american(_day(pl.col("created"))).alias("Date Created"),
        balance.select(_money(pl.col("remaining").fill_null(0.0))).to_series().alias("Balance"),
        _currency(company).alias("Currency"),
    )


def _invoices(company: Company, customers: pl.Series) -> pl.DataFrame:
    invoices = company.documents.invoices
    return invoices.select(
        numbered("", 500001, invoices.height, 0).alias("Internal ID"),
        _american(pl.col("dated")).alias("Date"),
        numbered("INV", 1, invoices.height, 6).alias("Document Number"),
        company.records["finance"]["name"].gather(invoices["row"]).alias("Customer"),
        customers.gather(invoices["row"]).alias("Customer Internal ID"),
        _american(pl.col("due")).alias("Due Date/Receive By"),
        pl.col("status").alias("Status"),
        _money("amount").alias("Amount"),
        _money("remaining").alias("Amount Remaining"),
        _currency(company).gather(invoices["row"]).alias("Currency"),
    )


def _payments(company: Company, customers: pl.Series) -> pl.DataFrame:
    payments = company.documents.payments
    numbers = numbered("INV", 1, company.documents.invoices.height, 6)
    return payments.select(
        numbered("", 800001, payments.height, 0).alias("Internal ID"),
        _american(pl.col("paid")).alias("Date"),
        pl.lit("Payment").alias("Type"),
        numbered("PYMT", 1, payments.height, 6).alias("Document Number"),
        company.records["finance"]["name"].gather(payments["row"]).alias("Customer"),
        customers.gather(payments["row"]).alias("Customer Internal ID"),
        numbers.gather(payments["invoice"]).alias("Applied To"),
        _money("amount").alias("Amount"),
        _currency(company).gather(payments["row"]).alias("Currency"),
    )


def _projects(company: Company, ids: pl.Series) -> pl.DataFrame:
    jobs, draw = company.records["project"], Draw(company.seed, "projects")
    rows = jobs.height
    kind = draw.one_of(rows, company.words.world.project_kinds)
    status = draw.one_of(
        rows, ["Delivered", "Delivered", "Delivered", "Active", "Active", "On hold", "Cancelled"]
    )
    length = pl.Series(draw.whole(rows, 10, 200))
    start = _day(pl.col("created"))
    return jobs.select(
        ids.alias("Job No"),
        pl.concat_str(kind, pl.lit(" "), start.dt.strftime("%Y")).alias("Job"),
        pl.col("name").alias("Client"),
        pl.col("city").alias("Client Town"),
        pl.col("email").alias("Client E-Mail"),
        pl.col("phone").alias("Client Phone"),
        status.alias("Status"),
        start.dt.strftime("%d.%m.%Y").alias("Start"),
        pl.when(status == "Delivered")
        .then(
            pl.min_horizontal(start + pl.duration(days=pl.lit(length)), pl.lit(TODAY)).dt.strftime("%d.%m.%Y")
        )
        .alias("Delivered"),
    )


def _report(company: Company, keys: pl.Series) -> pl.DataFrame:
    """Give revenue by customer: what was invoiced, except where the report and the books went apart."""
    shown, draw = company.records["bi"], Draw(company.seed, "report")
    invoices = company.documents.invoices.filter(pl.col("status") != "Voided")
    entity = company.records["finance"]["entity"].gather(invoices["row"]).alias("entity")
    invoiced = invoices.with_columns(entity).group_by("entity").agg(pl.col("amount").sum().alias("revenue"))
    revenue = shown.select("entity").join(invoiced, on="entity", how="left", maintain_order="left")["revenue"]
    off = draw.some(revenue.fill_null(0.0), 0.1, lambda sums: (sums * 1.19).round(2))
    return shown.select(
        keys.alias("Customer Key"),
        pl.col("name").alias("Customer Name"),
        pl.col("city").alias("City"),
        pl.col("region").alias("State"),
        pl.col("country").alias("Country"),
        pl.col("tax_id").alias("VAT No"),
        draw.one_of(shown.height, ["SMB", "Mid-Market", "Enterprise"]).alias("Segment"),
        off.to_frame().select(_money(pl.first())).to_series().alias("Sum of Revenue"),
    )


def _currency(company: Company) -> pl.Series:
    return currencies(company.customers["country"].gather(company.records["finance"]["entity"]))


def _day(ago: pl.Expr) -> pl.Expr:
    return pl.lit(TODAY) - pl.duration(days=ago)


def _stamp(ago: pl.Expr) -> pl.Expr:
    return _day(ago).dt.strftime("%Y-%m-%dT09:") + (ago % 60).cast(pl.String).str.zfill(2) + ":12.000+0000"


def _american(day: pl.Expr) -> pl.Expr:
    return pl.concat_str(day.dt.month(), pl.lit("/"), day.dt.day(), pl.lit("/"), day.dt.year())


def _money(amount: str | pl.Expr) -> pl.Expr:
    """Write an amount with two decimals, whatever floats do."""
    column = pl.col(amount) if isinstance(amount, str) else amount
    cents = (column * 100).round().cast(pl.Int64)
    return pl.concat_str(
        (cents // 100).cast(pl.String), pl.lit("."), (cents % 100).cast(pl.String).str.zfill(2)
    )


def _quoted(path: Path, table: pl.DataFrame) -> None:
    """Write UTF-8 with every value in quotes, as Salesforce does."""
    table.write_csv(path, quote_style="always", null_value="")


def _windows(path: Path, table: pl.DataFrame) -> None:
    """Write Windows-1252 with CRLF; letters that it doesn't have lose their marks on the way there."""
    text = table.write_csv(line_terminator="\r\n")
    foreign = {letter for letter in set(text) if not _fits(letter)}
    path.write_bytes(text.translate({ord(letter): anyascii(letter) for letter in foreign}).encode("cp1252"))


def _fits(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
