"""The commonest forms of whole addresses, taken apart column by column: most cells need no closer look."""

from __future__ import annotations

from collections.abc import Callable, Collection

import polars as pl

from sot.addresses.words import LONGEST, PARTS, fold

_ODD = r"[\r\n|;\\<(/〒]|\s\s|\d\. |,\S|,\s*,|\s,|\s[-–]\s|[.,;\s]$|^[\s,;.]"
"""Signs by which a cell needs a closer look than the commonest forms do."""
_USUAL = (
    (
        r"^(.*[^\s,]), (\p{L}[\p{L} .'’-]*), ([A-Z]{2}) (\d{5}(?:-\d{4})?)$",
        ("street", "city", "region", "postcode"),
    ),
    (r"^([^,]*\d[^,]*), ((?:[A-Z]{1,2}-)?\d{4,5}) (\p{L}[\p{L} .'’-]*)$", ("street", "postcode", "city")),
)
"""The commonest forms: "street, town, state ZIP" and "street, postcode town"."""


def usual_forms(cells: pl.Series, is_town: Callable[[str], bool], regions: Collection[str]) -> pl.DataFrame:
    """Give `cell` and the parts of those cells that have one of the commonest forms."""
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    plain = frame.filter(~pl.col("cell").str.contains(_ODD) & (pl.col("cell").str.len_chars() <= LONGEST))
    taken = []
    for form, names in _USUAL:
        groups = pl.col("cell").str.extract_groups(form).struct.rename_fields(list(names)).alias("parts")
        hit = plain.filter(pl.col("cell").str.contains(form)).with_columns(groups).unnest("parts")
        towns = [town for town in hit["city"].unique() if is_town(town)]
        hit = hit.filter(pl.col("city").is_in(towns))
        if "region" in names:
            hit = hit.filter(
                pl.col("region").is_in([name for name in hit["region"].unique() if fold(name) in regions])
            )
        absent = [pl.lit(None, dtype=pl.String).alias(part) for part in PARTS if part not in names]
        taken.append(hit.with_columns(absent).select("cell", *PARTS))
        plain = plain.join(hit, on="cell", how="anti")
    return pl.concat(taken)
