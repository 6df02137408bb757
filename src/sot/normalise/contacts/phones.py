"""Phone numbers: the first real number of a cell, and a key that is one however the number was written."""

from __future__ import annotations

import polars as pl

from sot.normalise.contacts.phone_plans import calling_codes, is_valid, plan
from sot.normalise.distinct import CELL, over_distinct, where
from sot.normalise.text import alternatives, without_placeholders
from sot.rules import Rulebook
from sot.rules.naming import Phones, Placeholders

LOST = r"^\d(?:[.,]\d+)?e\+?\d+$"
DECIMAL = r"^(\+?\d+)\.0+$"
SAME = "|".join(f"{digit}{{7}}" for digit in range(10))
KEYPAD = dict(zip("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999", strict=True))
PLAIN = r"^[+(]?[0-9 ().-]{7,20}$"
ONE_NUMBER = r"^[+(]?[\d\s().-]{7,20}$"
VANITY = r"^\+?1?[\s.(-]*8\d\d[\s.)-]+(?:[a-z0-9][\s.-]?){7,}$"


class PhoneReader:
    """Everything that the rules say of phone cells, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        phones = rules.get("naming/phones.yaml", Phones)
        self.nothing = rules.get("naming/placeholders.yaml", Placeholders).of("phone")
        self.unwanted = rf"^\W*(?:{alternatives(phones.unwanted)})\b"
        self.label = rf"(\d\)?)\s*[/-]?\s*\b((?:{alternatives(phones.labels)})\b\s*[.:]*\s*[+(\d])"
        self.extension = rf"[\s,.;/(]*(?:{alternatives(phones.extensions)})[\s.:]*\d{{1,6}}[\s)]*$"
        self.invented = "|".join(phones.invented)
        self.placeholders = sorted(phones.placeholders)

    def phones(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` (with n_country) with n_phone and n_phone_key."""
        return over_distinct(records, ["phone", "n_country"], self._read)

    def _read(self, cells: pl.DataFrame) -> pl.DataFrame:
        numbers = self._resolved(self._parts(cells)).sort(CELL, "unwanted", "order")
        return numbers.unique(CELL, keep="first", maintain_order=True).select(CELL, "n_phone", "n_phone_key")

    def _parts(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Give one row for every number in every cell: its digits, and whether they are international."""
        value = without_placeholders("phone", self.nothing)
        cells = cells.select(CELL, "n_country", part=value, order=0, unwanted=False)
        unusual = ~pl.col("part").str.contains(PLAIN) | pl.col("part").str.contains(DECIMAL)
        cells = where(cells, unusual, self._told_apart).drop_nulls("part")
        part = pl.col("part").str.replace_all("(0)", " ", literal=True)
        cells = cells.with_columns(
            plus=part.str.contains(r"^[^\d]*\+"), digits=part.str.replace_all(r"\D", "")
        )
        cells = cells.filter(pl.col("digits").str.len_chars().is_between(7, 17))
        abroad = pl.col("digits").str.replace(r"^(?:011|00)", "")
        dialled_out = pl.col("digits").str.contains(r"^(?:011|00)[1-9]") & (abroad.str.len_chars() >= 9)
        return where(cells, dialled_out, lambda t: t.with_columns(plus=pl.lit(True), digits=abroad))

    def _told_apart(self, cells: pl.DataFrame) -> pl.DataFrame:
        value = pl.col("part").str.normalize("NFKC").str.to_lowercase()
        value = pl.when(~value.str.contains(LOST)).then(value.str.replace(DECIMAL, "$1"))
        cells = cells.with_columns(part=value)
        return where(cells, ~pl.col("part").str.contains(ONE_NUMBER), self._single_numbers)

    def _single_numbers(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Take cells with words or several numbers apart: a row for each number, without extension."""
        value = pl.col("part").str.replace(r"^((?:\D*\d){7,}\D*?)\s*/\s*((?:\D*\d){7,}.*)$", "$1;$2")
        value = value.str.replace_all(self.label, "$1;$2").str.replace_all(
            r"\b(?:or|and|oder|ou)\b|[,|\n]", ";"
        )
        rows = cells.with_columns(part=value.str.split(";")).with_columns(
            order=pl.int_ranges(pl.col("part").list.len())
        )
        rows = rows.explode("part", "order").drop_nulls("part").with_columns(pl.col("order").cast(pl.Int32))
        number = pl.col("part").str.replace(self.extension, "")
        spelt = number.str.strip_chars().str.contains(VANITY) & number.str.contains("[a-z]")
        dialled = number.str.replace_many(list(KEYPAD), list(KEYPAD.values()))
        return rows.with_columns(
            unwanted=pl.col("part").str.contains(self.unwanted),
            part=pl.when(spelt).then(dialled).otherwise(number),
        )

    def _resolved(self, parts: pl.DataFrame) -> pl.DataFrame:
        parts = parts.with_row_index("number")
        tried = self._tested(_readings(parts)).sort("number", "rank")
        best = tried.filter("valid").unique("number", keep="first", maintain_order=True)
        known = tried.unique("number", keep="first", maintain_order=True)
        resolved = parts.join(best.select("number", "code", "nsn"), on="number", how="left")
        resolved = resolved.join(known.select("number", likely="nsn"), on="number", how="left")
        resolved = resolved.with_columns(bare=pl.col("digits").str.strip_chars_start("0"))
        own, bare, key = pl.coalesce("nsn", "likely", "bare"), pl.col("bare"), pl.col("key")
        resolved = resolved.with_columns(key=own.str.strip_chars_start("0").str.tail(9))
        unreal = (
            own.str.contains(rf"(?:{SAME})$") | own.str.contains(self.invented) | key.is_in(self.placeholders)
        )
        unreal = unreal | bare.is_in(self.placeholders) | (key.str.len_chars() < 7)
        phone = pl.coalesce("+" + pl.col("code") + pl.col("nsn"), bare)
        return resolved.filter(~unreal).with_columns(n_phone=phone, n_phone_key=key)

    def _tested(self, readings: pl.DataFrame) -> pl.DataFrame:
        groups = readings.partition_by("code", as_dict=True, maintain_order=True)
        tested = [
            part.with_columns(valid=is_valid(str(code), pl.col("nsn"))) for (code,), part in groups.items()
        ]
        return pl.concat(tested) if tested else readings.with_columns(valid=pl.lit(False))


def _readings(numbers: pl.DataFrame) -> pl.DataFrame:
    """Give the ways to read each number, the likeliest first: calling code and national number."""
    digits = pl.col("digits")
    plans = {c: plan(c) for c in numbers["n_country"].unique().drop_nulls()}
    codes = {c: p.calling_code for c, p in plans.items() if p}
    trunks = {c: p.trunk for c, p in plans.items() if p and p.trunk}
    abroad = numbers.filter("plus").with_columns(code=digits.str.extract(calling_codes(), 1))
    abroad = abroad.with_columns(nsn=digits.str.slice(pl.col("code").str.len_bytes()))
    home = numbers.filter(~pl.col("plus")).with_columns(
        code=pl.col("n_country").replace_strict(codes, default=None, return_dtype=pl.String),
        trunk=pl.col("n_country").replace_strict(trunks, default=None, return_dtype=pl.String),
    )
    has_trunk = digits.str.starts_with(pl.col("trunk"))
    untrunked = pl.when(has_trunk).then(digits.str.slice(pl.col("trunk").str.len_bytes()))
    has_code = digits.str.starts_with(pl.col("code")) & (digits.str.len_chars() >= 10)
    american = digits.str.contains(r"^1[2-9]\d{2}[2-9]\d{6}$")
    pieces = [
        _reading(abroad, 0, pl.col("code"), pl.col("nsn")),
        _reading(
            abroad,
            1,
            pl.col("code"),
            pl.when(pl.col("nsn").str.starts_with("0")).then(pl.col("nsn").str.slice(1)),
        ),
        _reading(home, 0, pl.col("code"), untrunked),
        _reading(home, 1, pl.col("code"), digits),
        _reading(
            home, 2, pl.col("code"), pl.when(has_code).then(digits.str.slice(pl.col("code").str.len_bytes()))
        ),
        _reading(
            home, 3, pl.lit("1"), pl.when(american & pl.col("code").is_null()).then(digits.str.slice(1))
        ),
    ]
    return pl.concat(pieces)


def _reading(numbers: pl.DataFrame, rank: int, code: pl.Expr, nsn: pl.Expr) -> pl.DataFrame:
    return numbers.select("number", rank=pl.lit(rank, pl.Int8), code=code, nsn=nsn).drop_nulls()
