"""A real server on a real port for tests, and a client that behaves as a browser does."""

import re
import threading
import time
from types import TracebackType
from typing import Self

import httpx
import uvicorn

from mesinfos.jobs import Jobs
from mesinfos.vault.instance import Instance
from tests.servers.dovecot import free_port
from web.app import create_app


class Served:
    """The web application of an instance, on 127.0.0.1, in a thread of this process."""

    def __init__(self, instance: Instance, jobs: Jobs | None = None, *, own: bool = False, port: int = 0) -> None:
        self.instance = instance
        self.jobs = jobs or Jobs(instance)
        self.app = create_app(instance, self.jobs, own=own)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(self.app, port=self.port, log_config=None, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(20)

    def browser(self) -> "Browser":
        """A new browser, with nothing in its pockets."""
        return Browser(self.url)


class Browser(httpx.Client):
    """Keeps cookies, follows redirects, and says where a request comes from, as browsers do."""

    def __init__(self, url: str, **more: object) -> None:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        super().__init__(base_url=url, follow_redirects=True, headers=headers, timeout=60, trust_env=False, **more)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self  # it may have been used already, which httpx does not foresee

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, vault_id: str, secret: str) -> httpx.Response:
        """Open a vault at the door."""
        return self.post("/unlock", data={"who": vault_id, "secret": secret})


def heading(answer: httpx.Response) -> str:
    """The page's one h1, without tags."""
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert len(found) == 1, f"{len(found)} h1 on {answer.url}"
    return re.sub(r"<[^>]+>", "", found[0]).strip()
