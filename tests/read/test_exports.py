"""Exports in the forms that their systems really write, row by row."""

# ruff: noqa: E501  (an export is easier to judge on one line)

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl

from sot.model.sources import Import, Source
from tests.read.reading import one


def text(path: Path, content: str, encoding: str = "utf-8") -> tuple[Source, Import]:
    path.write_bytes(content.encode(encoding))
    return one(path)


def accounted(source: Source, rows: int) -> None:
    assert source.records + source.rejected + sum(source.skipped.values()) == rows


def test_monday_board(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    header = ["Name", "Subitems", "Owner", "Status", "Client", "Due Date", "Item ID (auto generated)"]
    for row in [
        ["Customer projects"], ["Group One"], header,
        ["Website", "Draft", "Jane", "Done", "Acme", datetime.datetime(2024, 1, 31), 101],
        ["Subitems", "Name", "Status", "Owner"],
        [None, "Draft", "Done", "Jane"],
        ["Shop", None, "Jane", "Working on it", "Globex", datetime.datetime(2024, 2, 13), 102],
        [None, None, None, None, None, None, None],
        ["Group Two"], header,
        ["App", None, "Joe", "Stuck", "Acme", None, 103],
    ]:  # fmt: skip
        sheet.append(row)
    path = tmp_path / "board.xlsx"
    book.save(path)
    source, found = one(path)
    assert (source.system, source.object, source.header_row) == ("monday", "project", 3)
    assert found.documents.select("record_id", "account_name", "state").rows() == [
        ("101", "Acme", "project_done"), ("102", "Globex", "project_open"), ("103", "Acme", "project_open"),
    ]  # fmt: skip
    accounted(source, 7)


def test_quickbooks_desktop_iif(tmp_path: Path) -> None:
    content = (
        "!CUST\tNAME\tREFNUM\tTIMESTAMP\tBADDR1\tBADDR2\tBADDR3\tPHONE1\tEMAIL\tCOMPANYNAME\tHIDDEN\r\n"
        'CUST\tAcme Ltd\t12\t1700000000\tAcme Ltd\t"1 High St, Floor 2"\tBoston MA 02134\t617 555 0100\ta@acme.com\tAcme Limited\tN\r\n'
        "CUST\tAñasco SA\t13\t1700000000\tAñasco\tCalle 1\tAñasco PR 00610\t\t\t\tY\r\n"
        "!VEND\tNAME\tREFNUM\r\nVEND\tPaper Co\t7\r\n"
    )
    source, found = text(tmp_path / "lists.iif", content, "cp1252")
    assert source.system == "quickbooks_desktop"
    assert found.records.select("record_id", "name", "street").rows() == [
        ("12", "Acme Ltd", "1 High St, Floor 2, Boston MA 02134"), ("13", "Añasco SA", "Calle 1, Añasco PR 00610"),
    ]  # fmt: skip
    accounted(source, 4)


def test_quickbooks_customer_list_with_line_breaks_and_footer(tmp_path: Path) -> None:
    content = (
        "Demo Co\nCustomer Contact List\n\nCustomer full name,Phone numbers,Email,Full name,Bill address,Ship address\n"
        '"Acme, Inc",Phone:(617) 555-0100 Mobile:(617) 555-0101,a@acme.com,Jane Doe,"1 High St\nBoston MA 02134",\n'
        'Total Wine & More,,b@tw.com,,"2 Main St\nAustin TX 73301",\n'
        "Old Firm (deleted),,,,,\n\n\n"
        '"Thursday, Nov 7, 2024 11:14:36 AM GMT-8"\n'
    )
    source, found = text(tmp_path / "list.csv", content)
    assert found.records.sort("row").select("record_id", "street", "city", "postcode").rows() == [
        ("Acme, Inc", "1 High St", "Boston", "02134"),
        ("Total Wine & More", "2 Main St", "Austin", "73301"),
        ("Old Firm (deleted)", None, None, None),
    ]
    accounted(source, 4)


def test_parents_within_names(tmp_path: Path) -> None:
    content = "Customer full name,Phone numbers,Email\nAcme:Boston office,,a@acme.com\nAcme,,\nAcme:Boston office:Phase 2,,\n"
    source, found = text(tmp_path / "list.csv", content)
    assert found.records.sort("row").select("record_id", "parent_name").rows() == [
        ("Acme:Boston office", "Acme"), ("Acme", None), ("Acme:Boston office:Phase 2", "Acme:Boston office"),
    ]  # fmt: skip
    assert source.fields["parent_name"] == "Customer full name as <parent>:<child>"


def test_zoho_books_contacts_repeat_for_each_person(tmp_path: Path) -> None:
    header = "Contact ID,Display Name,Company Name,Contact Type,EmailID,Billing Address,Billing City,Billing Code\n"
    rows = "460000000000111,Acme,Acme Ltd,customer,a@acme.com,1 High St,Boston,02134\n460000000000111,,,,b@acme.com,,,\n460000000000222,Paper Co,,vendor,,,,\n"
    source, found = text(tmp_path / "Contacts.csv", header + rows)
    assert found.records.select("record_id", "name", "email").rows() == [
        ("460000000000111", "Acme", "a@acme.com")
    ]
    assert source.skipped == {"a supplier, by Contact Type": 1, "further row of the same account": 1}


def test_odoo_continuation_rows_and_guarded_phones(tmp_path: Path) -> None:
    content = '"id","name","is_company","phone","country_id/id","bank_ids/bank"\n"base.1","Acme","True","\'+32 2 555 01 00","base.be","B1"\n"","","","","","B2"\n'
    source, found = text(tmp_path / "res.partner.csv", content)
    assert found.records.select("record_id", "name", "phone").rows() == [
        ("base.1", "Acme", "+32 2 555 01 00")
    ]
    accounted(source, 2)


def test_sap_ids_are_padded_and_one_time_accounts_left_out(tmp_path: Path) -> None:
    content = "MANDT;KUNNR;LAND1;NAME1;NAME2;ORT01;XCPDK\n100;779;DE;Müller;GmbH;Köln;\n100;0000000780;DE;Einmalkunde;;;X\n"
    source, found = text(tmp_path / "kna1.csv", content)
    assert found.records.select("record_id", "name").rows() == [("0000000779", "Müller GmbH")]
    accounted(source, 2)


def test_asana_tasks_are_one_project_that_is_done_when_all_are(tmp_path: Path) -> None:
    content = (
        "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Due Date,Notes,Projects,Parent task,Client\n"
        '1200000000000001,2024-01-01,2024-01-05,2024-01-05,Draft,To do,Jane,,"line\nbreak",Website,,Acme\n'
        "1200000000000002,2024-01-02,,2024-01-05,Build,To do,Jane,,,Website,,Acme\n"
        "1200000000000003,2024-01-02,2024-01-09,2024-01-05,Plan,To do,Jane,,,Shop,,Globex\n"
    )
    source, found = text(tmp_path / "asana.csv", content)
    assert found.documents.sort("name").select("name", "account_name", "state").rows() == [
        ("Shop", "Globex", "project_done"), ("Website", "Acme", "project_open"),
    ]  # fmt: skip
    assert found.records.select("record_id", "object").rows() == [("Acme", "project"), ("Globex", "project")]
    accounted(source, 3)


def test_jira_rows_wider_than_their_header(tmp_path: Path) -> None:
    content = (
        "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Created,Resolved,Labels,Labels\n"
        "A,ACME-1,1,Task,Done,ACME,Acme: Website,11/May/24 03:26 PM,12/May/24 03:26 PM,x,y,z\n"
        "B,ACME-2,2,Task,Done,ACME,Acme: Website,11/May/24 03:26 PM,12/May/24 03:26 PM,x,y,z,more\n"
        "C,GLOB-1,3,Task,Open,GLOB,Globex: Shop,13/May/24 03:26 PM,,,\n"
    )
    source, found = text(tmp_path / "jira.csv", content)
    got = found.documents.select("record_id", "name", "state", "dated_on").rows()
    assert got == [
        ("ACME", "Acme: Website", "project_done", datetime.date(2024, 5, 11)),
        ("GLOB", "Globex: Shop", "project_open", datetime.date(2024, 5, 13)),
    ]
    assert any("more cells" in warning for warning in source.warnings)
    accounted(source, 3)


def test_clickup_milliseconds_and_stray_blanks(tmp_path: Path) -> None:
    content = "Task ID, Task Name,Status,Date Created,Date Created Text,List Name,Folder Name,Space Name,Client\n1, Plan,Closed,1706659200000,x,Site,F,S,Acme\n"
    source, found = text(tmp_path / "tasks.csv", content)
    assert (source.system, found.documents["dated_on"].to_list()) == ("clickup", [datetime.date(2024, 1, 31)])


def test_dynamics_view_with_guids_in_braces(tmp_path: Path) -> None:
    content = "(Do Not Modify) Account,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Account Name,Main Phone,Address 1: City\n{A0B1C2D3-0000-4000-8000-00000000000A},x,45292.5,Acme,1,Boston\n"
    _, found = text(tmp_path / "Active Accounts 1-2-2024.csv", content)
    row = found.records.row(0, named=True)
    assert row["record_id"] == "a0b1c2d3-0000-4000-8000-00000000000a"
    assert row["updated_on"] == datetime.datetime(2024, 1, 1, 12)


def test_a_number_in_the_place_of_a_guid_keeps_its_letters(tmp_path: Path) -> None:
    content = "Account Number,Account Name,Main Phone,Address 1: Street 1,Address 1: City\nAC-1013,Acme,1,Main St 1,Boston\nAC-1014,Globex,2,Main St 2,Boston\n"
    source, found = text(tmp_path / "dynamics_accounts.csv", content)
    assert (source.system, found.records["record_id"].to_list()) == ("dynamics_365", ["AC-1013", "AC-1014"])


def test_dates_that_fit_both_orders_are_told_and_three_digits_behind_a_mark_are_thousands(
    tmp_path: Path,
) -> None:
    source, found = text(
        tmp_path / "list.csv",
        "Id;Company;Created;Balance\n1;Acme;03/04/2024;1.500\n2;Globex;05/06/2024;2.700\n",
    )
    assert found.records["created_on"].null_count() == 2
    assert found.records["balance_amount"].to_list() == [1500.0, 2700.0]
    assert found.records["balance"].to_list() == ["1.500", "2.700"]
    assert sum("sot.yaml" in warning for warning in source.warnings) == 2


def test_thousands_by_point_and_by_comma_in_one_column_stay_open(tmp_path: Path) -> None:
    _, found = text(tmp_path / "list.csv", "Id;Company;Balance\n1;Acme;1.500\n2;Globex;2,700\n3;Initech;12\n")
    assert found.records["balance_amount"].to_list() == [None, None, 12.0]


def test_of_mixed_marks_only_amounts_that_fit_both_are_left_out(tmp_path: Path) -> None:
    balances = ["1.500", "12.50", "7,25", "1.234,50", "2,000,000", "3"]
    rows = "".join(f"{number};Firm {number};{balance}\n" for number, balance in enumerate(balances))
    source, found = text(tmp_path / "list.csv", f"Id;Company;Balance\n{rows}")
    assert found.records["balance_amount"].to_list() == [None, 12.5, 7.25, 1234.5, 2_000_000.0, 3.0]
    assert any("mixed" in warning for warning in source.warnings)


def test_other_columns_of_the_file_settle_what_one_leaves_open(tmp_path: Path) -> None:
    content = "Id;Company;Created;Updated;Balance;Revenue\n1;Acme;03/04/2024;31/04/2024;1.500;1.234,50\n2;Globex;05/06/2024;25/06/2024;2.700;9,00\n"
    source, found = text(tmp_path / "list.csv", content)
    assert found.records["created_on"].to_list() == [
        datetime.datetime(2024, 4, 3),
        datetime.datetime(2024, 6, 5),
    ]
    assert found.records["balance_amount"].to_list() == [1500.0, 2700.0]
    assert source.locale == {"dates": "day-first", "decimal": "comma"}


def test_dates_and_amounts_that_come_again_are_read_as_if_alone(tmp_path: Path) -> None:
    days = ["2024-05-06", "2024-05-06T07:08:09Z", "31/12/2023 18:30", "no date", "", "2024-13-40"]
    money = ["1,500.00", "(20.00)", "no amount", "", "-7", "3.5"]
    rows = [f'{i},Firm {i},{day},"{amount}"' for i, (day, amount) in enumerate(zip(days, money, strict=True))]
    again = [
        f"{i + 10 * n},Firm {i},{row.split(',', 2)[2]}" for n in range(1, 9) for i, row in enumerate(rows)
    ]
    head = "Id,Company,Created,Balance"
    _, alone = text(tmp_path / "alone.csv", "\n".join([head, *rows]))
    _, often = text(tmp_path / "often.csv", "\n".join([head, *again]))
    read = ["name", "created_on", "balance_amount"]
    once = alone.records.select(read).sort("name")
    assert once["created_on"].count() == 3 and once["balance_amount"].count() == 4
    assert often.records.select(read).unique().sort("name").equals(once)


def test_ambiguous_dates_that_come_again_stay_open(tmp_path: Path) -> None:
    rows = "".join(f"{i},Firm {i},0{i % 3 + 1}/04/2024\n" for i in range(30))
    source, found = text(tmp_path / "list.csv", f"Id,Company,Created\n{rows}")
    assert found.records["created_on"].null_count() == 30
    assert any("day or month first" in warning for warning in source.warnings)


def test_damage_by_spreadsheets_is_told(tmp_path: Path) -> None:
    rows = "".join(
        f"{i},Firm {i},1.7E+10,{1000 + i if i < 5 else 20000 + i},4529{i % 10}\n" for i in range(1, 31)
    )
    source, _ = text(tmp_path / "list.csv", f"Id,Company,Phone {{work}},Zip,Created\n{rows}")
    told = " ".join(source.warnings)
    for word in ("'Phone {work}': 30 values", "'Zip': 4 postcodes", "'Created': 30 dates"):
        assert word in told
