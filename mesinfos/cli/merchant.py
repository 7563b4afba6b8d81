"""`mesinfos merchant-demo`: a shop beside an instance, to see both sides of a consent.

The shop is `examples/merchant`, in a process of its own, and speaks over HTTP as any other merchant does.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from mesinfos.cli.frame import language, tell
from mesinfos.demo.names import NameServer
from mesinfos.demo.run import PASSPHRASE, PERSON, free_port, open_home
from mesinfos.demo.server import HOST
from mesinfos.errors import N_
from mesinfos.jobs import Jobs
from web.app import create_app

app = typer.Typer()

SHOP = "localhost"
"""Another host than the household's, though the same machine: browsers keep cookies by host, whatever the port."""

DOMAIN = "maison-tilleul.example"
"""Whose shop it is; Alice's mails are from there too."""

PortOption = Annotated[int, typer.Option(help=N_("Port of the household's pages."), min=0, max=65535)]
ShopPortOption = Annotated[int, typer.Option("--shop-port", help=N_("Port of the shop."), min=0, max=65535)]
BesideOption = Annotated[str, typer.Option("--beside", help=N_("Only the shop, beside the instance at this address."))]


@app.command("merchant-demo", help=N_("A shop that asks for consent, and a sample household to give it."))
def merchant_demo(*, port: PortOption = 8000, shop_port: ShopPortOption = 8001, beside: BesideOption = "") -> None:
    """Serve the shop, and the household unless there is an instance already, until interrupted."""
    theirs = free_port(shop_port)
    if beside:
        with _shop(theirs, beside) as shop:
            _say(N_("Open {url}"), url=f"http://{SHOP}:{theirs}")
            _say(N_("The instance must be started with MESINFOS_OUTBOUND_HOSTS={host}."), host=f"{SHOP}:{theirs}")
            shop.wait()
        return
    with ExitStack() as held:
        names = held.enter_context(NameServer({f"_mesinfos.{DOMAIN}": f"mesinfos-client={client_id(theirs)}"}))
        asking = {"outbound_hosts": f"{SHOP}:{theirs}", "dkim_resolver": names.address}
        with Console(stderr=True).status(tell(N_("A household moves in…"))):
            home = held.enter_context(open_home(free_port(port), language=language(), asking=asking))
        held.enter_context(_shop(theirs, home.url))
        _welcome(home.url, f"http://{SHOP}:{theirs}")
        site = create_app(home.instance, Jobs(home.instance), own=True)
        uvicorn.run(site, host=HOST, port=int(home.url.rpartition(":")[2]), log_level="warning")


def client_id(port: int) -> str:
    """What the shop is called as an OAuth client: the address of its metadata document."""
    return f"http://{SHOP}:{port}/mesinfos/client.json"


@contextmanager
def _shop(port: int, instance: str) -> Iterator[subprocess.Popen[bytes]]:
    """The shop's process; its keys and what it keeps are gone when the block ends."""
    with TemporaryDirectory(prefix="mesinfos-shop-", ignore_cleanup_errors=True) as folder:
        # -P: a folder `examples` where the person stands is not ours.
        order = [sys.executable, "-P", "-m", "examples.merchant", "--port", str(port), "--domain", DOMAIN]
        with subprocess.Popen([*order, "--folder", folder, "--instance", instance]) as process:  # noqa: S603  ours
            try:
                yield process
            finally:
                process.terminate()


def _welcome(house: str, shop: str) -> None:
    _say(N_("1. Open {url} as {name}, with the passphrase: {words}"), url=house, name=PERSON, words=PASSPHRASE)
    _say(N_("2. Order something at {url}, then connect your MesInfos there."), url=shop)
    _say(N_("3. See at your place what the shop gave back, and take the consent back: the shop hears of it."))
    _say(N_("Everything is invented and vanishes when you press Ctrl-C."))


def _say(text: str, /, **values: object) -> None:
    print(tell(text, **values), flush=True)  # noqa: T201  what the person came for
