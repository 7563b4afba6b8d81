"""`mesinfos serve` and `mesinfos worker`: the processes that stay."""

import errno
import signal
import socket
import sys
import threading
from typing import Annotated

import typer
import uvicorn

from mesinfos.cli import show
from mesinfos.cli.frame import tell
from mesinfos.cli.house import instance, started
from mesinfos.errors import N_, InvalidInput
from mesinfos.jobs import Jobs
from mesinfos.logs import get_logger
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from web.app import create_app

app = typer.Typer()
log = get_logger("mesinfos.cli")


@app.command("serve", help=N_("Serves the dashboard and the API, and runs the jobs, in one process."))
def _serve(
    host: Annotated[str, typer.Option(help=N_("The address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help=N_("The port to listen on."))] = 8000,
) -> None:
    settings = started(quiet=False)
    listening = _listen(host, port)  # first: a port that is taken must be told before anything starts
    house = open_instance(settings)
    site = create_app(house, Jobs(house), own=True)
    server = uvicorn.Server(
        uvicorn.Config(
            site,
            loop="uvloop",
            http="httptools",
            ws="none",
            log_config=None,  # uvicorn speaks through our redaction
            access_log=False,  # addresses of pages name merchants and what was searched for
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=5,
        )
    )
    is_default = settings.base_url == Settings.model_fields["base_url"].default
    address = f"http://{host}:{port}" if is_default else settings.base_url
    show.line(tell(N_("MesInfos is at {address} — stop it with Ctrl+C."), address=address))
    sys.stdout.flush()
    for name in (signal.SIGTERM, signal.SIGINT):  # uvicorn ends by them, then raises them once more for whoever waits
        signal.signal(name, lambda *_: None)
    server.run(sockets=[listening])
    if not server.started:
        raise typer.Exit(1)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            sentence, advice = N_("Port {port} is taken already."), N_("Choose another one with --port.")
        elif problem.errno in {errno.EACCES, errno.EPERM}:
            sentence, advice = N_("Port {port} is not for everybody."), N_("Choose one above 1023 with --port.")
        else:
            sentence, advice = N_("{host} is no address of this machine."), N_("Choose another one with --host.")
        raise InvalidInput(sentence, next_step=advice, host=host, port=port) from None


@app.command("worker", help=N_("Runs the jobs only: for several machines on one PostgreSQL."))
def _worker() -> None:
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    with instance(quiet=False) as house:
        jobs = Jobs(house)
        jobs.start()
        log.info("worker started")
        ended.wait()
        jobs.stop()
