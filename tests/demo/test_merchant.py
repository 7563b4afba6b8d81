"""`mesinfos merchant-demo`: both sides, each in a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from mesinfos.demo.run import free_port


@pytest.fixture
def said() -> Iterator[str]:
    """What the command says once both are open."""
    order = [sys.executable, "-m", "mesinfos", "merchant-demo", "--port", "0", "--shop-port", str(free_port(0))]
    environ = os.environ | {"MESINFOS_LANGUAGE": "en"}
    with subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ) as process:
        lines = ""
        while "vanishes" not in lines and process.poll() is None:
            lines += process.stdout.readline()
        yield lines
        process.send_signal(signal.SIGINT)
        process.wait(30)


def asked(url: str) -> httpx.Response:
    """A page, as soon as it is served."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url, trust_env=False, follow_redirects=True)
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_both_sides_are_served_and_know_each_other(said):
    """The household has its door, the shop proposes its address and publishes who it is under its own."""
    house, shop = re.findall(r"http://[\w.]+:\d+", said)
    assert asked(house).status_code == 200
    assert house in asked(f"{shop}/connect").text
    assert asked(f"{shop}/mesinfos/client.json").json()["client_id"] == f"{shop}/mesinfos/client.json"
