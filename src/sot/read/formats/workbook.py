"""Workbooks: the tables on the sheets of XLSX, XLS, XLSB and ODS files, every cell as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import fastexcel
import polars as pl

from sot.errors import InputError
from sot.model.counts import counted
from sot.read.formats.grid import Grid, cell_grid
from sot.read.formats.padded_cells import restore
from sot.read.formats.xlsx_cells import SheetCells, read_cells
from sot.read.formats.xlsx_package import Extent, SheetPart, XlsxPackage

_NOT_OPENED = "this workbook can't be opened; save it again as .xlsx, without a password"
_NO_SHEETS = "this workbook lists no sheet of cells; save it again as .xlsx"
_SHOWN_ERRORS = 3


def read_workbook(data: bytes, only: str | None = None) -> Iterator[Grid]:
    """Give a grid for every visible sheet that holds something; `only` names the one sheet that is wanted."""
    package = XlsxPackage.open(data)
    book = _open(data)
    if book is None and (package is None or not package.sheets):
        raise InputError(_NOT_OPENED)
    listed = package.sheets if package is not None else [SheetPart(name, None) for name in _names(book)]
    if not listed:
        raise InputError(_NO_SHEETS)
    sheets = [sheet for sheet in listed if only is None or sheet.name == only]
    if not sheets:
        raise InputError(
            f"there is no sheet '{only}'; its sheets are {', '.join(sheet.name for sheet in listed)}"
        )
    failed: list[str] = []
    grids = []
    for sheet in sheets:
        if only is None and not sheet.visible:
            continue
        try:
            grid = _grid(data, book, package, sheet, only is not None)
        except InputError as error:
            failed.append(f"sheet '{sheet.name}' can't be read: {error.message}")
            continue
        grids += [grid] if grid is not None else []
    if failed and not grids:
        raise InputError("; ".join(failed))
    for number, grid in enumerate(grids):
        yield replace(grid, warnings=(*failed, *grid.warnings)) if number == 0 else grid


def _open(data: bytes) -> fastexcel.ExcelReader | None:
    try:
        return fastexcel.read_excel(data)
    except BaseException as error:
        _pass_on(error)
        return None


def _pass_on(error: BaseException) -> None:
    """Raise again what is no fault of the file; the fast reader's own errors and panics have no common base class."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise error


def _names(book: fastexcel.ExcelReader | None) -> list[str]:
    return book.sheet_names if book is not None else []


def _grid(
    data: bytes,
    book: fastexcel.ExcelReader | None,
    package: XlsxPackage | None,
    sheet: SheetPart,
    hidden: bool,
) -> Grid | None:
    """Give the grid of a sheet, None where it is empty; read carefully where the fast reader fails."""
    if package is None:
        cells = _fast(data, book, None, sheet, hidden)
        if cells is None:
            raise InputError("it is damaged; save the workbook again as .xlsx")
        return cell_grid(cells, sheet.name) if cells.height and cells.width else None
    if sheet.path is None:
        raise InputError("the workbook lists it, but its part is missing")
    extent = package.extent(sheet)
    warnings = _errors(extent)
    fast = None if extent.sparse else _fast(data, book, package, sheet, hidden)
    if fast is not None:
        grid = cell_grid(fast, sheet.name) if fast.height and fast.width else None
    else:
        careful = read_cells(package, sheet)
        grid = _careful_grid(careful, sheet.name) if careful.cells.width else None
        warnings += careful.warnings
        if grid is None and careful.warnings:
            raise InputError("; ".join(careful.warnings))
    return replace(grid, warnings=(*warnings, *grid.warnings)) if grid is not None else None


def _fast(
    data: bytes,
    book: fastexcel.ExcelReader | None,
    package: XlsxPackage | None,
    sheet: SheetPart,
    hidden: bool,
) -> pl.DataFrame | None:
    """Read a sheet with the fast reader; None where it fails."""
    try:
        loaded = book.load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="string") if book else None
        if loaded is None:
            return None
        if loaded.width == 0 or (not hidden and loaded.visible != "visible"):
            return pl.DataFrame()
        return restore(loaded.to_polars(), data, package, sheet)
    except BaseException as error:
        _pass_on(error)
        return None


def _careful_grid(careful: SheetCells, name: str) -> Grid:
    return cell_grid(careful.cells, name, rows=careful.rows)


def _errors(extent: Extent) -> tuple[str, ...]:
    """Say how many cells contain an error of the spreadsheet in place of a value."""
    if not extent.errors:
        return ()
    shown = ", ".join(name for name, _ in sorted(extent.errors.items())[:_SHOWN_ERRORS])
    verb = "contain an error" if extent.errors.total() > 1 else "contains an error"
    return (f"{counted(extent.errors.total(), 'cell')} {verb} of the spreadsheet ({shown}); read as empty",)
