"""How long a person waits: for the vault to open, and for each page, with few records and with many."""

import time
from pathlib import Path

import httpx

from bench.measure import percentile
from bench.sync import scratch
from bench.vaults import PASSPHRASE, filled, serving

PAGES = {"home": "/", "merchants": "/merchants", "merchant": "/merchants/{merchant}", "orders": "/orders"}
LOOKS = 60


def bench(sizes: tuple[int, ...], looks: int = LOOKS) -> None:
    """Print one line a page and size, over HTTP, from a browser's point of view without its drawing."""
    for size in sizes:
        with scratch() as folder:
            with filled(folder, size) as (_, vault):
                vault_id = vault.vault_id
            print(f"\npages at {size} records: p50 / p95 ms")
            _visit(folder, vault_id, looks)


def _visit(folder: Path, vault_id: str, looks: int) -> None:
    with serving(folder) as address, httpx.Client(base_url=address, timeout=60, headers={"Origin": address}) as browser:
        opened = _timed(browser, "POST", "/unlock", data={"who": vault_id, "secret": PASSPHRASE, "next": "/"})
        first = _timed(browser, "GET", "/")
        print(f"  unlock {opened * 1000:.0f} ms; first page, everything read: {first * 1000:.0f} ms")
        domain = "maison-tilleul.example"
        for name, path in PAGES.items():
            times = [_timed(browser, "GET", path.format(merchant=domain)) * 1000 for _ in range(looks + 1)][1:]
            print(f"  {name:10} {percentile(times, 0.5):6.1f} / {percentile(times, 0.95):6.1f}")


def _timed(browser: httpx.Client, method: str, path: str, **more: object) -> float:
    begun = time.perf_counter()
    answer = browser.request(method, path, **more)
    spent = time.perf_counter() - begun
    if answer.status_code not in {200, 303}:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return spent
