"""Files of cases that are a bare list."""

from __future__ import annotations

from typing import TypeVar

from pydantic import RootModel

from sot.rules import Rulebook
from sot.rules.loader import RuleModel

Case = TypeVar("Case", bound=RuleModel)


def listed(name: str, rules: Rulebook, model: type[Case]) -> tuple[Case, ...]:
    """Read a file that is a bare list of cases."""
    model_of_file: type[RootModel[tuple[Case, ...]]] = RootModel[tuple[model, ...]]  # type: ignore[valid-type]
    return rules.get(name, model_of_file).root
