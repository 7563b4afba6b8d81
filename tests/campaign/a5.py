"""A5 for the API: every route, method, caller and foreign id; nobody but the granted merchant reads."""

import random

from fastapi.routing import APIRoute

from mesinfos.consent import ledger
from mesinfos.vault.grantkeys import new_token
from tests.api.client import Client, bearer
from tests.campaign import Outcome
from tests.campaign.a1 import guess
from tests.campaign.stage import alices_vault, given
from tests.consent.makers import past, promise, remember
from tests.web.house import OPEN
from web.api import ROUTERS
from web.api.credential import Strangers

FULL = 5000
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

PUBLIC = {"/api/v1/keys"}
"""Public keys are for everybody; a test of its own holds what they tell."""


def run(tries: int) -> Outcome:
    """Every stranger at every door: 401, 404, 405 or 422 (307: the same door without its slash), never a disclosure."""
    with alices_vault() as vault:
        remember(vault, past())
        grant, token = given(vault, promise(vault))
        ended, old = given(vault, promise(vault))
        ledger.revoke(vault.instance, vault.vault_id, ended.grant_id)
        ids = ("", grant.grant_id, vault.vault_id, ended.grant_id, "../grant", "%00")
        client = Client(vault.instance)
        opened = _knock(client, random.Random(5), tries, (token, old), ids)
        served = client.get("/api/v1/disclosures", headers=bearer(token)).status_code
    happened = f"{opened} other answers; the granted merchant got {served}"
    return Outcome(tries, "refusals only", happened, opened == 0 and served == 200)


def _knock(client: Client, dice: random.Random, tries: int, tokens: tuple[str, str], ids: tuple[str, ...]) -> int:
    paths = [
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path not in OPEN | PUBLIC
    ]
    opened = 0
    for _ in range(tries):
        client.app.state.strangers = Strangers()
        path = dice.choice(paths) + dice.choice(["", "/", f"/{dice.choice(ids)}"])
        token = dice.choice([guess(dice, *tokens), new_token().token, tokens[1], ""])
        headers = bearer(token.encode("ascii", "replace").decode()) if token else {}
        params = {"after": dice.choice(["0", "1", "-1", "99"]), "vault_id": dice.choice(ids)}
        found = client.request(dice.choice(METHODS), path, params=params, headers=headers)
        opened += found.status_code not in {307, 400, 401, 404, 405, 422} or b'"data"' in found.content
    return opened
