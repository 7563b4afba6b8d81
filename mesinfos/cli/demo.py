"""`mesinfos demo`: a sample household, read from a real mail server, ready to open."""

from typing import Annotated

import msgspec
import typer
import uvicorn
from rich.console import Console

from mesinfos.cli.frame import language, tell
from mesinfos.demo.run import PASSPHRASE, PERSON, free_port, open_home
from mesinfos.demo.server import HOST
from mesinfos.errors import N_
from mesinfos.jobs import Jobs
from mesinfos.sync import Progress
from web.app import create_app

app = typer.Typer()


@app.command(help=N_("A sample household, read from a mail server of its own, ready to open."))
def demo(
    *,
    check: Annotated[bool, typer.Option("--check", help=N_("Count what was recognised, print it, and end."))] = False,
    port: Annotated[int, typer.Option(help=N_("Port of the pages."), min=0, max=65535)] = 8000,
) -> int:
    """Serve the household until interrupted, or only check it; 1 when the counts are not as the story tells."""
    console = Console(stderr=True)
    with console.status(tell(N_("A household moves in…"))) as status:

        def show(progress: Progress) -> None:
            status.update(tell(N_("Reading its mail: {seen}…"), seen=progress.seen))

        with open_home(free_port(port), show, language()) as home:
            status.stop()
            if check:
                print(msgspec.json.encode(home.counts | {"seconds": home.seconds}).decode())  # noqa: T201  the answer
                return 0 if home.as_told else 1
            _welcome(home.url, home.counts)
            site = create_app(home.instance, Jobs(home.instance), own=True)
            uvicorn.run(site, host=HOST, port=int(home.url.rpartition(":")[2]), log_level="warning")
    return 0


def _welcome(url: str, counts: dict[str, int]) -> None:
    read = N_("{messages} messages of {merchants} merchants, {orders} orders and {parcels} parcels were recognised.")
    lines = [
        tell(read, **counts),
        "",
        tell(N_("Open {url}"), url=url),
        tell(N_("Person: {name}"), name=PERSON),
        tell(N_("Passphrase: {words}"), words=PASSPHRASE),
        "",
        tell(N_("Everything is invented and vanishes when you press Ctrl-C.")),
    ]
    print("\n".join(lines), flush=True)  # noqa: T201  what the person came for
