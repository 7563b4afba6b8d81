"""A small web server of a merchant, on loopback: answers what it is told to, and writes down who asked.

with WebServer({"/client.json": (200, {"Content-Type": "application/json"}, b"{}")}) as server:
    ...                                  # server.url, server.port, server.requests
"""

import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple, Self

Answer = tuple[int, dict[str, str], bytes]


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class WebServer:
    """Serves `pages`, a mapping that a test may change while it runs; anything else is 404."""

    def __init__(self, pages: dict[str, Answer] | None = None, certificate: tuple[Path, Path] | None = None) -> None:
        self.pages = dict(pages or {})
        self.requests: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.port}"
        self.host = f"127.0.0.1:{self.port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(server):  # noqa: N805  the handler's own self is another one
        class Handler(BaseHTTPRequestHandler):
            def _answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.requests.append(Asked(self.command, self.path, dict(self.headers), body))
                status, headers, content = server.pages.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _answer  # noqa: N815  the standard library's names

            def log_message(self, *_):
                """Say nothing."""

        return Handler
