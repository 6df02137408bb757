"""The project file `sot.yaml`: what a person has said of their exports, their company and how bold to be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, Field, field_validator, model_validator

from sot.model.tables import ACCOUNT_FIELDS, DOCUMENT_FIELDS
from sot.rules.error_text import did_you_mean
from sot.rules.loader import RuleModel, load

DepartmentName = Literal["crm", "finance", "project", "bi", "unknown"]
ObjectName = Literal["account", "contact", "deal", "project", "invoice", "payment", "bi_table"]
CANONICAL = frozenset(ACCOUNT_FIELDS) | frozenset(DOCUMENT_FIELDS)


def _canonical(name: str) -> str:
    if name not in CANONICAL:
        known = ", ".join(sorted(CANONICAL))
        raise ValueError(f"is not a field of sot{did_you_mean(name, sorted(CANONICAL))}; fields are {known}")
    return name


FieldName = Annotated[str, AfterValidator(_canonical)]
"""A canonical field of an account or a document."""


class SourceSettings(RuleModel):
    """What the person says of the files that match one path pattern; it overrules what is worked out."""

    system: str | None = Field(
        default=None, description="Short lower-case name of the system the file comes from"
    )
    department: DepartmentName | None = None
    object: ObjectName | None = Field(default=None, description="What one row represents")
    sheet: str | None = Field(default=None, description="Only this sheet of a workbook")
    encoding: str | None = Field(default=None, description="For example windows-1252")
    delimiter: str | None = Field(default=None, description="One character, or TAB")
    header_row: int | None = Field(default=None, ge=1, description="Row of the column names, counted from 1")
    record_id: str | None = Field(default=None, description="The column with the record's id")
    fields: dict[FieldName, str] = Field(default={}, description="Field of sot: column of the file")
    dates: Literal["day-first", "month-first", "year-first"] | None = None
    decimal: Literal["point", "comma"] | None = None
    ignore: bool = Field(default=False, description="Leave these files alone")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            if value is not None:
                b"a".decode(value, "replace")
        except LookupError as error:
            raise ValueError("must be an encoding, such as utf-8 or windows-1252") from error
        return value

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str | None) -> str | None:
        if value is not None and value.upper() == "TAB":
            return "\t"
        if value is not None and len(value) != 1:
            raise ValueError("a delimiter is one character, or TAB")
        return value


class SystemSettings(RuleModel):
    """What the person says of one system, whatever files it comes in."""

    department: DepartmentName | None = None
    customer_in_project_name: str | None = Field(
        None,
        description="Such as '<customer> - <project>': how project names contain the customer; or no",
    )

    @field_validator("customer_in_project_name")
    @classmethod
    def _pattern(cls, value: str | None) -> str | None:
        free = value is None or value in ("no", "<customer>")
        if not free and not all(part in str(value) for part in ("<customer>", "<project>")):
            raise ValueError(
                "write <customer> and <project>, such as '<customer> - <project>', <customer> alone, or no"
            )
        return value


class CompanySettings(RuleModel):
    """The company whose customers these are."""

    name: str | None = Field(default=None, description="The company's name, for the head of the report")
    currency: str | None = Field(default=None, description="ISO code of the currency for comparing amounts")
    rates: dict[str, float] = Field(
        default={}, description="For each ISO code: the value of one unit in the company's currency"
    )
    yearly_revenue: float | None = Field(default=None, ge=0)
    core_systems: tuple[str, ...] = Field(default=(), description="Systems in which every customer should be")

    @field_validator("currency")
    @classmethod
    def _three_letters(cls, value: str | None) -> str | None:
        if value is not None and not (len(value) == 3 and value.isascii() and value.isalpha()):
            raise ValueError("must be an ISO code of three letters, such as EUR")
        return value.upper() if value else None

    @field_validator("rates")
    @classmethod
    def _codes_and_rates(cls, value: dict[str, float]) -> dict[str, float]:
        for code, rate in value.items():
            if not (len(code) == 3 and code.isascii() and code.isalpha()):
                raise ValueError(f"'{code}' is not an ISO code of three letters, such as EUR")
            if not 0 < rate < 1e9:
                raise ValueError(f"the rate of {code} must be more than 0: what one {code} is worth")
        return {code.upper(): rate for code, rate in value.items()}

    @model_validator(mode="after")
    def _rates_of_a_currency(self) -> CompanySettings:
        if self.rates and self.currency is None:
            raise ValueError("rates need a currency: company.currency, in which the rates are given")
        return self


class OutputSettings(RuleModel):
    """How outputs are written."""

    formulas: Literal["keep", "text"] = Field(
        default="keep",
        description="keep: CSV values as delivered; text: an apostrophe before text that a spreadsheet would run",
    )
    info_conflicts: int = Field(
        default=100_000,
        ge=0,
        le=1_000_000_000,
        description="Most conflicts of severity info in conflicts.csv; if there are more, they are only in tables/",
    )
    workbook_records: int = Field(
        default=1_000_000,
        ge=0,
        le=1_000_000_000,
        description="Most records for which workbook.xlsx is written; the CSV files hold the same rows at any size",
    )


class EngineSettings(RuleModel):
    """What runs the joins of matching and clustering."""

    name: Literal["embedded", "spark"] = Field(
        default="embedded", description="embedded: DuckDB in the process; spark: a Spark Connect server"
    )
    remote: str | None = Field(
        default=None, description="For spark: sc://HOST:PORT, or local for Sail next to the command"
    )
    partitions: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="For spark: number of parts that tables are split into; else one for each 15,000 records",
    )
    pieces: int = Field(
        default=1, ge=1, le=10_000, description="For embedded: number of pieces that tables are split into"
    )
    work: str | None = Field(
        default=None, description="Folder or address for the tables of the steps; all workers must reach it"
    )

    results: str | None = Field(
        default=None,
        description="For spark: folder or address where it writes the tables of a finished run as Parquet",
    )

    @model_validator(mode="after")
    def _fits(self) -> EngineSettings:
        given = self.model_fields_set
        if self.name == "spark" and not self.remote:
            raise ValueError("spark needs remote: sc://HOST:PORT, or local")
        if self.remote not in (None, "local") and not str(self.remote).startswith("sc://"):
            raise ValueError("remote must be sc://HOST:PORT, or local")
        if self.name == "spark" and self.remote != "local" and not self.work:
            raise ValueError(
                "a remote server needs work: a folder or address that all workers and it can reach"
            )
        spark = ("remote", "partitions", "results")
        for key, owner in (*((key, "spark") for key in spark), ("pieces", "embedded")):
            if key in given and owner != self.name:
                raise ValueError(f"{key} is a key of the engine {owner}, and this one is {self.name}")
        return self

    @property
    def whole(self) -> bool:
        """Whether all is done in the memory of the process, without steps of an engine."""
        return self.name == "embedded" and self.pieces == 1 and self.work is None


class Settings(RuleModel):
    """Everything in `sot.yaml`; every key has a default, so that no project file is needed."""

    governance: str = Field(
        default="balanced", description="Name of a file in rules/governance/, without .yaml"
    )
    policy: Literal["balanced", "cautious", "eager"] = Field(
        default="balanced", description="cautious joins no doubtful link, eager asks less"
    )
    company: CompanySettings = CompanySettings()
    outputs: OutputSettings = OutputSettings()
    engine: EngineSettings = EngineSettings()
    sources: dict[str, SourceSettings] = Field(
        default={}, description="For each path or path pattern (* and ?): its contents"
    )
    systems: dict[str, SystemSettings] = Field(
        default={}, description="For each system: settings for all of its files"
    )
    gates: dict[str, str] = Field(default={}, description="Gate: threshold, in place of rules/quality/")


class HasFile(Protocol):
    """A project, as far as its settings go."""

    @property
    def file(self) -> Path | None:
        """The project file, if there is one."""


def load_settings(project: HasFile) -> Settings:
    """Read the project's `sot.yaml`; without one, everything is at its default."""
    return load(project.file, Settings) if project.file else Settings()
