"""How fast merchants read: authorised disclosures over HTTP, sixteen connections at once, by wrk."""

import re
import shutil
from datetime import timedelta

import httpx
import msgspec

from bench.measure import run
from bench.sync import scratch
from bench.vaults import filled, serving
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import add_grant, today
from mesinfos.consent.outbox import fill_past
from mesinfos.relations.reading import read

SHOWN = (Field.ORDER_DATE, Field.ORDER_STATUS, Field.ORDER_TOTAL, Field.PARCELS, Field.MERCHANT)


def bench(records: int, seconds: int) -> None:
    """Print requests and disclosures a second."""
    if shutil.which("wrk") is None:
        print("\nreads: wrk is not installed")
        return
    with scratch() as folder:
        with filled(folder, records) as (_, vault):
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
            )
            grant, token = add_grant(vault, wanted)
            written = fill_past(vault, grant, read(vault))
        with serving(folder) as address:
            _ask(address, token, written, seconds)


def _ask(address: str, token: str, written: int, seconds: int) -> None:
    path, bearer = f"{address}/api/v1/disclosures?after=0", f"Bearer {token}"
    page = httpx.get(path, headers={"Authorization": bearer})
    page.raise_for_status()
    held = len(msgspec.json.decode(page.content)["disclosures"])
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-H", f"Authorization: {bearer}", path]
    said = run(command).output
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])
    delays = dict(re.findall(r"(50|99)%\s+([\d.]+\w+)", said))
    failed = re.findall(r"Non-2xx or 3xx responses: (\d+)", said)
    print(f"\nreads: {written} disclosures in the outbox, {held} a page of {len(page.content)} bytes")
    print(f"  {rate:.0f} pages/s = {rate * held:.0f} disclosures/s, p50 {delays['50']}, p99 {delays['99']}")
    if failed:
        print(f"  {failed[0]} answers were refusals: not a figure to quote")
