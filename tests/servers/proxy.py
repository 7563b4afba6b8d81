"""A TCP proxy that cuts connections where a test says: at a byte of what the server sends, politely or not.

with Proxy("127.0.0.1", server.port, cuts=[1200, 5000]) as proxy:
    ...                     # the first connection ends after 1,200 bytes, the second after 5,000, the third lives
"""

import asyncio
from collections.abc import Sequence
from threading import Event, Thread
from typing import Self

PIECE = 4096


class Proxy:
    """Listens on `host`, `port`; `received` counts the server's bytes, `connections` how often somebody dialled."""

    host = "127.0.0.1"

    def __init__(self, host: str, port: int, cuts: Sequence[int] = ()) -> None:
        self._target = (host, port)
        self._cuts = list(cuts)
        self._ready, self._stop = Event(), asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._relays: list[asyncio.Task[None]] = []
        self.port = self.connections = self.received = 0
        self.sent = bytearray()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, self.host, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for relay in self._relays:
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._relays.append(asyncio.create_task(self._relay(reader, writer)))

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        left = self._cuts.pop(0) if self._cuts else None
        there, back = await asyncio.open_connection(*self._target)
        upstream = asyncio.create_task(self._forward(reader, back))
        try:
            await self._return(there, writer, left)
        except ConnectionError:
            pass
        finally:
            upstream.cancel()
            for each in (writer, back):
                each.transport.abort()  # torn, not closed: what is under way is lost

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(PIECE):
            self.sent += data
            writer.write(data)
            await writer.drain()

    async def _return(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int | None) -> None:
        while data := await reader.read(PIECE if left is None else max(min(PIECE, left), 1)):
            if left is not None:
                data = data[:left]
                left -= len(data)
            self.received += len(data)
            writer.write(data)
            await writer.drain()
            if left == 0:
                await asyncio.sleep(0.01)  # let the last bytes arrive before the tear
                return
