"""What a merchant is told of the day's volume, over HTTP."""

from datetime import timedelta

from mesinfos.consent import ledger
from tests.api.client import bearer
from tests.consent.conftest import give
from tests.consent.makers import EVERYTHING_FINE, promise
from web.api.schemas import Disclosures, Terms


def test_an_answer_says_what_is_left_today(client, alice, reading) -> None:
    """Three records a day of six: three, then nothing and the day to come back; the terms say so too."""
    held = give(alice, promise(alice, fields=EVERYTHING_FINE, volume=3), reading)
    first = client.get("/api/v1/disclosures", headers=bearer(held.token))
    page = Disclosures.model_validate_json(first.content, strict=True)
    assert (len(page.disclosures), page.more, page.left_today) == (3, True, 0)
    assert page.again_on == ledger.today() + timedelta(days=1)
    ask = {"after": page.next}
    second = client.get("/api/v1/disclosures", params=ask, headers=bearer(held.token)).json()
    assert (second["disclosures"], second["next"], second["more"], second["left_today"]) == ([], page.next, True, 0)
    assert Terms.model_validate_json(client.get("/api/v1/grant", headers=bearer(held.token)).content).volume == 3


def test_without_a_volume_nothing_is_said_of_one(client, acme) -> None:
    """Members that do not apply are absent."""
    answer = client.get("/api/v1/disclosures", headers=bearer(acme.token)).json()
    assert not {"left_today", "again_on"} & set(answer)
