"""An IMAP server for the sample household: pymap's in-memory one, on loopback and a free port, in a thread.

It is a real server spoken to over a real socket, so the demo goes through the same connector as any mailbox.
"""

import asyncio
import threading
from argparse import Namespace
from collections.abc import Iterable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any, Self

from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata

HOST = "127.0.0.1"
START_SECONDS = 30


class MailServer:
    """`with MailServer(user, password, mails) as server:` listens on `server.port` until the block ends.

    `mails` maps a folder to its messages with the date each was received.
    """

    def __init__(self, user: str, password: str, mails: dict[str, Iterable[tuple[datetime, bytes]]]) -> None:
        self.port = 0
        self._user, self._password, self._mails = user, password, mails
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._done = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="demo-imap", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(START_SECONDS) or self._failure is not None:
            raise RuntimeError("the sample mail server did not start") from self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(START_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as problem:  # noqa: BLE001  it belongs to the thread that waits for us
            self._failure = problem
            self._ready.set()
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        config = _config(self._user, self._password)
        config.apply_context()
        login = Login(config)
        hashed = await Passwords(config).hash_password(self._password)
        await login.demo_user_identity.set(UserMetadata(config, self._user, password=hashed))
        config.set_cache[self._user] = (await _mailboxes(self._mails), FilterSet())
        backend = DictBackend(login, config)
        answer = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(backend.login, config))
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            server = await stack.enter_async_context(await asyncio.start_server(answer, HOST, 0))
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._done.wait()
            await self._hang_up(server)

    async def _hang_up(self, server: asyncio.Server) -> None:
        server.close()
        mine = asyncio.current_task()
        open_ones = [task for task in asyncio.all_tasks() if task is not mine]
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)


def _config(user: str, password: str) -> Any:
    # TLS would need a certificate nobody trusts; the connector allows plain text on loopback only.
    return Config(
        Namespace(inherited_sockets=None, passlib_cfg=None, proxy_protocol=None),
        demo_data=False,
        demo_user=user,
        demo_password=password,
        host=HOST,
        port=0,
        tls_enabled=False,
        secure_auth=False,
        reject_dnsbl=False,
    )


async def _mailboxes(mails: dict[str, Iterable[tuple[datetime, bytes]]]) -> Any:
    boxes = MailboxSet()
    for folder, letters in mails.items():
        if folder != "INBOX":
            await boxes.add_mailbox(folder)
        box = await boxes.get_mailbox(folder)
        for received, raw in letters:
            await box.append(AppendMessage(raw, received, frozenset()))
    return boxes
