"""What a record alone leaves open, and the other records of its customer tell: in which country its phone is."""

from __future__ import annotations

import polars as pl

from sot.normalise.contacts.phones import PhoneReader
from sot.rules import Rulebook


def at_home(records: pl.DataFrame, memberships: pl.DataFrame, rules: Rulebook) -> pl.DataFrame:
    """Give `records` (in the order of their uids) with n_phone read by the country that their customers name.

    That is for records without a country of their own, where the others of the customer name one and the number
    is valid there. The key by which numbers are compared stays as it was when the records were matched.
    """
    table = records.select("uid", "phone", "n_phone", "n_country").with_columns(
        customer=memberships.select("uid", "cluster").sort("uid")["cluster"]
    )
    homeless = table.filter(pl.col("n_country").is_null() & ~pl.col("n_phone").str.starts_with("+"))
    if homeless.is_empty():
        return records
    named = table.drop_nulls("n_country").join(homeless, on="customer", how="semi")
    countries = named.group_by("customer").agg(pl.col("n_country").unique())
    single = countries.filter(pl.col("n_country").list.len() == 1).explode("n_country")
    known = homeless.select("uid", "phone", "customer").join(single, on="customer", maintain_order="left")
    phones = PhoneReader(rules).phones(known).filter(pl.col("n_phone").str.starts_with("+"))
    return records.with_columns(records["n_phone"].scatter(phones["uid"], phones["n_phone"]))
