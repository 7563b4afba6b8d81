"""One press suspends all consents of a merchant, and one puts them in force again."""

import pytest

from mesinfos.consent import ledger, outbox
from mesinfos.consent.ledger import State
from mesinfos.errors import NoGrant
from mesinfos.vault.sessions import resume_session
from tests.web.furnish import MERCHANTS, consent
from tests.web.house import House
from tests.web.served import Browser
from web.deps import SESSION_COOKIE


def test_one_press_stops_all_and_one_goes_on(home: House, alices: Browser) -> None:
    """Acme's two consents rest, Zeta's does not; the page says so until they are resumed, and data is there again."""
    vault = resume_session(home.served.instance, alices.cookies[SESSION_COOKIE])
    _, second = consent(vault)
    other, token = consent(vault, MERCHANTS[-1])
    text = alices.get("/merchants/acme.example").text
    assert "offers, until" in text
    assert "Suspend all" in text
    stopped = alices.post("/merchants/acme.example/suspend", data={"back": "/merchants/acme.example/consents"})
    assert str(stopped.url).endswith("/merchants/acme.example/consents?said=suspended")
    assert "2 consents are suspended" in stopped.text
    assert "Suspend all" not in stopped.text
    for secret in (home.token, second):
        with pytest.raises(NoGrant):
            outbox.page(home.served.instance, secret)
    assert outbox.page(home.served.instance, token).disclosures
    went = alices.post("/merchants/acme.example/resume", data={})
    assert "Suspend all" in went.text
    states = {one.state for one in ledger.list_grants(vault) if one.grant.domain == "acme.example"}
    assert states == {State.LIVE}
    for secret in (home.token, second):
        page = outbox.page(home.served.instance, secret)
        assert page.disclosures
        assert page.complete
    alone = alices.post(f"/consents/{other.grant_id}/suspend")
    assert "Suspended: the merchant reads nothing more" in alone.text
    with pytest.raises(NoGrant):
        outbox.page(home.served.instance, token)
    assert "In force again" in alices.post(f"/consents/{other.grant_id}/resume").text
    assert outbox.page(home.served.instance, token).complete
    ledger.revoke(home.served.instance, home.alice, other.grant_id)
