"""How a share is written for people, everywhere in the same way: 97 %, 96.8 %."""

from __future__ import annotations


def percent(share: float, digits: int = 1) -> str:
    """Give a share in percent with so many decimals at most: neither 0 % for a few nor 100 % for not quite all."""
    least = 10**-digits
    if 0 < share * 100 < least / 2:
        return f"< {least:g} %"
    shown = round(share * 100, digits)
    return f"{min(shown, 100 - least) if share < 1 else shown:.{digits}f}".removesuffix(".0") + " %"
