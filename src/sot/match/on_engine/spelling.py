"""Records without copies, and their names put right where others show how: cut, slips, misspelled words."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.engine.protocol import Columns, Engine
from sot.match.candidates.exact_duplicates import COMPARED, KEPT
from sot.match.names.company_word_typos import misspelled, respelt
from sot.match.names.corpus_typos import meetings, put_right, slips
from sot.match.names.truncated import agreed, full_widths, is_cut, letters
from sot.match.on_engine.rules import background, name_rules, words_rules
from sot.rules.bundle import Bundle
from sot.rules.matching_names import NameRules

c = pl.col
S, LONG = pl.String, pl.Int64
_NAMED: Columns = {"n_name": S, "n_tokens": pl.List(S), "n_legal": S}
_SLIP = {"record": LONG, "ending": S, "form": S, "word": S}


def without_copies(engine: Engine) -> tuple[int, int]:
    """Make `kept` and `copies` (uid, of_, second_) of `normalised`; give how many records each has."""
    alike = ", ".join("alike" if column == "aliases" else column for column in COMPARED)
    engine.apply(
        "said",
        "select uid, n_aliases from normalised where n_aliases is not null",
        _joined,
        {"uid": LONG, "alike": S},
    )
    engine.sql(
        "place",
        f"""select uid, row_number() over (partition by {alike} order by uid) as nth,
                   min(uid) over (partition by {alike}) as of_
            from (select n.*, s.alike from normalised n left join said s on n.uid = s.uid
                  where n.n_name is not null) t""",
    )
    engine.sql(
        "copies",
        f"""select p.uid, p.of_, s.uid as second_ from place p join place s on p.of_ = s.of_ and s.nth = 2
            where p.nth > {KEPT}""",
    )
    engine.sql("kept", "select n.* from normalised n left join copies k on n.uid = k.uid where k.uid is null")
    engine.drop("said", "place")
    kept, copies = engine.small(
        "select (select count(*) from kept) as k, (select count(*) from copies) as c"
    ).row(0)
    return kept, copies


def put_names_right(engine: Engine, bundle: Bundle, records: int) -> int:
    """Make `whole` of `kept`, with names as other records show them to be meant; give how many were changed."""
    names = name_rules(bundle, records)
    engine.sql(
        "name_0", "select uid, system, name, n_name, n_tokens, n_legal from kept where n_name is not null"
    )
    _complete(engine, names)
    _mend(engine, bundle, names)
    _respell(engine, bundle, names)
    engine.sql(
        "renamed",
        """select n.uid, n.n_name, n.n_tokens, n.n_legal from name_3 n join name_0 o on n.uid = o.uid
           where n.n_name <> o.n_name or coalesce(n.n_legal, '') <> coalesce(o.n_legal, '')""",
    )
    engine.sql(
        "whole",
        """select k.uid, k.system, k.record_id, k.account_number, k.external_id, k.name, k.street,
                  coalesce(r.n_name, k.n_name) as n_name,
                  coalesce(r.n_tokens, k.n_tokens) as n_tokens, coalesce(r.n_legal, k.n_legal) as n_legal,
                  k.n_aliases, k.n_site, k.n_domain, k.n_mailbox, k.n_phone_key, k.n_tax_id, k.n_tax_valid,
                  k.n_tax_company, k.n_registration, k.n_registration_company, k.n_street, k.n_house, k.n_postcode,
                  k.n_city, k.n_region, k.n_country
           from kept k left join renamed r on k.uid = r.uid""",
    )
    changed = engine.small("select count(*) from renamed").item()
    engine.drop("name_0", "name_1", "name_2", "name_3", "renamed", "kept")
    return int(changed)


def _joined(records: pl.DataFrame) -> pl.DataFrame:
    return records.select("uid", alike=c("n_aliases").list.join("\n"))


def _changed(engine: Engine, before: str, after: str, change: str) -> None:
    """Make the table `after` of the names `before`, with those of `change` (uid, n_name, n_tokens, n_legal)."""
    engine.sql(
        after,
        f"""select n.uid, n.system, n.name, coalesce(x.n_name, n.n_name) as n_name,
                   coalesce(x.n_tokens, n.n_tokens) as n_tokens,
                   case when x.uid is null then n.n_legal else x.n_legal end as n_legal
            from {before} n left join {change} x on n.uid = x.uid""",
    )


def _complete(engine: Engine, names: NameRules) -> None:
    """Complete names that were cut off (match.names.truncated)."""
    engine.apply("spelt", "select uid, system, name, n_tokens from name_0", _Letters(names), {
        "uid": LONG, "system": S, "name": S, "key": S, "opens": S, "tokens": LONG})  # fmt: skip
    counts = engine.small("""select system, letters, count(*) as len from (
        select distinct system, name, length(name) as letters from spelt) t group by system, letters""")
    width = full_widths(counts, names.cut)
    engine.apply("cut_off", "select * from spelt", _Cut(names, width), {"uid": LONG, "key": S})
    lengths = engine.small(
        "select distinct length(key) as n from cut_off where substring(key, length(key), 1) <> '&'"
    )
    engine.sql(
        "uncut",
        """select n.n_name, n.n_tokens, n.n_legal, s.key, s.opens from name_0 n join spelt s on n.uid = s.uid
           left join cut_off x on n.uid = x.uid where x.uid is null""",
    )
    starts = [f"substring(key, 1, {size})" for size in sorted(lengths["n"])]
    beginnings = [
        f"select n_name, n_tokens, n_legal, {start} as key from uncut" for start in (*starts, "opens")
    ]
    engine.sql("cut_key", "select distinct key from cut_off")
    engine.apply(
        "meant",
        f"select v.* from ({' union all '.join(beginnings)}) v join cut_key k on v.key = k.key",
        agreed,
        {"key": S, "name": S, "tokens": pl.List(S), "legal": S},
        by="key",
    )
    engine.sql(
        "completed",
        """select o.uid, m.name as n_name, m.tokens as n_tokens, coalesce(m.legal, n.n_legal) as n_legal
           from cut_off o join meant m on o.key = m.key join name_0 n on n.uid = o.uid""",
    )
    _changed(engine, "name_0", "name_1", "completed")
    engine.drop("spelt", "cut_off", "uncut", "cut_key", "meant", "completed")


@dataclass(frozen=True)
class _Letters:
    names: NameRules

    def __call__(self, named: pl.DataFrame) -> pl.DataFrame:
        tokens = named.with_columns(key=letters(self.names.cut), tokens=c("n_tokens").list.len())
        return tokens.with_columns(opens=c("key").str.extract("^([^&]+&)", 1))


@dataclass(frozen=True)
class _Cut:
    names: NameRules
    width: dict[str, int]

    def __call__(self, spelt: pl.DataFrame) -> pl.DataFrame:
        tokens = spelt.with_columns(n_tokens=pl.int_ranges(0, "tokens"))
        return spelt.filter(is_cut(tokens, self.width, self.names.cut)).select("uid", "key")


def _mend(engine: Engine, bundle: Bundle, names: NameRules) -> None:
    """Put slips right that another record shows (match.names.corpus_typos): records that could show it meet."""
    engine.apply(
        "meeting", "select uid, name, n_name, n_tokens, n_legal from name_1", _Meetings(bundle, names),
        {"kind": pl.Int32, "met": LONG, "uid": LONG, "own": pl.Int32},
    )  # fmt: skip
    engine.sql("met", "select kind, met from meeting group by kind, met having min(own) = 0 and max(own) = 1")
    engine.apply(
        "slip",
        """select m.met, n.uid as record, n.name, n.n_name, n.n_tokens, n.n_legal from meeting m
           join met x on m.kind = x.kind and m.met = x.met join name_1 n on m.uid = n.uid""",
        _Slips(bundle, names),
        _SLIP,
        by="met",
    )
    engine.apply(
        "mended",
        """select s.record, s.ending, s.form, s.word, n.n_name, n.n_tokens, n.n_legal from slip s
           join name_1 n on s.record = n.uid""",
        _put,
        {"uid": LONG, **_NAMED},
        by="record",
    )
    _changed(engine, "name_1", "name_2", "mended")
    engine.drop("meeting", "met", "slip", "mended")


@dataclass(frozen=True)
class _Meetings:
    bundle: Bundle
    names: NameRules

    def __call__(self, named: pl.DataFrame) -> pl.DataFrame:
        met = meetings(
            named.rename({"uid": "at"}), words_rules(self.bundle), background(self.bundle).tokens, self.names
        )
        return met.select("kind", met="key", uid="at", own=c("own").cast(pl.Int32))


@dataclass(frozen=True)
class _Slips:
    bundle: Bundle
    names: NameRules

    def __call__(self, met: pl.DataFrame) -> pl.DataFrame:
        named = met.drop("met").rename({"record": "at"}).unique("at").sort("at")
        slipped = slips(named, words_rules(self.bundle), background(self.bundle).tokens, self.names)
        return slipped.rename({"end": "ending", "at": "record"})


def _put(slipped: pl.DataFrame) -> pl.DataFrame:
    """Put right one slip of each name, the first."""
    first = slipped.sort("record", "form", "word", nulls_last=True).unique(
        "record", keep="first", maintain_order=True
    )
    named = first.select("n_name", "n_tokens", "n_legal", uid="record")
    first_slips = first.select("form", "word", end="ending").with_row_index("at")
    return put_right(named, first_slips)


def _respell(engine: Engine, bundle: Bundle, names: NameRules) -> None:
    """Put misspelled words for "company" and long abbreviations right (match.names.company_word_typos)."""
    engine.apply("counted", "select n_tokens from name_2", _counted, {"word": S, "len": LONG})
    engine.sql("seen", "select word, cast(sum(len) as bigint) as len from counted group by word")
    engine.apply(
        "typo", f"select word, len from seen where len <= {names.respelling.records}", _Typos(bundle, names),
        {"word": S, "meant": S, "inside": pl.Int32},
    )  # fmt: skip
    typos = engine.small("select word, meant, inside from typo order by word")
    inside = dict(typos.filter(c("inside") == 1).select("word", "meant").iter_rows())
    last = dict(typos.filter(c("inside") == 0).select("word", "meant").iter_rows())
    engine.apply(
        "respelt",
        "select uid, n_name, n_tokens, n_legal from name_2",
        _Respelt(inside, last),
        {"uid": LONG, **_NAMED},
    )
    _changed(engine, "name_2", "name_3", "respelt")
    engine.drop("counted", "seen", "typo", "respelt")


def _counted(named: pl.DataFrame) -> pl.DataFrame:
    return named.select(word="n_tokens").explode("word").drop_nulls().group_by("word").len()


@dataclass(frozen=True)
class _Typos:
    bundle: Bundle
    names: NameRules

    def __call__(self, seen: pl.DataFrame) -> pl.DataFrame:
        inside, last = misspelled(seen, words_rules(self.bundle), background(self.bundle).tokens, self.names)
        rows = [(word, meant, 1) for word, meant in inside.items()] + [
            (word, meant, 0) for word, meant in last.items()
        ]
        return pl.DataFrame(rows, schema={"word": S, "meant": S, "inside": pl.Int32}, orient="row")


@dataclass(frozen=True)
class _Respelt:
    inside: dict[str, str]
    last: dict[str, str]

    def __call__(self, named: pl.DataFrame) -> pl.DataFrame:
        changed = respelt(named, self.inside, self.last)
        return changed.filter(changed["n_name"] != named["n_name"])
