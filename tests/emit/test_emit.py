from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sot.emit import emit
from sot.model.run import Run
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.workspace.run_folder import own_files
from sot.workspace.table_store import ROW_GROUP, write_table
from tests.emit.runs import make_run

HEADERS = {
    "golden_customers.csv": "golden_id,name,legal_form,tax_id,domain,phone,email,street,city,region,"
    "postcode,country,systems,record_count,exposure,match_probability,status",
    "crosswalk.csv": "system,record_id,golden_id,name,match_probability,linked_by,is_survivor",
    "conflicts.csv": "conflict_id,severity,kind,golden_id,golden_name,field,values,chosen,rule,fix_in,"
    "record_ids,exposure",
    "related.csv": "golden_id_l,golden_id_r,relation,evidence",
    "review_queue.csv": "case_id,priority,golden_ids,records,match_probability,exposure,why,joined",
}


def test_more_conflicts_of_severity_info_than_can_be_read_are_in_the_tables_alone(tmp_path: Path) -> None:
    rows = [
        {"conflict_id": f"K{i}", "severity": "info" if i else "warning", "kind": "authority_blank"}
        for i in range(4)
    ]
    made = make_run([{"system": "crm", "record_id": "1", "golden_id": "C1", "name": "Acme"}], conflicts=rows)
    for most, listed in (("3", 4), ("2", 1), ("0", 1)):
        settings = Settings.model_validate({"outputs": {"info_conflicts": most}})
        out = tmp_path / most
        out.mkdir()
        emit(out, replace(made, settings=settings), Rulebook())
        assert pl.read_csv(out / "conflicts.csv").height == listed
        assert pl.read_parquet(out / "tables" / "conflicts.parquet").height == 4
        told = json.loads((out / "tables" / "summary.json").read_text())["conflicts"]
        assert told["unlisted"] == 4 - listed and told["by_severity"]["info"] == 3
        assert ("tables/conflicts.parquet" in (out / "report.html").read_text()) == (listed < 4)


@pytest.fixture
def run() -> Run:
    return make_run(
        [
            {
                "system": "crm",
                "record_id": "007",
                "golden_id": "C1",
                "name": 'Müller, "Söhne" GmbH',
                "linked_by": "model",
            },
            {
                "system": "erp",
                "record_id": "1",
                "golden_id": "C1",
                "name": "Mueller Soehne",
                "linked_by": "model",
            },
            {"system": "erp", "record_id": "2", "golden_id": "C2", "name": "=HYPERLINK(1)"},
        ],
        questions=[
            {
                "uid_l": 0,
                "uid_r": 1,
                "match_probability": 0.7,
                "joined": True,
                "vetoed": False,
                "why": "same name",
            },
        ],
        conflicts=[
            {"conflict_id": "K1", "severity": "blocker", "kind": "identifier_clash", "fix_in": "erp|crm"}
        ],
        exposure={"C1": (1234.5, "EUR")},
    )


def test_every_contract_file_has_its_columns_first(tmp_path: Path, run: Run) -> None:
    emit(tmp_path, run, Rulebook())
    for name, header in HEADERS.items():
        first = (tmp_path / name).read_bytes().split(b"\n")[0].decode()
        assert first == header or first.startswith(header + ",")


def test_files_of_a_run_without_findings_hold_their_header(tmp_path: Path) -> None:
    emit(
        tmp_path, make_run([{"system": "crm", "record_id": "1", "golden_id": "C1", "name": "A"}]), Rulebook()
    )
    for name in ("conflicts.csv", "related.csv", "review_queue.csv"):
        assert (tmp_path / name).read_text(encoding="utf-8").count("\n") == 1
    assert not (tmp_path / "rejects.csv").exists()


def test_values_leave_as_they_came(tmp_path: Path, run: Run) -> None:
    emit(tmp_path, run, Rulebook())
    text = (tmp_path / "crosswalk.csv").read_bytes().decode()
    assert text == (
        "system,record_id,golden_id,name,match_probability,linked_by,is_survivor\n"
        'crm,007,C1,"Müller, ""Söhne"" GmbH",1.0,model,true\n'
        "erp,1,C1,Mueller Soehne,1.0,model,false\n"
        "erp,2,C2,=HYPERLINK(1),1.0,single,true\n"
    )


def test_same_run_same_bytes(tmp_path: Path, run: Run) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        emit(tmp_path / name, run, Rulebook())
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert len(files) > 12
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_manifest_hashes_every_other_file(tmp_path: Path, run: Run) -> None:
    import hashlib

    emit(tmp_path, run, Rulebook())
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    files = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert set(manifest["outputs"]) == files - {"manifest.json"}
    assert own_files(tmp_path) == files, "each is named in sot.workspace.run_folder.OUTPUTS"
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert [entry["system"] for entry in manifest["inputs"]] == ["crm", "erp"]
    assert manifest["counts"]["records"] == 3


def test_rejects_are_written_where_there_are_any(tmp_path: Path) -> None:
    record = {"system": "crm", "record_id": "1", "golden_id": "C1", "name": "A"}
    reject = {"source": "crm.csv", "row": 7, "reason": "no id", "raw": "a,b"}
    emit(tmp_path, make_run([record], rejects=[reject]), Rulebook())
    assert (tmp_path / "rejects.csv").read_text() == 'source,sheet,row,reason,raw\ncrm.csv,,7,no id,"a,b"\n'


def test_the_bytes_of_a_table_do_not_tell_how_it_lay_in_memory(tmp_path: Path) -> None:
    whole = pl.DataFrame({"uid": pl.int_range(2 * ROW_GROUP, eager=True).cast(pl.String)})
    parts = pl.concat([whole[:1000], whole[1000 : ROW_GROUP + 7], whole[ROW_GROUP + 7 :]], rechunk=False)
    write_table(tmp_path / "whole.parquet", whole)
    write_table(tmp_path / "parts.parquet", parts)
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "parts.parquet").read_bytes()


def test_a_table_that_is_there_is_whole_already(tmp_path: Path, run: Run) -> None:
    (tmp_path / "tables").mkdir()
    write_table(tmp_path / "tables" / "records.parquet", run.records)
    before = (tmp_path / "tables" / "records.parquet").read_bytes()
    emit(tmp_path, replace(run, records=run.records.drop("currency")), Rulebook())
    assert (tmp_path / "tables" / "records.parquet").read_bytes() == before


def test_the_customer_of_a_record_is_a_row_of_the_golden_customers(run: Run) -> None:
    ids = run.resolution.golden["golden_id"].gather(run.customer_of)
    assert ids.to_list() == run.clustering.memberships["golden_id"].to_list()
