"""Which record a document belongs to, and one record per customer where a system delivers documents alone."""

from __future__ import annotations

import re

import polars as pl

from sot.read.records.documents import LINK
from sot.rules.naming import LegalForms


def one_per_customer(rows: pl.DataFrame) -> pl.DataFrame:
    """Give one record per distinct customer of document rows: by its id, else by its name."""
    key = pl.coalesce("record_id", pl.col("name").str.strip_chars())
    named = rows.with_columns(key.alias("record_id")).filter(pl.col("record_id") != "")
    fixed = ("system", "record_id", "row", "source", "sheet")
    several = pl.len().over("system", "record_id") > 1
    together = (
        named.filter(several)
        .sort("system", "record_id", "source", "sheet", "row", nulls_last=True)
        .group_by("system", "record_id", maintain_order=True)
        .agg(
            pl.col("source", "sheet", "row").first(),
            *(_usual(name) for name in named.columns if name not in fixed),
        )
    )
    return pl.concat([together, named.filter(~several).select(together.columns)])


def once_in_system(rows: pl.DataFrame) -> pl.DataFrame:
    """Give one record per customer that several lists of documents of a system name, one by its id, others by name."""
    whole = one_per_customer(rows)
    own = pl.col("name").str.strip_chars()
    by_id = whole.filter(pl.col("record_id") != own).select("system", own.str.to_lowercase().alias("#name"))
    known = by_id.group_by("system", "#name").len().filter(pl.col("len") == 1).drop("len")
    by_name = whole.filter(pl.col("record_id") == own).with_columns(own.str.to_lowercase().alias("#name"))
    extra = by_name.join(known, on=["system", "#name"], how="semi").select("system", "record_id")
    return whole.join(extra, on=["system", "record_id"], how="anti", maintain_order="left")


def _usual(name: str) -> pl.Expr:
    """Give the value that most rows have, the smallest of equals."""
    return pl.col(name).drop_nulls().mode().sort().first().alias(name)


class BareNames:
    """Names without legal forms and signs, as "Acme Ltd." and "ACME Limited" are the same."""

    def __init__(self, legal: LegalForms) -> None:
        forms = {form for kind in legal.classes.values() for form in kind.forms if len(form) > 1}
        leading = {form for kind in legal.classes.values() for form in kind.leading if len(form) > 1}
        # The longer form first: "sp z oo" is one, and "Công ty TNHH" too.
        before, behind = (
            "|".join(map(re.escape, sorted(words, key=lambda form: (-len(form), form))))
            for words in (leading, forms)
        )
        self._pattern = rf"^(?:(?:{before}) )?(?P<core>.*?)(?: (?P<form>{behind}))*$"
        self._classes = {form: name for name, kind in legal.classes.items() for form in kind.forms}

    def beside(self, table: pl.DataFrame, name: str) -> pl.DataFrame:
        """Add CORE of the names in a column, null where nothing else is in one, and FORM, the class of legal form."""
        plain = pl.col(name).str.to_lowercase().str.replace_all(r"[.'’]", "")
        plain = plain.str.replace_all(r"[^\p{L}\d&]+", " ").str.strip_chars()
        taken = table.select(taken=plain.str.extract_groups(self._pattern)).unnest("taken")
        form = pl.col("form").replace_strict(self._classes, default=None, return_dtype=pl.String)
        core = pl.when(pl.col("core").str.contains(r"\p{L}{2}")).then("core")
        return table.hstack(taken.select(core.alias(CORE), form.alias(FORM)))


CORE, FORM = "#core", "#form"
_WHOLE = pl.concat_str(CORE, pl.lit("|"), pl.col(FORM).fill_null(""))
_FORMLESS = pl.when(pl.col(FORM).is_null()).then(CORE)
BARE_WAYS = ((_WHOLE, _WHOLE), (pl.col(CORE), _FORMLESS), (_FORMLESS, pl.col(CORE)))
"""By which texts of an account and of a document two names are one: of one class of legal forms, or one without a form.

"Berlin AG" and "Berlin GmbH" are two companies.
"""


def link(documents: pl.DataFrame, records: pl.DataFrame, bare: BareNames) -> pl.DataFrame:
    """Fill `customer_id`: by the account's id, else by the account's name where one record alone has it.

    "Acme Ltd" and "ACME LTD" are two records of a system that lists both: a name as it is written comes first, and one
    without its legal form last.
    """
    ids = records.select("system", pl.col("record_id").alias(LINK), pl.col("record_id").alias("#by_id"))
    # Only what is compared is joined: a join of the documents themselves would copy all of their columns.
    links = (
        documents.select(
            "system",
            LINK,
            "customer_id",
            folded("account_name").alias("#name"),
            written("account_name").alias("#written"),
        )
        .join(ids, on=["system", LINK], how="left", maintain_order="left")
        .with_columns(pl.coalesce("customer_id", "#by_id").alias("customer_id"))
    )
    name, number = folded("name"), folded("account_number")
    # Programs that number their customers write the number before the name: "1001 Acme GmbH".
    ways = (
        ("#name", name),
        ("#name", pl.concat_str(number, name, separator=" ")),
        (LINK, number),
        ("#name", number),
        # Some lists go by the name that people use, where the list of customers has it beside the legal one.
        ("#name", folded("trade_name")),
    )
    links = _by_text(links, records, "#written", written("name"), pl.col("#written"))
    for column, text in ways:
        links = _by_text(links, records, column, text, pl.col(column).str.to_lowercase())
    links = _by_number_and_name(links, records)
    links = _by_bare_name(links, records, bare)
    return documents.with_columns(links["customer_id"]).drop(LINK)


def _by_number_and_name(links: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Link what names a customer by its number and its name in one cell, whatever is written between: #1035 Acme."""
    numbered = pl.col("customer_id").is_null() & pl.col("#name").str.contains(r"\d")
    if not links.select(numbered.any()).item():
        return links
    for number in (pl.col("account_number"), pl.col("record_id")):
        for text in number_and_name(number, pl.col("name")):
            links = _by_text(links, records, "#name", text, signs_alone(pl.col("#name")))
    return links


def _by_bare_name(links: pl.DataFrame, records: pl.DataFrame, bare: BareNames) -> pl.DataFrame:
    """Link by the name without its legal form. Taking forms off is slow, so each name that is open is taken once."""
    open_ = links.filter(pl.col("customer_id").is_null() & pl.col("#name").is_not_null())
    names = open_.select("system", "#name").unique()
    if names.is_empty():
        return links
    near = records.select("system", "record_id", "name").join(names, on="system", how="semi")
    near = bare.beside(near, "name")
    names = bare.beside(names, "#name").with_columns(customer_id=pl.lit(None, pl.String))
    for text, key in BARE_WAYS:
        names = _by_text(names, near, "#name", text, key)
    known = names.select("system", "#name", bare="customer_id")
    joined = links.join(known, on=["system", "#name"], how="left", maintain_order="left")
    return joined.with_columns(customer_id=pl.coalesce("customer_id", "bare")).drop("bare")


def number_and_name(number: pl.Expr, name: pl.Expr) -> list[pl.Expr]:
    """Give the number and the name of an account as one text, in either order."""
    return [signs_alone(pl.concat_str(*pair)) for pair in ((number, name), (name, number))]


def signs_alone(text: pl.Expr) -> pl.Expr:
    """Give the letters and digits of a text."""
    return text.str.to_lowercase().str.replace_all(r"[^\p{L}\d]+", "")


REFERENCES = ("invoice_ref", "order_ref", "project_ref", "deal_ref")
"""Fields by which a document names others, the nearest to it first."""


def parts(text: pl.Expr) -> pl.Expr:
    """Give the keys of the documents that a cell names, as a list."""
    return text.str.to_lowercase().str.split(" | ").list.eval(pl.element().str.strip_chars())


def document_keys(documents: pl.DataFrame) -> pl.DataFrame:
    """Give by what each document is named: `key` (its id or number in lower case), system, customer_id."""
    known = [name for name in ("record_id", "number") if name in documents.columns]
    kept = [name for name in ("system", "customer_id") if name in documents.columns]
    keys = [documents.select(*kept, key=pl.col(name).str.strip_chars().str.to_lowercase()) for name in known]
    return pl.concat(keys).drop_nulls("key").unique()


def through_documents(documents: pl.DataFrame) -> pl.DataFrame:
    """Fill `customer_id` of documents that name no customer with that of the documents of their system they name.

    Where these are of several customers, the document stays without one.
    """
    silent = (
        pl.col("customer_id").is_null() & pl.col("account_id").is_null() & pl.col("account_name").is_null()
    )
    rows = documents.with_row_index("#at").filter(silent)
    if not rows.height:
        return documents
    keys = document_keys(documents).drop_nulls("customer_id")
    named = pl.concat([rows.select("#at", "system", key=parts(pl.col(name))) for name in REFERENCES])
    matches = named.explode("key").drop_nulls("key").join(keys, on=["system", "key"])
    single = (
        matches.group_by("#at")
        .agg(pl.col("customer_id").unique())
        .filter(pl.col("customer_id").list.len() == 1)
    )
    owner = single.select("#at", pl.col("customer_id").list.first().alias("#owner"))
    joined = documents.with_row_index("#at").join(owner, on="#at", how="left", maintain_order="left")
    return joined.with_columns(customer_id=pl.coalesce("customer_id", "#owner")).drop("#at", "#owner")


def _by_text(
    links: pl.DataFrame, records: pl.DataFrame, column: str, text: pl.Expr, key: pl.Expr
) -> pl.DataFrame:
    """Link what is not linked yet to the one record of its system that has that text; `key` is what is looked up.

    Where a text stands for several records of its system, the link stays open rather than guessed.
    """
    open_ = links.filter(pl.col("customer_id").is_null() & pl.col(column).is_not_null())
    if not open_.height:
        return links
    sought = open_.select("system", key.alias("#text")).unique()
    texts = (
        records.select("system", "record_id", text.alias("#text"))
        .join(sought, on=["system", "#text"], how="semi")
        .group_by("system", "#text")
        .agg(pl.col("record_id").min().alias("#found"), pl.len().alias("#count"))
        .filter(pl.col("#count") == 1)
    )
    joined = links.with_columns(key.alias("#text")).join(
        texts, on=["system", "#text"], how="left", maintain_order="left"
    )
    return joined.with_columns(pl.coalesce("customer_id", "#found").alias("customer_id")).drop(
        "#text", "#found", "#count"
    )


def written(name: str) -> pl.Expr:
    """Give a name as it is written, without blanks around it."""
    return pl.col(name).str.strip_chars()


def folded(name: str) -> pl.Expr:
    """Give a name as it is compared within one system: blanks around it and letter case aside."""
    return pl.col(name).str.strip_chars().str.to_lowercase()
