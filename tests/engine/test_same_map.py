"""The same exports, rules, decisions and ledger give the same files on every engine, in any number of parts."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from sot import lake_results, pipeline
from sot.cli.errors import run as command
from sot.decision_log.store import append
from sot.engine import parts
from sot.engine.protocol import StepError
from sot.engine.spark import Spark
from sot.match.on_engine import values
from sot.model.decisions import Decision
from sot.model.run import Silent, Stages
from sot.model.sources import InputSpec
from sot.read.on_engine import keys, lake
from sot.workspace.project import Project
from tests import s3

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
NOW = datetime(2026, 11, 29, tzinfo=UTC)
FILES = (
    "crosswalk", "golden_customers", "conflicts", "related", "review_queue", "data_model", "handoffs", "handoff_links",
)  # fmt: skip
FAILED = ()
"""The gates that these exports do not meet."""
FIXES = ("merges.csv", "corrections.csv")


def few(folder: Path) -> Path:
    """Write the accounts of the sample whose names begin with A to D with deals and invoices, and two more systems.

    One of these names ids of the other.
    """
    exports = folder / "exports"
    exports.mkdir()
    for name in ("Account.csv", "CustomerSearchResults.csv"):
        with (SAMPLE / name).open(encoding="latin-1", newline="") as file:
            header, *rows = list(csv.reader(file))
        at = header.index("Name")
        kept = [row for row in rows if row[at : at + 1] and row[at][:1].upper() in "ABCD"]
        with (exports / name).open("w", encoding="latin-1", newline="") as file:
            csv.writer(file).writerows([header, *kept])
    for name, customer in (("Opportunity.csv", "Name"), ("InvoiceSearchResults.csv", "Customer")):
        papers = pl.read_csv(SAMPLE / name, infer_schema=False, encoding="latin-1")
        papers.filter(pl.col(customer).str.contains("^[A-D]")).head(120).write_csv(exports / name)
    # One system repeats a row, cuts its names at 20 letters, writes numbers before them, names ids of the other, and
    # writes two words as one.
    shops = "".join(f"S{i},1000{i} Blue Harbour {w} Traders Ltd,Leeds\n" for i, w in enumerate(WORDS))
    (exports / "shop.csv").write_text("Customer ID,Company Name,City\n" + shops, encoding="utf-8")
    bills = "".join(f"B{i},{f'Blue Harbour {w} Traders Ltd'[:20]},S{i},Leeds\n" for i, w in enumerate(WORDS))
    again = "B90,Acme Repeated Ltd,,York\nB91,Acme Repeated Ltd,,York\nB92,Acme Repeated Ltd,,York\n"
    again += "".join(f"B{70 + i},{name},,Leeds\n" for i, name in enumerate(CUT))
    (exports / "billing.csv").write_text(
        "Account No,Company Name,External ID,City\n" + bills + again, encoding="utf-8"
    )
    return exports


WORDS = ("Alder", "Birch", "Cedar", "Damson", "Elm", "Fig", "Gorse", "Hazel", "Ivy", "Juniper")
CUT = (
    "Ins Agency Will iams Inc", "Rodri guez Constr", "The Wi tness Logistics Inc", "Williams Insurance Agency Ltd",
    "Williams Rodriguez Constr Inc", "Witness Logistics Leeds Ltd",
)  # fmt: skip


def run(exports: Path, home: Path, engine: str, *specs: InputSpec) -> dict[str, bytes]:
    (home / "sot.yaml").write_text(engine, encoding="utf-8")
    out = home / "out"
    pipeline.dedupe(specs or [InputSpec(str(exports))], Project(home), out, Silent(), NOW)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    used = json.dumps(manifest["rules"], sort_keys=True).encode()
    ledger = [home / name for name in ("golden_ids.csv", "golden_redirects.csv")]
    fixes = [path for path in (out / "fixes").rglob("*") if path.name in FIXES]
    provenance = pl.read_parquet(out / "tables" / "provenance.parquet").write_csv().encode()
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in (*(out / f"{name}.csv" for name in FILES), *fixes, *ledger)
        if path.exists()
    } | {"rules": used, "provenance": provenance}


def decided(home: Path) -> None:
    """Join two customers, part two records of one, relate two others, fix values: ledger and golden values follow."""
    with (home / "out" / "crosswalk.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    of: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        of.setdefault(row["golden_id"], []).append((row["system"], row["record_id"]))
    single = sorted(ids[0] for ids in of.values() if len(ids) == 1)
    several = sorted(ids for ids in of.values() if len(ids) > 1)
    said = [
        ("same", (single[0], single[1])),
        ("different", (several[0][0], several[0][1])),
        ("same", (several[1][0], several[2][0])),
        ("related", (single[2], single[3])),
    ]
    append(
        home / "decisions.jsonl",
        [
            Decision(f"d{number}", "2026-11-28T08:00:00Z", "Ada", verdict, records)
            for number, (verdict, records) in enumerate(said)
        ]
        + [
            Decision(f"f{number}", "2026-11-28T08:00:00Z", "Ada", "same", (key,), field=field, value=value)
            for number, (key, field, value) in enumerate(fixed(rows, several))
        ],
    )


def fixed(
    rows: list[dict[str, str]], several: list[list[tuple[str, str]]]
) -> list[tuple[tuple[str, str], str, str]]:
    """Give values that a steward has fixed: names, one that is no more, and an account that stays."""
    names = {(row["system"], row["record_id"]): row["name"] for row in rows}
    twice = next(ids for ids in several[5:] if len({system for system, _ in ids}) < len(ids))
    stays = next(key for at, key in enumerate(twice) if key[0] in {system for system, _ in twice[:at]})
    return [
        *((ids[-1], "name", names[ids[-1]]) for ids in several[3:30]),
        (several[3][0], "name", "A name that nobody has"),
        (stays, "survivor", "yes"),
    ]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, dict[str, bytes]]]:
    """Give exports, a project with a ledger and decisions that change it, and what the default engine makes of it."""
    folder = tmp_path_factory.mktemp("engines")
    exports = few(folder)
    home = folder / "home"
    home.mkdir()
    run(exports, home, "")
    decided(home)
    before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    expected = run(exports, home, "")
    assert "golden_redirects.csv" in expected  # the decisions have merged and split customers
    for name, content in before.items():
        (folder / name).write_bytes(content)
    yield exports, folder, expected


def again(
    project: tuple[Path, Path, dict[str, bytes]], home: Path, engine: str, *specs: InputSpec
) -> dict[str, bytes]:
    exports, kept, _ = project
    for path in kept.iterdir():
        if path.is_file():
            (home / path.name).write_bytes(path.read_bytes())
    return run(exports, home, engine, *specs)


def test_in_pieces_on_the_disk(project: tuple[Path, Path, dict[str, bytes]], tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    engine = f"engine: {{name: embedded, pieces: 3, work: {steps}}}\n"
    assert again(project, tmp_path, engine) == project[2]
    assert_near(pl.read_parquet(tmp_path / "out" / "tables" / "pairs.parquet"), project[1])
    assert list(steps.iterdir()) == []


def assert_near(pairs: pl.DataFrame, kept: Path) -> None:
    """Hold the match probabilities against those of the default engine."""
    expected = pl.read_parquet(kept / "home" / "out" / "tables" / "pairs.parquet")
    both = expected.join(pairs, on=["uid_l", "uid_r"], how="full", suffix="_found")
    assert both.height == expected.height == pairs.height > 100
    apart = (both["match_probability"] - both["match_probability_found"]).abs()
    assert apart.null_count() == 0 and apart.max() < 0.0001


def assert_written(lake: str, out: Path) -> None:
    """Hold the tables of a lake against the outputs that they are of."""
    (run, names), *others = pl.read_parquet(f"{lake}/current/").rows()
    assert not others and run == json.loads((out / "manifest.json").read_text(encoding="utf-8"))["digest"]
    assert set(names.split("|")) >= {"golden", "crosswalk", "related", "ledger", "redirects", "files"}
    crosswalk = pl.read_parquet(f"{lake}/{run}/crosswalk/").sort("system", "record_id")
    shown = pl.read_csv(out / "crosswalk.csv", infer_schema=False).sort("system", "record_id")
    asked = ("system", "record_id", "golden_id", "name", "linked_by")
    assert crosswalk.select(asked).rows() == shown.select(asked).rows()
    assert crosswalk["is_survivor"].to_list() == [said == "true" for said in shown["is_survivor"]]
    for name, file in (("ledger", "golden_ids.csv"), ("redirects", "golden_redirects.csv")):
        kept = pl.read_csv(out.parent / file, infer_schema=False)
        assert sorted(pl.read_parquet(f"{lake}/{run}/{name}/").rows()) == sorted(kept.rows())
    golden, found = (
        pl.read_parquet(path).sort("golden_id")
        for path in (out / "tables" / "golden.parquet", f"{lake}/{run}/golden/")
    )
    files = dict(pl.read_parquet(f"{lake}/{run}/files/").rows())
    assert files["summary.json"] == (out / "tables" / "summary.json").read_text(encoding="utf-8")
    assert files["report.html"] == (out / "report.html").read_text(encoding="utf-8")
    assert found.columns == golden.columns and found.rows() == golden.rows()


def published(home: Path, run: str) -> dict[str, list[tuple[object, ...]]]:
    """Publish a run into a folder of Parquet, and give the rows of each table but those that tell of files."""
    target = home.with_name(f"{home.name}_published")
    gates = [f"--despite={name}" for name in ("verify", *FAILED)]
    asked = ["publish", str(target), run, f"--project={home}", *gates, "--reason=a test"]
    assert command(asked) == 0
    tables = {path.stem: pl.read_parquet(path) for path in target.rglob("*.parquet")}
    assert len(tables) > 8
    return {name: sorted(rows.rows()) for name, rows in tables.items() if name not in ("publish_log",)}


def iceberg(rows: pl.DataFrame, folder: Path, at: Mapping[str, str]) -> str:
    """Write an Iceberg table that holds `rows` now, and other rows in an earlier version; give its address."""
    from pyiceberg.catalog.sql import SqlCatalog

    where = {
        "s3.endpoint": at["AWS_ENDPOINT_URL"],
        "s3.access-key-id": at["AWS_ACCESS_KEY_ID"],
        "s3.secret-access-key": at["AWS_SECRET_ACCESS_KEY"],
        "s3.region": at["AWS_REGION"],
    }
    catalog = SqlCatalog(
        "lake", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"s3://{s3.BUCKET}/tables", **where
    )
    catalog.create_namespace("crm")
    table = catalog.create_table("crm.Account", schema=rows.to_arrow().schema)
    table.append(rows.reverse().head(50).to_arrow())
    table.overwrite(rows.head(80).to_arrow())
    table.append(rows.slice(80).to_arrow())
    catalog.engine.dispose()
    return table.location()


def test_on_spark_connect_with_exports_and_results_in_a_lake(
    project: tuple[Path, Path, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An Iceberg table and the results on S3, and publish and the ledger from there."""
    for package in ("pysail", "moto", "pyiceberg"):
        pytest.importorskip(package)
    with s3.server(tmp_path) as at:
        for name, value in at.items():
            monkeypatch.setenv(name, value)
        in_a_lake(project, tmp_path, monkeypatch, at)


def in_a_lake(
    project: tuple[Path, Path, dict[str, bytes]],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: Mapping[str, str],
) -> None:
    exports, home = folder / "exports", folder / "home"
    shutil.copytree(project[0], exports)
    home.mkdir()
    rows = pl.read_csv(exports / "Account.csv", infer_schema=False)
    (exports / "Account.csv").unlink()
    table = iceberg(rows, folder, at)
    for module, name, value in ((lake, "SAMPLE", 60), (keys, "IN_ONE_WINDOW", 100), (parts, "AT_ONCE", 50)):
        monkeypatch.setattr(module, name, value)
    collected: list[int] = []

    def small(
        engine: Spark, query: str, own: Callable[[Spark, str], pl.DataFrame] = Spark.small
    ) -> pl.DataFrame:
        found = own(engine, query)
        if {"street", "BillingStreet"} & set(found.columns):
            collected.append(found.height)
        return found

    monkeypatch.setattr(Spark, "small", small)
    results = f"s3://{s3.BUCKET}/results"
    engine = (
        f"engine: {{name: spark, remote: local, partitions: 3, results: '{results}'}}\n"
        "outputs: {workbook_records: 400}\n"
    )
    found = again(project, home, engine, InputSpec(str(exports)), InputSpec(table))
    assert [name for name in found if found[name] != project[2][name]] == []
    assert_near(pl.read_parquet(home / "out" / "tables" / "pairs.parquet"), project[1])
    assert_written(results, home / "out")
    assert not (home / "out" / "workbook.xlsx").exists() and (project[1] / "home/out/workbook.xlsx").exists()
    # The sample, and later the records by parts: the driver never has all of them.
    assert rows.height > 3 * 60 and max(collected) <= 61
    manifest = json.loads((home / "out" / "manifest.json").read_text(encoding="utf-8"))
    read = next(one for one in manifest["inputs"] if one["path"] == table)
    assert read["records"] == rows.height
    # A machine that has the settings alone publishes the same, and goes on with the same golden ids.
    other = folder / "other"
    other.mkdir()
    shutil.copy(home / "sot.yaml", other)
    assert published(other, results) == published(project[1] / "home", str(project[1] / "home" / "out"))
    known, ledger = (lake_results.remembered(Project(one), Stages(Silent())) for one in (other, home))
    for one, kept in ((known.members, ledger.members), (known.redirects, ledger.redirects)):
        assert sorted(one.rows()) == sorted(kept.rows()) != []


def test_a_step_that_failed_is_named_and_the_last_run_stays(
    project: tuple[Path, Path, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(project[1] / "home", tmp_path, dirs_exist_ok=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (tmp_path / "sot.yaml").write_text("engine: {name: embedded, pieces: 2}\n", encoding="utf-8")
    before[tmp_path / "sot.yaml"] = b"engine: {name: embedded, pieces: 2}\n"

    def broken(*_: object) -> None:
        raise ZeroDivisionError("of a worker")

    monkeypatch.setattr(values, "_initials", broken)
    with pytest.raises(StepError, match=r"step 'initial' failed on the embedded engine: .*of a worker"):
        pipeline.dedupe([InputSpec(str(project[0]))], Project(tmp_path), tmp_path / "out", Silent(), NOW)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
