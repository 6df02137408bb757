"""The runs and the targets of all tests of publishing."""

from __future__ import annotations

import pytest

from tests.publish.runs import Runs, make_runs
from tests.publish.targets import place as place
from tests.shared import shared


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Make the three runs."""
    return Runs(shared(tmp_path_factory, "publish", make_runs))
