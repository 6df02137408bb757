"""What a system habitually writes around its names: customer numbers, segments, terms of payment.

No list can know such habits, but the other systems do: they hold the same names without them.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sot.rules.naming import Habits

c = pl.col

_WORD = r"\S*[\p{L}\p{N}]\S*"
_SIGN = r"[^\p{L}\p{N}\s]+"
_CODE = r"[^\s_/#:|-]*\p{N}[^\s_/#:|-]*"
_JOINT = r"[_/#:|-]+"
BEHIND = (rf"({_JOINT}{_CODE})$", *(rf"((?:\s+{_SIGN})?(?:\s+{_WORD}){{{size}}})$" for size in (1, 2, 3)))
BEFORE = (
    rf"^({_CODE}{_JOINT}\s*)",
    r"^([^:]+:\s*)",
    *(rf"^((?:{_WORD}\s+){{{size}}}(?:{_SIGN}\s+)?)" for size in (1, 2)),
)
OWN_ID = "recordid9"
CODE = rf"^\w+ (?:\W*(?:\p{{L}}{{0,3}}9|{OWN_ID})\W*)+$"
"""Shapes that hold nothing but codes."""


def without_habits(records: pl.DataFrame, rules: Habits, legal_words: Iterable[str]) -> pl.DataFrame:
    """Give `records` with `name` less what its system habitually adds, and that in a new column n_habit.

    Names of a system that begin or end alike, digits aside, show a habit if the rests are names of other systems while
    the whole names are not. A record's own id, where it has a digit, is never a part of its name.
    """
    return bare(records, habitual(shapes(records), rules, legal_words))


def habitual(names: pl.DataFrame, rules: Habits, legal_words: Iterable[str]) -> pl.DataFrame:
    """Give (system, name, rest, n_habit) of the names (of `shapes`) that hold what their system habitually adds."""
    legal = sorted(legal_words)
    parts = pl.concat([_parts(names, side, rules, legal) for side in ("behind", "before")])
    habits = _proven(parts, names, rules, legal)
    # Of several parts that are habits the longest is taken off.
    off = parts.join(habits, on=["system", "shape"], how="semi").sort(c("rest").str.len_bytes(), "part")
    off = off.unique(["system", "name"], keep="first", maintain_order=True)
    return off.select("system", "name", "rest", n_habit=c("part").str.strip_chars())


def bare(records: pl.DataFrame, habits: pl.DataFrame) -> pl.DataFrame:
    """Give `records` with `name` less what is a habit by `habits` (of `habitual`), and that in a new column n_habit."""
    if habits.is_empty():
        return records.with_columns(n_habit=pl.lit(None, pl.String))
    shortened = records.select("system", "name").join(
        habits, on=["system", "name"], how="left", maintain_order="left"
    )
    return records.with_columns(
        name=pl.coalesce(shortened["rest"], records["name"]), n_habit=shortened["n_habit"]
    )


def told(records: pl.DataFrame) -> dict[str, str]:
    """Give, for each system with habits, a sentence that says so; `records` are normalised."""
    seen = records.filter(c("n_habit").is_not_null()).sort("uid")
    each = seen.group_by("system", maintain_order=True).agg(pl.len(), c("name", "n_habit").first())
    return {
        row["system"]: f"{row['len']:,} names are compared without what {row['system']} writes around them, "
        f"e.g. {row['name']!r} without {row['n_habit']!r}"
        for row in each.iter_rows(named=True)
    }


def shapes(records: pl.DataFrame) -> pl.DataFrame:
    """Give each distinct (system, name) as its shape is seen: small letters, numbers alike, its own id as one word."""
    names = records.select("system", "name").drop_nulls().unique()
    own, low = c("record_id").str.to_lowercase(), c("name").str.to_lowercase()
    numbered = records.select("system", "name", "record_id").filter(
        c("name").str.contains(r"^\S*\p{N}|\p{N}\S*$")
    )
    ids = numbered.select("system", "name", own=own, low=low).filter(
        c("own").str.contains(r"^\S*\d\S*$")
        & (c("own").str.len_chars() >= 3)
        & (c("low").str.ends_with(c("own")) | c("low").str.starts_with(c("own")))
    )
    ids = ids.select(
        "system",
        "name",
        shown=pl.when(c("low").str.ends_with(c("own")))
        .then(c("low").str.strip_suffix(c("own")) + OWN_ID)
        .otherwise(pl.lit(OWN_ID) + c("low").str.strip_prefix(c("own"))),
    )
    ids = ids.sort("shown").unique(["system", "name"], keep="first")
    shown = names.join(ids, on=["system", "name"], how="left")
    return shown.with_columns(shown=pl.coalesce("shown", low).str.replace_all(r"\p{N}+", "9"))


def _parts(names: pl.DataFrame, side: str, rules: Habits, legal: list[str]) -> pl.DataFrame:
    """Give (system, name, part, rest, shape): how many names of a system begin, or end."""
    behind = side == "behind"
    sizes = names.group_by("system").agg(size=pl.len())
    outermost = r"([\p{L}\p{N}]+)[\W_]*$" if behind else r"^[\W_]*([\p{L}\p{N}]+)"
    nearest = r"^[\W_]*(\S+)" if behind else r"(\S+?)[\W_]*$"

    def often(table: pl.DataFrame) -> pl.DataFrame:
        """Count the shapes that many names of a system have; a legal form stays with its name."""
        count = table.drop_nulls("shape").group_by("system", "shape").len("here").join(sizes, on="system")
        count = count.filter(c("here") >= (c("size") * rules.share).clip(rules.names, None))
        word = c("shape").str.strip_chars().str.extract(nearest, 1).str.replace_all(r"[\W_]+", "")
        return count.filter(~word.is_in(legal).fill_null(False))

    # A longer part is not common where its outermost word isn't, and no habit of one system if all have that word.
    names = names.with_columns(shape=c("shown").str.extract(outermost, 1))
    names = names.join(_peculiar(often(names), names, rules), on=["system", "shape"], how="semi")
    affixes = []
    patterns = BEHIND if behind else BEFORE
    if not names.height:
        patterns = patterns[:1]  # one gives the columns
    for pattern in patterns:
        part = names.with_columns(shape=c("shown").str.extract(pattern, 1))
        part = part.join(often(part), on=["system", "shape"], how="semi")
        part = part.with_columns(
            part=c("name").str.extract(pattern, 1), shape=pl.lit(f"{side} ") + c("shape")
        )
        rest = c("name").str.strip_suffix(c("part")) if behind else c("name").str.strip_prefix(c("part"))
        affixes.append(
            part.with_columns(rest=rest.str.strip_chars()).filter(c("rest").str.contains(r"\p{L}{2}"))
        )
    return pl.concat(affixes)


def _peculiar(counts: pl.DataFrame, names: pl.DataFrame, rules: Habits) -> pl.DataFrame:
    """Keep the shapes that are much more frequent in their system than in the others, and numbers."""
    all_of_them = names.join(counts.select("shape").unique(), on="shape").group_by("shape").len("all")
    counts = counts.join(all_of_them, on="shape")
    share, others = c("here") / c("size"), (c("all") - c("here")) / (names.height - c("size"))
    return counts.filter((others <= rules.elsewhere * share) | c("shape").str.contains(rf"9|{OWN_ID}"))


def _proven(parts: pl.DataFrame, names: pl.DataFrame, rules: Habits, legal: list[str]) -> pl.DataFrame:
    """Give (system, shape) of the parts that are habits."""
    if parts.is_empty():
        return parts.select("system", "shape")
    parts = parts.select("system", "shape", rest=_key("rest", legal), whole=_key("name", legal))
    parts = parts.with_columns(code=c("shape").str.contains(CODE))
    whole = names.select("system", key=_key("name", legal)).unique()
    # Where two systems number their names, what is left is found in what is left of the other. Each numbers most of its
    # names: where few have a number it is that of a site or a fund ("Lodge 880", "Lodge 888").
    most = (
        parts.filter("code")
        .group_by("system")
        .agg(some=c("whole").n_unique())
        .join(names.group_by("system").agg(size=c("name").n_unique()), on="system")
    )
    most = most.filter(c("some") >= rules.numbered * c("size"))
    parts = parts.with_columns(code=c("code") & c("system").is_in(most["system"].implode()))
    rests = parts.filter("code").select("system", key="rest").unique()
    seen = (
        parts.join(_systems(whole, "against"), left_on="whole", right_on="key", how="left")
        .join(_systems(whole, "named"), left_on="rest", right_on="key", how="left")
        .join(_systems(rests, "left"), left_on="rest", right_on="key", how="left")
        .join(whole.with_columns(here=1), left_on=["system", "rest"], right_on=["system", "key"], how="left")
        .with_columns(c("against", "named", "left", "here").fill_null(0))
    )
    hit = (c("here") == 0) & ((c("named") > 0) | (c("code") & (c("left") > 1)))
    shapes = seen.group_by("system", "shape").agg(
        names=pl.len(),
        hits=hit.sum(),
        rests=c("rest").filter(hit).n_unique(),
        against=(c("against") > 1).sum(),
    )
    proven = (
        (c("rests") >= rules.names)
        & (c("rests") >= rules.proven * c("names"))
        & (c("against") <= rules.against * c("rests"))
        & (c("hits") <= rules.repeated * c("rests"))
    )
    return shapes.filter(proven | c("shape").str.contains(OWN_ID)).select("system", "shape")


def _systems(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Count the systems of each key."""
    return table.drop_nulls("key").group_by("key").agg(pl.len().alias(name))


def _key(column: str, legal: list[str]) -> pl.Expr:
    """Give the letters and digits of a name without legal forms behind it: enough to find it in another system."""
    forms = rf"(?:[^\p{{L}}\p{{N}}]+(?:{'|'.join(legal)}))*[^\p{{L}}\p{{N}}]*$"
    key = c(column).str.to_lowercase().str.replace(forms, "").str.replace_all(r"[^\p{L}\p{N}]+", "")
    return pl.when(key.str.len_chars() >= 2).then(key)
