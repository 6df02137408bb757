"""Names where a system knows its customers by nothing else: no two of them are alike."""

from __future__ import annotations


def only_names(names: list[str]) -> list[str]:
    """Give the names with a number behind those that another row has already, whichever customer that is."""
    seen: set[str] = set()
    numbered = []
    for name in names:
        plain = " ".join(name.replace(":", " ").split())
        number, only = 1, plain
        while only.lower() in seen:
            number += 1
            only = f"{plain} {number}"
        seen.add(only.lower())
        numbered.append(only)
    return numbered


def names_of_clients(names: list[str], entities: list[int]) -> list[str]:
    """Give the names with a number behind those that stand for another customer already."""
    whose: dict[str, int] = {}
    numbered = []
    for name, entity in zip(names, entities, strict=True):
        plain = " ".join(name.split())
        number, only = 1, plain
        while whose.setdefault(only.lower(), entity) != entity:
            number += 1
            only = f"{plain} {number}"
        numbered.append(only)
    return numbered
