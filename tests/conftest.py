"""What holds for all tests: no id and no outcome depends on the time, the machine, its load or the order."""

from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("sot", deadline=None, derandomize=True)
settings.load_profile("sot")


def pytest_make_parametrize_id(config: pytest.Config, val: Any, argname: str) -> str | None:
    """Give bytes a short id: an id made of the bytes themselves may hold a time, and two workers would disagree."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None
