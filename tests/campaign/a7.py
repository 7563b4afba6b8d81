"""A7: the client's own redirect_uri and no other, also where something goes wrong; no way around code and PKCE."""

from urllib.parse import urlsplit

from tests.api.conftest import a_shop
from tests.api.merchant import Merchant, form_of, told
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault
from tests.consent.makers import past, remember

FULL = 60


def run(tries: int) -> Outcome:
    """Each mutation pushed, and put into the address of the person's page; then what else could lead astray."""
    with alices_vault() as vault:
        remember(vault, past())
        with a_shop(vault) as shop:
            wanted = mutations(shop.acme.redirect_uri)[:tries]
            shop.served.app.state.authority.strangers.note = lambda _: None
            pushed = sum(shop.acme.push(redirect_uri=one).status_code != 400 for one in wanted)
            led = sum(_is_led_away(shop.acme, shop.browser, one) for one in wanted)
            others = _others(shop.acme, shop.zeta, shop.browser)
    happened = f"{pushed} accepted, {led} led away, wrong besides: {others or 'nothing'}"
    return Outcome(2 * len(wanted), "exact match only, also in error paths", happened, not (pushed or led or others))


def mutations(good: str) -> list[str]:
    """A hundred addresses that a careless comparison takes for `good`."""
    parts = urlsplit(good)
    host, base, rest = parts.netloc, f"{parts.scheme}://", good.partition(parts.netloc)[2]
    path = parts.path
    hosts = [
        *(
            f"{host}.evil.example",
            f"evil{host}",
            f"evil.example/{host}",
            f"{host}@evil.example",
            f"evil.example@{host}",
        ),
        *(f"{host}:443", f"{host}:80@evil.example", f"{host}%40evil.example", f"{host}%2eevil.example", host.upper()),
        *(f"{host}.", f"{host}\\@evil.example", f"{host}%00.evil.example", f"{host}%0d%0a", f"user:pass@{host}"),
        *(f"{host}%25.evil.example", f"[{host}]", f"{host},evil.example", f"{host} evil.example", f"{host};evil"),
        *(host.replace("acme", "аcme"), f"{host}#@evil.example", f"{host}?@evil.example", "", "127.0.0.1", "localhost"),
    ]
    paths = [
        *(f"{path}/", f"{path}/..", f"{path}/../evil", f"/x/..{path}", f"/.{path}", f"/{path}", path.upper(), "/", ""),
        *(f"{path}%2f", f"{path}%00", f"{path};a=b", f"{path}\\", f"{path}%20", f"{path} ", f"{path}\t", f"%2e{path}"),
    ]
    schemes = ["ftp", "javascript", "data", "HTTP", "ws", "file", "http+evil"]
    query = parts.query
    tails = [
        *(good + "#", good + "#x", good + "&a=b", good + "&redirect_uri=https://evil.example", good.partition("?")[0]),
        *(good.replace(query, query + "x"), good.replace(query, query.upper()), good + "%0a", good + "?", good + "\n"),
        *(
            " " + good,
            good + " ",
            good * 2,
            f"{good},{good}",
            f"//{host}{rest}",
            rest,
            "",
            "*",
            "null",
            f"{base}*{rest}",
        ),
    ]
    found = [base + one + rest for one in hosts] + [f"{base}{host}{one}?{query}" for one in paths]
    found += [f"{one}://{host}{rest}" for one in schemes] + tails
    return [one for one in dict.fromkeys(found) if one != good]


def _is_led_away(acme: Merchant, browser, changed: str) -> bool:
    """With another address beside the pushed one: on the page, with a request that is none, in the form's answers."""
    page = acme.asks(browser)
    form = form_of(page)
    named = {"client_id": form["client_id"][0], "request_uri": form["request_uri"][0]}
    tries = [
        browser.get("/authorize", params=named | {"redirect_uri": changed, "error": "x"}, follow_redirects=False),
        browser.get(
            "/authorize", params={"client_id": acme.client_id, "redirect_uri": changed}, follow_redirects=False
        ),
        browser.get(
            "/authorize", params=named | {"request_uri": "urn:x", "redirect_uri": changed}, follow_redirects=False
        ),
        browser.post("/authorize", data={"client_id": acme.client_id, "redirect_uri": changed}, follow_redirects=False),
        browser.post("/authorize", data=form | {"redirect_uri": changed, "answer": "refuse"}, follow_redirects=False),
    ]
    places = [answer.headers.get("location", "") for answer in tries]
    return any(places[:4]) or not places[4].startswith(acme.redirect_uri + "&error=access_denied")


def _others(acme: Merchant, zeta: Merchant, browser) -> list[str]:
    """PKCE plain; a code of another client; a code used twice."""
    wrong = []
    if acme.push(code_challenge_method="plain").status_code != 400:
        wrong.append("PKCE plain")
    code = acme.code(browser)
    zeta.verifier = acme.verifier
    if zeta.redeem(code).status_code == 200:
        wrong.append("another client's code")
    found = acme.redeem(code).json()
    again = acme.redeem(code)
    if again.status_code == 200 or acme.read(found["access_token"]).status_code != 401:
        wrong.append("a code used twice")
    refused = told(acme.answered(browser, acme.asks(browser), "refuse"))
    if refused.get("error") != "access_denied" or refused.get("iss") != acme.served.url:
        wrong.append("refusal")
    return wrong
