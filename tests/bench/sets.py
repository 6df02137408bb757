"""Write every labelled set that is at hand as a folder of exports with its truth beside it.

`python -m tests.bench.sets OUT_DIR` makes `OUT_DIR/<set>/exports/*.csv` (what `sot dedupe` reads) and next to
it `truth.csv` (system, record_id, entity_id) or `pairs.csv` (two systems and record ids, label).
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
"""Where the labelled data lies when it is there: beside the checkout, never in it."""

Row = dict[str, str]
Truth = list[tuple[str, str, str]]
"""(system, record_id, entity_id)"""


@dataclass(frozen=True)
class LabelledSet:
    """A labelled set as it was written: where its exports lie, and what is known to be true of them."""

    name: str
    folder: Path

    @property
    def exports(self) -> Path:
        """The folder that `sot dedupe` is given."""
        return self.folder / "exports"

    @property
    def truth(self) -> Path | None:
        """Which entity each record is of, where that is known."""
        path = self.folder / "truth.csv"
        return path if path.is_file() else None

    @property
    def pairs(self) -> Path | None:
        """Which pairs were judged, where only that is known."""
        path = self.folder / "pairs.csv"
        return path if path.is_file() else None


@dataclass(frozen=True)
class _Export:
    """A file of the three-systems sets: how it is written, and what its columns are called."""

    file: str
    encoding: str
    delimiter: str
    id: str
    always: tuple[str, ...]
    name: str
    town: str
    street: tuple[str, ...]
    strong: tuple[str, ...]
    """Tax id, website and e-mail: the columns that decide most pairs where they are filled."""


_CUSTOMER_EXPORTS = (
    _Export(
        "salesforce_accounts.csv", "utf-8", ",", "Id", (), "Name", "BillingCity",
        ("BillingStreet",), ("Website",),
    ),
    _Export(
        "netsuite_customers.csv", "cp1252", ",", "Internal ID", ("ID",), "Name", "Billing City",
        ("Billing Address 1",), ("Email", "Tax Number"),
    ),
    _Export(
        "projects.csv", "utf-8-sig", ";", "proj_no", ("proj_title",), "client_nm", "client_town", (),
        ("client_contact_mail",),
    ),
)  # fmt: skip


def _all_columns(_: _Export, header: Sequence[str]) -> list[str]:
    return list(header)


def _without_strong(export: _Export, header: Sequence[str]) -> list[str]:
    return [name for name in header if name not in export.strong]


def _only(*parts: str) -> Callable[[_Export, Sequence[str]], list[str]]:
    def choose(export: _Export, header: Sequence[str]) -> list[str]:
        wanted = {export.id, *export.always, export.name}
        wanted |= set(export.street) if "street" in parts else set()
        wanted |= {export.town} if "town" in parts else set()
        return [name for name in header if name in wanted]

    return choose


_VARIANTS: Mapping[str, Callable[[_Export, Sequence[str]], list[str]]] = {
    "all": _all_columns,
    "no_strong": _without_strong,
    "name_street_town": _only("street", "town"),
    "name_town": _only("town"),
    "names": _only(),
}


def write_sets(out: Path, data: Path = DATA) -> Iterator[LabelledSet]:
    """Write every set whose source is in `data`, and give each as soon as it is there."""
    for size in ("1000", "10000"):
        if (data / f"customers_{size}").is_dir():
            for variant in _VARIANTS:
                yield _customers(data / f"customers_{size}", out / f"customers_{size}_{variant}", variant)
    if (data / "customers_10000").is_dir():
        for records in (500, 2000):
            yield _customers(data / "customers_10000", out / f"customers_sample_{records}", "all", records)
    for name, adapt in _ADAPTERS.items():
        if (data / name).is_dir():
            yield adapt(data / name, out / name)


def _customers(source: Path, folder: Path, variant: str, sample: int | None = None) -> LabelledSet:
    truth: Truth = [
        (row["system"], row["record_id"], row["entity_id"]) for row in _read(source / "truth.csv")
    ]
    if sample is not None:
        truth = _whole_entities(truth, sample)
    kept = {record_id for _, record_id, _ in truth}
    for export in _CUSTOMER_EXPORTS:
        rows = [
            row
            for row in _read(source / export.file, export.encoding, export.delimiter)
            if row[export.id] in kept
        ]
        header = _VARIANTS[variant](export, list(rows[0]))
        _write(folder / "exports" / export.file, header, rows, export.encoding, export.delimiter)
    return _with_truth(folder, truth)


def _whole_entities(truth: Truth, records: int) -> Truth:
    """Take entities in an order that has nothing to do with the data until `records` records are reached."""
    members = defaultdict(list)
    for row in truth:
        members[row[2]].append(row)
    taken: Truth = []
    for entity in sorted(members, key=lambda entity: hashlib.sha256(entity.encode()).hexdigest()):
        if len(taken) >= records:
            break
        taken += members[entity]
    return taken


def _childcare(source: Path, folder: Path) -> LabelledSet:
    header = {"id": "id", "name": "site_name", "address": "address", "zip": "zip", "phone": "phone",
              "website": "website"}  # fmt: skip
    records = [
        {"system": _slug(row["source"]), **{new: row[old] for new, old in header.items()}}
        for row in _read(source / "records.csv")
    ]
    clusters = {row["id"]: row["cluster_id"] for row in _read(source / "truth_repaired.csv")}
    _write_by_system(folder, list(header), records)
    return _with_truth(folder, [(row["system"], row["id"], clusters[row["id"]]) for row in records])


def _fodors(source: Path, folder: Path) -> LabelledSet:
    header = {"id": "id", "name": "name", "address": "addr", "city": "city", "phone": "phone"}
    records = [
        {"system": row["source"], **{new: row[old] for new, old in header.items()}}
        for row in _read(source / "records.csv")
    ]
    twin = {row["id_right"]: row["id_left"] for row in _read(source / "matches.csv")}
    _write_by_system(folder, list(header), records)
    return _with_truth(
        folder, [(row["system"], row["id"], twin.get(row["id"], row["id"])) for row in records]
    )


def _overture(source: Path, folder: Path) -> LabelledSet:
    """Write the pairs, and a truth too: it takes other records as different, so its precision is a floor."""
    header = {"id": "id", "name": "name", "street": "street", "city": "city", "region": "region",
              "postcode": "postcode", "country": "country", "phone": "phones", "website": "websites",
              "email": "emails"}  # fmt: skip
    records = [
        {"system": _slug(row["source"]), **{new: row[old] for new, old in header.items()}}
        for row in _read(source / "records.csv")
    ]
    system = {row["id"]: row["system"] for row in records}
    pairs = [(row["id_left"], row["id_right"], row["label"]) for row in _read(source / "pairs.csv")]
    twin = {right: left for left, right, label in pairs if label == "1"}
    _write_by_system(folder, list(header), records)
    _with_pairs(folder, ((system[left], left, system[right], right, label) for left, right, label in pairs))
    return _with_truth(
        folder, [(row["system"], row["id"], twin.get(row["id"], row["id"])) for row in records]
    )


def _nomenklatura(source: Path, folder: Path) -> LabelledSet:
    """Write each judged pair as two records, one in either system: nothing is known across pairs."""
    records: list[Row] = []
    pairs = []
    for number, row in enumerate(_read(source / "org_pairs.csv"), start=1):
        left, right = f"L{number:04}", f"R{number:04}"
        records += [
            {"system": "left", "id": left, "name": row["name1"]},
            {"system": "right", "id": right, "name": row["name2"]},
        ]
        pairs.append(("left", left, "right", right, str(int(row["is_match"] == "true"))))
    _write_by_system(folder, ["id", "name"], records)
    return _with_pairs(folder, pairs)


def _utilities(source: Path, folder: Path) -> LabelledSet:
    records = [
        {"system": row["source"], "id": row["id"], "name": row["name"]}
        for row in _read(source / "records.csv")
    ]
    clusters = {row["id"]: row["cluster_id"] for row in _read(source / "truth.csv")}
    _write_by_system(folder, ["id", "name"], records)
    return _with_truth(folder, [(row["system"], row["id"], clusters[row["id"]]) for row in records])


_ADAPTERS: Mapping[str, Callable[[Path, Path], LabelledSet]] = {
    "dedupe_chicago_childcare": _childcare,
    "fodors_zagats": _fodors,
    "nomenklatura_name_bench": _nomenklatura,
    "overture_places": _overture,
    "pudl_utilities": _utilities,
}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower().removesuffix(".csv")).strip("_") or "unknown"


def _read(path: Path, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[Row]:
    with path.open(newline="", encoding=encoding) as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _write(
    path: Path, header: Sequence[str], rows: Iterable[Row], encoding: str = "utf-8", delimiter: str = ","
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, header, delimiter=delimiter, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_by_system(folder: Path, header: Sequence[str], records: Iterable[Row]) -> None:
    by_system = defaultdict(list)
    for row in records:
        by_system[row["system"]].append(row)
    for system, rows in sorted(by_system.items()):
        _write(folder / "exports" / f"{system}.csv", header, rows)


def _with_truth(folder: Path, truth: Truth) -> LabelledSet:
    header = ("system", "record_id", "entity_id")
    _write(folder / "truth.csv", header, (dict(zip(header, row, strict=True)) for row in truth))
    return LabelledSet(folder.name, folder)


def _with_pairs(folder: Path, pairs: Iterable[tuple[str, str, str, str, str]]) -> LabelledSet:
    header = ("system_l", "record_id_l", "system_r", "record_id_r", "label")
    _write(folder / "pairs.csv", header, (dict(zip(header, row, strict=True)) for row in pairs))
    return LabelledSet(folder.name, folder)


def main(arguments: Sequence[str]) -> int:
    """Write the sets into the folder that the command line names."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.bench.sets OUT_DIR\n")
        return 2
    written = list(write_sets(Path(arguments[0])))
    for labelled in written:
        kind = " and ".join(path.name for path in (labelled.truth, labelled.pairs) if path)
        sys.stdout.write(f"{labelled.exports}  ({kind})\n")
    if not written:
        sys.stderr.write(f"{DATA}: there are no labelled sets\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
