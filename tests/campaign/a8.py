"""A8: members that nobody asked for, in every form and body of OAuth, change nothing or are refused."""

from mesinfos.consent import ledger
from mesinfos.vault.sessions import start_session
from tests.api.merchant import Merchant, a_right, serve, told
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault
from tests.consent.makers import past, remember
from web.deps import SESSION_COOKIE

FULL = 60
EXTRA = {
    "vault_id": "zzzz",
    "role": "admin",
    "status": "live",
    "state_": "live",
    "sub": "x",
    "grant_id": "b" * 26,
    "client_name": "Zeta",
    "domain": "zeta.example",
    "proven": "true",
    "fields": "order.date",
    "scope_": "all",
    "until_": "2999-01-01",
    "volume": "100000",
    "deposits": "orders",
    "expires_in": "999999",
    "cnf": '{"jkt": "x"}',
    "jkt": "x",
    "kind": "hand",
    "sealed": "x",
    "is_admin": "1",
}


def run(tries: int) -> Outcome:
    """Each extra member in the pushed form, in a right, on the page and at the token endpoint, one after the other."""
    effects = done = 0
    with alices_vault() as vault:
        remember(vault, past())
        with serve(vault.instance) as served, Merchant(served) as acme, served.browser() as browser:
            browser.cookies.set(SESSION_COOKIE, start_session(vault.instance, vault))
            for name, value in list(EXTRA.items())[: max(1, tries // 3)]:
                effects += acme.push(a_right(**{name: value})).status_code not in {400, 401}
                page = acme.asks(browser, **({name: value} if name != "grant_id" else {}))
                more = {name: value} if name not in {"grant_id", "fields"} else {"x": "y"}
                found = acme.redeem(told(acme.answered(browser, page, **more))["code"], **more).json()
                grant = ledger.get_grant(vault, found["grant_id"]).grant
                same = (grant.domain, grant.volume, grant.deposits) == ("acme.example", 0, ())
                effects += not same or found["expires_in"] != 900 or [*grant.fields] != a_right()["fields"]
                done += 3
    return Outcome(done, "0 effect", f"{effects} had one", not effects)
