"""One trusted customer list out of the account exports of a company's systems."""

__version__ = "0.2.0"
