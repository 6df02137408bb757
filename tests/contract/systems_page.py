"""docs/systems.md, generated from rules/systems/. `python -m tests.contract.systems_page` updates it."""

# ruff: noqa: E501  (lines of a page)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sot.model.shares import percent
from sot.rules import Rulebook
from sot.rules.systems import Shape, SystemRules, system_rules, unknown_rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "systems.md"

HEAD = """\
# Systems

Generated from `rules/systems/`; do not edit. That folder has one file for each system: the headers of its tables, the
meaning of their columns, rows without data, the form of ids and dates, and the import format for corrections. To add a
system, put a new file into `rules/systems/` of your project; `sot inspect` shows how it reads an export.

`sot` reads CSV and other delimited text in any usual encoding (also in .gz and .zip), XLSX, XLS, XLSB, ODS, Parquet, JSON
lines, IIF, SQLite and DuckDB files, and PostgreSQL: `crm=postgresql://user@host/database#schema.table`, or a query
after the `#` (`pip install 'sot-dedupe[postgres]'`). A folder means all exports in it. A folder that is one table is read as that: Parquet parts as Spark
writes them, and Delta and Iceberg tables as they are now (`pip install 'sot-dedupe[lake]'`). Tables of a catalogue and at addresses
(`table://…`, `s3a://…`) are read by an [engine](spark.md#exports-that-the-engine-reads).

The column *evidence* gives the source of the description: **O** the maker's documentation or source code, **R** real exports of at
least two independent origins, **S** a single source, **U** unverified. `rules/cases/systems_headers.yaml` holds the
header rows that every build is tested with.

| system | department | tables | evidence | ids | ambiguous dates |
|---|---|---|---|---|---|
"""

EMPTY_CELLS = {
    "ignored": "Empty cells change nothing.",
    "clears": "Empty cells clear the field.",
    "unknown": "It is not known what empty cells do.",
}
"""What an import does with empty cells, by `blank_means`."""

UNKNOWN = """
## Systems that are not listed

A header without a rule is mapped by its words (English, German, French, Spanish, Italian, Dutch, Portuguese, and
the commonest of Scandinavian, Finnish, Polish, Czech, Turkish, Russian, Greek, Japanese, Chinese, Korean and other
exports) and checked against its cells. A column with a confidence below
{gate} stays unmapped, and `sot inspect` shows this. Correct errors with `SYSTEM=PATH` or in `sot.yaml`
(`sot init` writes a first one). The words are in `rules/systems/unknown.yaml`, seventy worked examples in
`rules/cases/systems_unknown.yaml`.

- **Id.** A column is the id by its name, and only if its cells are different in each row; without an id, the name is the
  key. A column that is named after the customer alone (`Debitor`, `Cliente`, `Konto`) is the id where it holds codes
  and another column holds the name. A column that only counts the rows is used only if there is no other id.
- **Name.** The company, not the contact person. In a row without a company, first and last name are the name. A list of
  persons with a column for their company is a list of contacts: its customers are the companies.
- **Contents alone** identify e-mail and web addresses, phones, addresses in one cell, and tax ids (by their check
  digits). They never identify an id.
- **Postcode and town in one cell** (`80331 München`, `Boston, MA 02134`) are split, also under a header that names
  only the town. Cells that do not fit stay whole. `Address 1`, `Address 2` … are joined, and so are `Name 1`, `Name 2` …
- **Documents.** A table is read as deals, projects, invoices or payments if at least two headers or the file name indicate it.
- **Ids of other systems.** A column of an account list that holds the ids of another system is its external id: by its name (NetSuite
  Id, ERP Kundennummer), or by its values where most of them are ids there and lead to customers with a word of the name in
  common. Matching uses it.
- **System.** A system that no rule recognises is named after its file, without a date, a counter at the end or a copy mark, because
  these change with every export. Files whose ids belong to other companies keep their whole names.
- **Department.** finance, crm or project if the headers (at least two more than for any other) or the file name indicate
  it, otherwise unknown.
- **Customers of projects** without a customer column are searched in the project's name ("Acme – Website") and in columns
  whose values are customers of another system (a board, a space, a list). `sot inspect` shows the result, with the line for
  `sot.yaml` that confirms or rejects it.

The contents of a file decide how it is read, not its name: text, HTML pages, MHTML and the XML of Excel 2003 that systems write
as `.xls`, workbooks and archives named `.csv`. If name and contents differ, there is a note. In other XML, repeated elements are
the rows; electronic invoices (UBL, CII, FatturaPA, KSeF and others with a seller and a buyer) are one row each, and those of a folder
are one table. Invoices that others sent to the company itself are left out. Statements of banks (CAMT, OFX, QIF,
MT940) are payments. An address book of vCards (`.vcf`) is a list of contacts.

Dates may count the years of Japanese eras (令和7年, R7), of the Republic (Taiwan, 114/03/05) or of the Buddhist calendar (2568). Amounts
may be short (45k, 1.2m, 3 Mio. €). Windows-1254 and Windows-1250 are distinguished from Windows-1252 by the few letters in which they differ.

These are skipped and counted: lists of goods (two headers such as SKU and list price, and no word for customers), persons who belong to a company
of the same list (by a column of kinds, or of yes and no such as *Is organisation*), opening and closing balances of statements, sheets
of a few notes next to sheets with tables. A row with a single text above a group of rows names the customer of that group.

A number that a workbook shows with leading zeros is read with them (a ZIP shown as 02134, a telephone number shown as
01 42 60 30 30), in `.xlsx`, `.xlsb`, `.xls` and `.ods`. NUL characters are removed, and their lines are reported.

A workbook is read as far as possible. A wrong dimension, a missing part, or a stray cell in the last row or column
changes nothing. Cells with an error of the spreadsheet (`#REF!`, `#SPILL!`, `Err:502`) are read as empty, and their
number is a warning. A sheet that can't be read is a warning too; the other sheets are read.

Text that was encoded twice ("MÃ¼ller") is decoded once more if every accented line of the file is written so. HTML escapes are
undone if the table has no bare `&`. Otherwise the system itself contains such texts: records keep them, and only golden values are
corrected (normaliser `repaired`). Cells with `NULL` or `\\N` are empty. Each of these is a warning.

JSON is read in the forms of APIs: a list of objects, one object per line, or a list inside an object. Nested values are
columns with dotted names (`address.city`, `emails.1.value`). Printed lists are read too: columns between bars (SAP), under
dashes (SQL clients), or of fixed width.

A cell that holds a whole address ("500 Pine St, Seattle, WA 98107 US", "12 rue X 69002 Lyon") is split into street, town,
region, postcode and country if at least half of the column can be split; the rules are in `rules/naming/address_lines.yaml`. If a
cell can't be split, all of it is the street.

Any number of lines (titles, filters, notes) may precede the header. These rows are skipped and counted: a repeated header where
files were joined, a second row of column names, and the rows in which a template explains its columns. A row with only one filled
cell is a reject, with a warning, if the list gives every row an id or the cell reads like a note ("Status: All").
"""


def page() -> str:
    """Give the whole page."""
    rules = Rulebook()
    systems = system_rules(rules)
    rows = "".join(map(_row, systems))
    return (
        HEAD
        + rows
        + "".join(_section(system) for system in systems)
        + UNKNOWN.format(gate=percent(unknown_rules(rules).gate, 0))
    )


def _row(system: SystemRules) -> str:
    tables = ", ".join(name for name in system.objects if name != "other") or "any"
    form = system.ids.kind + (f", {system.ids.pad} digits" if system.ids.pad else "")
    return (
        f"| [{system.title}](#{system.system}) | {system.department} | {tables} | {system.evidence} | {form} "
        f"| {system.dates or 'reported, not guessed'} |\n"
    )


def _section(system: SystemRules) -> str:
    lines = [f'\n<a id="{system.system}"></a>\n## {system.title} (`{system.system}`)\n\n{system.about}\n']
    shapes = [(name, shape) for name, of_name in system.objects.items() for shape in of_name]
    if shapes:
        lines.append("\n| object | table | id | fields |\n|---|---|---|---|\n")
        lines += [line for name, shape in shapes for line in _shape(name, shape)]
    if system.write_back:
        back = system.write_back
        lines.append(
            f"\nCorrections: {back.format} with the key `{back.key}`. {EMPTY_CELLS[back.blank_means]} Merge: {back.merge}\n"
        )
    return "".join(lines)


def _shape(name: str, shape: Shape) -> Iterator[str]:
    if shape.left_out:
        yield f"| {'–' if name == 'other' else name} | {shape.variant} | – | left out: {shape.left_out} |\n"
        return
    key = shape.record_id[0] if shape.record_id else ", ".join(shape.one_per) or "the name"
    yield f"| {name} | {shape.variant} | {key} | {', '.join(sorted(shape.fields))} |\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
