"""docs/api.md's lines for OAuth, as they stand there, run by curl."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.merchant import hashed, told

DOCS = Path(__file__).parents[2] / "docs/api.md"
BACK = "https://acme.example/back"

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def curl(line: str, **values: str):
    """What a line of the page answers in a shell with these variables."""
    done = subprocess.run(["sh", "-c", line], env=values | {"PATH": "/usr/bin:/bin"}, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_the_pages_lines_work(asked):
    """Push, token and read, each line as it stands: only the variables that the page names are filled in."""
    acme, text = asked.acme, DOCS.read_text("utf-8").partition("## By OAuth")[2]
    push, token = (
        re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    )
    (rights,) = re.findall(r"```json\n(   \[.*?)```", text, re.DOTALL)
    acme.publish(redirect_uris=[acme.redirect_uri, BACK])
    acme.forget()
    base = {"MESINFOS": asked.served.url}
    said = {"ASSERTION": acme.assertion(), "PROOF": acme.proof("POST", "/api/oauth/par")}
    pushed = curl(push, **base, **said, STATE="s", CHALLENGE=hashed(acme.verifier), RIGHTS=rights)
    named = {"client_id": acme.client_id, "request_uri": pushed["request_uri"]}
    led = acme.answered(asked.browser, asked.browser.get("/authorize", params=named))
    assert led.headers["location"].startswith(BACK + "?code=")
    said = {"ASSERTION": acme.assertion(), "PROOF": acme.proof("POST", "/api/oauth/token")}
    found = curl(token, **base, **said, CODE=told(led)["code"], VERIFIER=acme.verifier)
    (shown,) = re.findall(r"`-H (\"Authorization: DPoP .*?)`", text)
    access = found["access_token"]
    read = f'curl -s -H {shown} "$MESINFOS/api/v1/disclosures"'
    page = curl(read, **base, ACCESS=access, PROOF=acme.proof("GET", "/api/v1/disclosures", access))
    assert {"disclosures", "next", "more"} <= page.keys()
