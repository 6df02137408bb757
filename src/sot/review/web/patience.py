"""Connections that say nothing, or never end what they say, are closed: they would keep places from reviewers."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 20.0
"""So long a client may take for the whole of a request; a form is a few hundred bytes."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with a limit of time from a connection or first byte to the end of a request."""

    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(cast(Any, transport))
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request; nothing is waited for any more once it is whole."""
        self._wait()
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing from a client that is gone."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._limit is None:
            self._limit = self.loop.call_later(SECONDS, self._give_up)

    def _wait_no_more(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _give_up(self) -> None:
        """Close the connection; what it was in the midst of gets to know that its client is gone."""
        self.transport.abort()
