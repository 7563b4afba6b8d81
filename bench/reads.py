"""How fast merchants read: authorised disclosures over HTTP, sixteen connections at once; a Solid server's in turn."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import msgspec

from bench import solid
from bench.measure import spread
from bench.proofs import Access, Load, burst, load, new_key, thumbprint
from bench.sync import scratch
from bench.vaults import filled, serving
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import today
from mesinfos.consent.outbox import fill_past
from mesinfos.consent.pushed import Asked, look, push
from mesinfos.consent.tokens import give, redeem
from mesinfos.relations.reading import read
from mesinfos.vault.openvault import OpenVault

SHOWN = (Field.ORDER_DATE, Field.ORDER_STATUS, Field.ORDER_TOTAL, Field.PARCELS, Field.MERCHANT)
CLIENT = "https://maison-tilleul.example/client.json"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636's own example."""
WARM = 5  # seconds: both servers compile and fill their caches first
FIRST = 5_000  # proofs for each of them


def bench(records: int, seconds: int, rounds: int = 1, *, peer: bool = True) -> None:
    """Print requests a second, ours and a Solid server's, for documents of one size."""
    if shutil.which("wrk") is None:
        print("\nreads: wrk is not installed")
        return
    with _ours(records) as access:
        _whole_pages(access, seconds)
        if peer and solid.install():
            with solid.served() as pod:
                _compare(_small(access), pod, seconds, rounds)


@contextmanager
def _ours(records: int) -> Iterator[Access]:
    """A server over a vault of so many records, and what a merchant reads it with."""
    with scratch() as folder:
        key = new_key()
        with filled(folder, records) as (_, vault):
            token = _granted(vault, thumbprint(key))
        with serving(folder) as address:
            yield Access(f"{address}/api/v1/disclosures?after=0", token, key)


def _granted(vault: OpenVault, jkt: str) -> str:
    """A grant as a merchant gets it by OAuth, its outbox filled, and an access token bound to the merchant's key."""
    since, until = today() - timedelta(days=1500), today() + timedelta(days=365)
    wanted = draft(
        vault.vault_id,
        domain="maison-tilleul.example",
        name="Maison Tilleul",
        fields=SHOWN,
        scope=Scope.ALL,
        since=since,
        until=until,
        purpose=Purpose.OFFERS,
        client_id=CLIENT,
    )
    asked = Asked(CLIENT, "", wanted.domain, True, f"{CLIENT}/back", None, CHALLENGE, jkt, [])
    request_uri = push(vault.instance, asked)
    look(vault.instance, request_uri, CLIENT, vault.vault_id)
    grant, code = give(vault, wanted, request_uri, asked)
    print(f"\nreads: {fill_past(vault, grant, read(vault))} disclosures in the outbox")
    return redeem(vault.instance, code, CLIENT, CHALLENGE, jkt).access


def _whole_pages(access: Access, seconds: int) -> None:
    page = access.ask().raise_for_status()
    held = len(msgspec.json.decode(page.content)["disclosures"])
    measured = load(access, seconds)
    print(f"  {held} a page of {len(page.content)} bytes: {measured}; {measured.rate * held:.0f} disclosures/s")


def _small(access: Access) -> Access:
    """The last disclosures of the outbox, as few as fill the size of the peer's document."""
    last, more = 0, True
    while more:
        page = msgspec.json.decode(_after(access, last).ask().raise_for_status().content)
        last, more = page["next"], page["more"]
    held = 1
    while len(_after(access, last - held).ask().content) < solid.SIZE and held < last:
        held += 1
    return _after(access, last - held)


def _after(access: Access, last: int) -> Access:
    return access._replace(url=f"{access.url.partition('=')[0]}={last}")


def _compare(access: Access, pod: solid.Pod, seconds: int, rounds: int) -> None:
    """Load one, then the other, in turn."""
    theirs = pod.access()
    sizes = [len(_checked(one)) for one in (access, theirs)]
    for one in (access, theirs):
        burst(one, WARM, FIRST * WARM)
    turns = [(load(access, seconds), load(pod.access(), seconds)) for _ in range(rounds)]
    how = "by DPoP" if access.scheme == "DPoP" else "by bearer token, the peer by DPoP"
    print(f"\nreads of 2 KB, {how}, 16 connections, {rounds} interleaved rounds: median (least-most)")
    _line(f"mesinfos, {sizes[0]} bytes", [ours for ours, _ in turns])
    _line(f"{solid.PACKAGE}, {sizes[1]} bytes", [peer for _, peer in turns])
    print(f"  {spread([ours.rate / peer.rate for ours, peer in turns])} times its rate")


def _checked(access: Access) -> bytes:
    """The document, after those who must not read it were sent away."""
    said = access.refusals()
    if set(said.values()) != {401}:
        raise RuntimeError(f"{access.url} lets in who it should not: {said}")
    return access.ask().raise_for_status().content


def _line(name: str, loads: list[Load]) -> None:
    rate, p50, p99 = (spread([getattr(one, what) for one in loads]) for what in ("rate", "p50", "p99"))
    failed = sum(one.refused + one.lost for one in loads)
    note = f"; {failed} without success: not a figure to quote" if failed else ""
    print(f"  {name:40} {rate} /s, p50 {p50} ms, p99 {p99} ms{note}")
