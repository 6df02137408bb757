"""Demo companies: the same seed the same bytes, a truth that fits, exports read for what they are."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from pathlib import Path

import polars as pl
import pytest

from sot.cli.errors import run as sot
from sot.demo import NOISE, Demo, write, write_demo
from sot.demo.vocabulary import vocabulary, with_noise
from sot.model.run import Silent
from sot.model.sources import Import, InputSpec
from sot.read import read_exports
from sot.rules import Rulebook
from sot.rules.project import load_settings
from sot.workspace.project import find_project

CUSTOMERS = 1500


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "company"
    write_demo(folder, CUSTOMERS, seed=7)
    return folder


@pytest.fixture(scope="module")
def imported(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Import:
    project = find_project(tmp_path_factory.mktemp("project"))
    return read_exports([InputSpec(str(demo))], Rulebook(), load_settings(project), Silent())


def truth(folder: Path) -> dict[tuple[str, str], str]:
    with (folder / "truth" / "truth.csv").open(newline="", encoding="utf-8") as file:
        return {(row["system"], row["record_id"]): row["entity_id"] for row in csv.DictReader(file)}


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.csv")
    }


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    for name, seed in (("first", 3), ("again", 3), ("other", 4)):
        write_demo(tmp_path / name, 200, seed)
    assert hashes(tmp_path / "first") == hashes(tmp_path / "again")
    other = hashes(tmp_path / "other")
    assert all(other[file] != digest for file, digest in hashes(tmp_path / "first").items())


def test_every_record_that_sot_reads_is_in_the_truth_and_the_other_way_round(
    demo: Path, imported: Import
) -> None:
    read = set(imported.records.select("system", "record_id").iter_rows())
    assert read == set(truth(demo))
    assert imported.rejects.height == 0


def test_every_customer_stands_in_some_system(demo: Path) -> None:
    assert len(set(truth(demo).values())) == CUSTOMERS


def test_systems_are_recognised_by_their_headers(imported: Import) -> None:
    accounts = {(source.system, source.object) for source in imported.sources if source.object == "account"}
    documents = imported.documents.select("system", "object").unique().iter_rows()
    assert accounts | set(documents) == {
        ("salesforce", "account"), ("salesforce", "deal"),
        ("netsuite", "account"), ("netsuite", "invoice"), ("netsuite", "payment"),
        ("projects", "project"), ("power_bi", "bi_table"),
    }  # fmt: skip


def test_documents_belong_to_a_customer(imported: Import) -> None:
    assert imported.documents.height > CUSTOMERS
    assert imported.documents["customer_id"].null_count() == 0


def test_duplicates_inside_each_system_are_as_many_as_in_life(demo: Path) -> None:
    per_system: dict[str, Counter[str]] = defaultdict(Counter)
    for (system, _), entity in truth(demo).items():
        per_system[system][entity] += 1
    for system in ("salesforce", "netsuite"):
        again = sum(count - 1 for count in per_system[system].values())
        assert 0.08 < again / per_system[system].total() < 0.16


def test_names_are_varied_and_collide_a_little(demo: Path, imported: Import) -> None:
    named = imported.records.filter(pl.col("system") == "salesforce")["name"].drop_nulls().str.to_lowercase()
    words = Counter(word for name in named for word in name.split())
    assert len(words) > CUSTOMERS
    assert named.n_unique() > 0.9 * named.len()


def test_relatives_share_a_website_and_stay_apart_in_the_truth(demo: Path, imported: Import) -> None:
    known = truth(demo)
    by_site = defaultdict(set)
    for system, record_id, website in (
        imported.records.select("system", "record_id", "website").drop_nulls().iter_rows()
    ):
        host = website.lower().split("//")[-1].removeprefix("www.").split("/")[0]
        by_site[host].add(known[(system, record_id)])
    shared = [entities for entities in by_site.values() if len(entities) > 1]
    assert shared
    assert max(map(len, by_site.values())) < 20


def test_parents_are_accounts_of_another_customer(demo: Path, imported: Import) -> None:
    known = truth(demo)
    children = imported.records.filter(pl.col("parent_id").is_not_null()).select(
        "system", "record_id", "parent_id"
    )
    assert children.height > 0
    for system, record_id, parent in children.iter_rows():
        assert known[(system, parent)] != known[(system, record_id)]


def test_exports_hold_the_dirt_that_they_are_made_for(demo: Path, imported: Import) -> None:
    finance = (demo / "CustomerSearchResults.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        finance.decode("utf-8")
    assert b"\r\n" in finance
    assert (demo / "projects.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    records = imported.records
    names = records["name"].drop_nulls()
    assert names.str.contains("Ã").any(), "letters broken by a wrong encoding"
    assert (names.str.strip_chars() != names).any(), "stray blanks"
    assert names.str.contains(r"DO NOT USE|DUPLICATE|inactive|old|copy").any(), "marks in names"
    assert records["phone"].is_in(["000-000-0000", "n/a", "1234567890", "0000000000"]).any(), "placeholders"
    assert (
        records.filter(system="netsuite")["street"].null_count()
        > 0.3 * records.filter(system="netsuite").height
    )
    assert records["email"].drop_nulls().value_counts()["count"].max() > 4, "a bookkeeper's shared mailbox"


def test_more_noise_spoils_more_names_and_leaves_more_fields_empty(
    tmp_path: Path,
) -> None:
    unlike, empty = [], []
    for noise in NOISE:
        write(tmp_path / noise, Demo(600, seed=3, noise=noise))
        known, names = truth(tmp_path / noise), defaultdict(set)
        accounts = pl.read_csv(tmp_path / noise / "Account.csv", infer_schema=False)
        for record_id, name in accounts.select("Id", "Name").iter_rows():
            names[known["salesforce", record_id]].add(re.sub(r"\W", "", name.lower()))
        unlike.append(sum(len(each) > 1 for each in names.values()))
        empty.append(int((accounts["Website"].fill_null("") == "").sum()))
    assert unlike == sorted(set(unlike))
    assert empty[2] > 1.3 * empty[1] > empty[0]


def test_levels_of_noise_are_those_that_the_words_know() -> None:
    assert set(vocabulary().world.noise) == set(NOISE)
    assert with_noise(vocabulary(), "usual") == vocabulary()
    for level in NOISE:
        world = with_noise(vocabulary(), level).world
        for habits in world.systems.values():
            for rates in (habits.filled, habits.name, habits.field):
                assert all(0 <= rate <= 1 for rate in rates.values())


def test_noise_names_no_rate_that_systems_do_not_have() -> None:
    world = vocabulary().world
    for noise in world.noise.values():
        for part in ("filled", "name", "field"):
            known = set().union(*(getattr(habits, part) for habits in world.systems.values()))
            assert set(getattr(noise, part)) <= known


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert sot(["demo", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("customers", [1, 2, 7])
def test_the_smallest_companies_can_be_made(tmp_path: Path, customers: int) -> None:
    assert sot(["demo", str(tmp_path / "small"), "--customers", str(customers)]) == 0
    assert len(set(truth(tmp_path / "small").values())) == customers
