"""Names that were cut off, at the width of their system's column or behind an "and", and what they were before."""

from __future__ import annotations

import polars as pl

from sot.rules.matching_names import CutNames

c = pl.col


def completed(records: pl.DataFrame, rules: CutNames) -> pl.DataFrame:
    """Give `records` in which cut names have the words and legal form of the names that begin with the same letters.

    `records` need system, name, n_name, n_tokens and n_legal. A name is cut if it has all the letters that its system
    has room for (see `widths`), or ends with an "and". It is completed where most records that begin so have one name.
    """
    named = records.select("system", "name", "n_name", "n_tokens", "n_legal", key=letters(rules))
    named = named.with_row_index("at").filter(c("n_name").is_not_null())
    cut = is_cut(named, widths(named, rules), rules)
    short = named.filter(cut)
    if short.is_empty():
        return records
    meant = _meant(short.select("key").unique(), named.filter(~cut))
    complete = short.select("at", "key").join(meant, on="key").sort("at")
    named = pl.DataFrame({"at": pl.int_range(records.height, dtype=pl.get_index_type(), eager=True)})
    return filled(records, named.join(complete, on="at", how="left", maintain_order="left"))


def filled(records: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Give `records` with the name, tokens and legal form that `told` has for each, row by row."""
    return records.with_columns(
        n_name=pl.coalesce(named["name"], c("n_name")),
        n_tokens=pl.coalesce(named["tokens"], c("n_tokens")),
        n_legal=pl.coalesce(named["legal"], c("n_legal")),
    )


def widths(named: pl.DataFrame, rules: CutNames) -> dict[str, int]:
    """Give, by system, the length at which its names are cut off; systems that cut none are left out.

    Where names end by themselves, fewer and fewer are longer and longer. Where they are cut, many are as long as the
    longest: at least `least` different ones, `times` as many as there are of each of the five lengths before.
    """
    names = named.select("system", "name").unique()
    return full_widths(names.group_by("system", letters=c("name").str.len_chars()).len(), rules)


def full_widths(counts: pl.DataFrame, rules: CutNames) -> dict[str, int]:
    """Give the `widths` by `counts` (system, letters, len): how many different names of a system have a length."""
    longest = counts.group_by("system").agg(width=c("letters").max())
    near = counts.join(longest, on="system").filter(c("letters") >= c("width").cast(pl.Int64) - 5)
    at_end = c("letters") == c("width")
    seen = near.group_by("system", "width").agg(
        ends=c("len").filter(at_end).sum(), before=c("len").filter(~at_end).sum() / 5
    )
    full = (
        (c("ends") >= rules.least)
        & (c("ends") >= rules.times * c("before"))
        & (c("width") >= rules.narrowest)
    )
    return dict(seen.filter(full).select("system", "width").iter_rows())


def letters(rules: CutNames) -> pl.Expr:
    """Give names as their letters and digits, and one sign for every "and"."""
    every_and = rf"[&+]|\b(?:{'|'.join(rules.joining)})\b"
    return (
        c("name").str.to_lowercase().str.replace_all(every_and, "&").str.replace_all(r"[^\p{L}\p{N}&]+", "")
    )


def is_cut(named: pl.DataFrame, width: dict[str, int], rules: CutNames) -> pl.Series:
    """Tell which names (system, name, n_tokens, and key, their `letters`) are cut, by the `width` of each system."""
    room = c("system").replace_strict(width, default=None, return_dtype=pl.UInt32)
    open_end = c("key").str.ends_with("&") & (c("n_tokens").list.len() >= rules.open_words)
    full = (c("name").str.len_chars() == room).fill_null(False)
    return named.select(cut=full | open_end)["cut"]


def _meant(short: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """Give (key, name, tokens, legal) of the cut names that most whole names which begin so agree about."""
    of = c("n_name", "n_tokens", "n_legal")
    lengths = short.filter(~c("key").str.ends_with("&"))["key"].str.len_chars().unique().sort()
    beginnings = [whole.select(of, key=c("key").str.slice(0, length)) for length in lengths]
    beginnings.append(whole.select(of, key=c("key").str.extract("^([^&]+&)", 1)))
    return agreed(pl.concat([part.join(short, on="key", how="semi") for part in beginnings]))


def agreed(voters: pl.DataFrame) -> pl.DataFrame:
    """Give (key, name, tokens, legal) where most of the `voters` (key, n_name, n_tokens, n_legal) have one name."""
    votes = voters.group_by("key", name="n_name").agg(
        c("n_tokens").first().alias("tokens"),
        c("n_legal").drop_nulls().mode().sort().first().alias("legal"),
        votes=pl.len(),
    )
    most = votes.sort("key", "votes", "name", descending=[False, True, False]).unique(
        "key", keep="first", maintain_order=True
    )
    all_of = votes.group_by("key").agg(all=c("votes").sum())
    majority = most.join(all_of, on="key").filter(c("votes") * 2 > c("all"))
    return majority.select("key", "name", "tokens", "legal")
