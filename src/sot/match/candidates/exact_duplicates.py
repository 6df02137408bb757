"""Records that say the very same as others of their system: compared once, however often a ledger repeats them.

Two of them are kept for the comparison, so that a repeated name is still seen to be one; every further one, a copy, is
joined to the first as firmly as the second is. Without that, a supplier with a thousand payments would look like a
thousand namesakes, and its name would be too common to be compared at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sot.match.names.vocabulary import Ints

c = pl.col

KEPT = 2
COMPARED = (
    "system", "n_name", "n_legal", "aliases", "n_site", "n_domain", "n_mailbox", "n_phone_key", "n_tax_id",
    "n_tax_valid", "n_tax_company", "n_registration", "n_registration_company",
    "n_street", "n_house", "n_postcode", "n_city", "n_region", "n_country", "external_id",
)  # fmt: skip
"""What matching compares: records that agree in all of it are one to it."""

USED = (
    "uid",
    "record_id",
    "account_number",
    "name",
    "street",
    "n_tokens",
    "n_aliases",
    *(column for column in COMPARED if column != "aliases"),
)
"""What matching reads of a record; the rest is not carried along."""


@dataclass(frozen=True)
class Distinct:
    """Records without copies, numbered anew in `records` (the columns USED); `original` holds the uid that each had.

    copies is a table (uid, of, second): a copy, and the first and second record that say the same.
    """

    records: pl.DataFrame
    original: Ints
    copies: pl.DataFrame

    def stand_ins(self, left: int, right: int) -> tuple[int, int]:
        """Give the numbers in `records` of two records, or of those that say the same as they do."""
        first = dict(self.copies.select("uid", "of").iter_rows())
        second = dict(self.copies.select("of", "second").iter_rows())
        of_left, of_right = first.get(left, left), first.get(right, right)
        if of_left == of_right:
            of_right = second[of_left]
        place = np.searchsorted(self.original, [of_left, of_right])
        return int(place[0]), int(place[1])

    def restored(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Give scored `pairs` of `records` with the uids that these had, and a pair for each copy."""
        if self.copies.is_empty():
            return pairs
        given = pairs.with_columns(
            pl.Series("uid_l", self.original[pairs["uid_l"].to_numpy()]),
            pl.Series("uid_r", self.original[pairs["uid_r"].to_numpy()]),
        )
        again = self.copies.join(given, left_on=["of", "second"], right_on=["uid_l", "uid_r"])
        again = again.rename({"of": "uid_l", "uid": "uid_r"}).drop("second").select(given.columns)
        return pl.concat([given, again]).sort("uid_l", "uid_r")


def distinct(records: pl.DataFrame) -> Distinct:
    """Leave all but two of the records out that agree in everything that is compared; records must be sorted by uid."""
    records = records.select(USED)
    often = records.select(
        "uid", again=pl.len().over("system", "n_name") > KEPT, named=c("n_name").is_not_null()
    )
    some = records.filter(often["again"] & often["named"])
    some = some.with_columns(aliases=c("n_aliases").list.join("\n"))
    place = some.select(
        "uid",
        rank=pl.int_range(pl.len()).over(COMPARED),
        of=c("uid").first().over(COMPARED),
        second=c("uid").get(1, null_on_oob=True).over(COMPARED),
    )
    copies = place.filter(c("rank") >= KEPT).select("uid", "of", "second")
    if copies.is_empty():
        return Distinct(records, records["uid"].to_numpy(), copies)
    kept = records.join(copies.select("uid"), on="uid", how="anti", maintain_order="left")
    original = kept["uid"].to_numpy()
    renumbered = kept.with_columns(uid=pl.int_range(pl.len(), dtype=pl.Int32))
    return Distinct(renumbered, original, copies)
