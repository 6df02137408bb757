"""How values look that a spreadsheet or a wrong decoding has damaged; for whoever has to find them."""

from __future__ import annotations

EXPONENT = r"^\d(?:[.,]\d+)?[Ee]\+?\d{2,}$"
"""A number of which only the first digits are left: 1.21E+15."""

POINT_ZERO = r"^\d+\.0$"
"""An id that was taken for a number."""

DAY_NUMBER = r"^[3-5]\d{4}$"
"""A date as a spreadsheet counts days, of the years 1982 to 2064."""

ROUNDED = r"^\d{12,}0{3,}$"
"""A number of more than 15 digits as a spreadsheet leaves it."""
