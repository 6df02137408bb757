"""Steps of an engine are reported as they begin, and those that took long with their rows."""

from __future__ import annotations

import polars as pl
import pytest

from sot.engine import watched
from sot.engine.embedded import Embedded
from sot.engine.protocol import StepError


class Heard:
    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[tuple[str, int]] = []

    def step(self, name: str) -> None:
        self.begun.append(name)

    def stepped(self, name: str, rows: int, seconds: float) -> None:
        assert 0 <= seconds < 60
        self.ended.append((name, rows))


@pytest.mark.parametrize("long", [0.0, 60.0])
def test_steps_are_reported(monkeypatch: pytest.MonkeyPatch, long: float) -> None:
    monkeypatch.setattr(watched, "LONG", long)
    heard = Heard()
    engine = watched.Watched(Embedded(), heard)
    engine.give("few", pl.DataFrame({"a": [1, 2, 3]}))
    engine.sql("more", "select a from few where a > 1")
    engine.apply("twice", "select a from few", lambda rows: rows * 2, {"a": pl.Int64})
    with pytest.raises(StepError, match="step 'wrong' failed"):
        engine.sql("wrong", "select b from few")
    with pytest.raises(StepError, match="a query of 'nothing' failed"):
        engine.small("select b from nothing")
    engine.close()
    assert heard.begun == ["few", "more", "twice", "wrong"]
    assert heard.ended == ([] if long else [("few", 3), ("more", 2), ("twice", 3)])
