"""The desk where merchants' requests wait for each other: those that came while the database wrote go in together.

A read is also a write (the journal's line), and a write waits for the disk. So one thread serves all who wait in one
transaction, and while it does, the next ones gather. The event loop never waits for the database.
"""

import asyncio

from mesinfos.consent.counter import Ask, Page, pages
from mesinfos.vault.instance import Instance

TOGETHER = 32
"""Requests served in one transaction."""

Waiting = tuple[Ask, "asyncio.Future[Page]"]


class Desk:
    """Serves one instance within one event loop."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._waiting: list[Waiting] = []
        self._server: asyncio.Task[None] | None = None

    async def ask(self, ask: Ask) -> Page:
        """The answer to one request; raises NoGrant, or what the store raises."""
        answer: asyncio.Future[Page] = asyncio.get_running_loop().create_future()
        self._waiting.append((ask, answer))
        if self._server is None:
            self._server = asyncio.create_task(self._serve())
        return await answer

    async def _serve(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._answer(batch)
        finally:
            self._server = None

    async def _answer(self, batch: list[Waiting]) -> None:
        try:
            found: list[Page | Exception] = [*await asyncio.to_thread(pages, self._instance, [ask for ask, _ in batch])]
        except Exception as problem:  # noqa: BLE001  whatever it was, each who waits must hear of it, not the desk
            found = [problem] * len(batch)
        for (_, answer), one in zip(batch, found, strict=True):
            if answer.cancelled():
                continue
            if isinstance(one, Exception):
                answer.set_exception(one)
            else:
                answer.set_result(one)
