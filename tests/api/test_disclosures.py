"""What merchants ask over HTTP, and what they are told."""

import asyncio

import pytest

from mesinfos.consent import counter, journal, ledger, outbox
from mesinfos.consent.describe import describe
from mesinfos.errors import NoGrant, StorageFull
from mesinfos.model.values import OrderStatus
from mesinfos.vault.grantkeys import new_token
from tests.api.client import bearer
from tests.consent.makers import an_order, remember, seen
from web.api.credential import WRONG_TOKENS, Strangers
from web.api.desk import Desk
from web.api.schemas import Disclosures, Terms
from web.throttle import TooSoon


def test_acme_reads_exactly_the_previewed_bytes(client, acme, alice) -> None:
    """The bytes between the brackets are those of the preview."""
    answer = client.get("/api/v1/disclosures", headers=bearer(acme.token))
    preview = outbox.preview(alice, acme.grant, acme.reading)
    assert answer.status_code == 200
    assert answer.content.startswith(b'{"disclosures":[' + b",".join(preview) + b'],"next":')
    page = Disclosures.model_validate_json(answer.content, strict=True)
    assert page.complete
    assert not page.more
    assert page.journal_head == journal.entries(alice, limit=1)[0].hash.hex()


def test_answers_are_not_to_be_stored(client, acme) -> None:
    """No cache may keep what a withdrawal cannot reach."""
    for path in ("disclosures", "grant"):
        assert client.get(f"/api/v1/{path}", headers=bearer(acme.token)).headers["cache-control"] == "no-store"


def test_only_what_is_new_is_asked_for(client, acme, alice) -> None:
    """`after` = `next` brings what came since, and nothing twice."""
    first = client.get("/api/v1/disclosures", headers=bearer(acme.token)).json()
    ask = {"after": first["next"]}
    assert client.get("/api/v1/disclosures", params=ask, headers=bearer(acme.token)).json()["disclosures"] == []
    remember(alice, [seen(an_order(status=OrderStatus.DELIVERED), message="m9")], disclose=True)
    (news,) = client.get("/api/v1/disclosures", params=ask, headers=bearer(acme.token)).json()["disclosures"]
    assert news["partial"]
    assert news["id"] in {one["id"] for one in first["disclosures"]}


def test_the_terms_are_told_with_the_persons_sentence(client, acme) -> None:
    """A merchant reads what was granted, and the words its person read; nobody's name is in it."""
    answer = client.get("/api/v1/grant", headers=bearer(acme.token))
    terms = Terms.model_validate_json(answer.content)
    assert terms.until == acme.grant.until
    assert terms.merchant.domain == "acme.example"
    assert terms.sentence == {language: describe(acme.grant, language) for language in ("fr", "en")}
    assert terms.purpose_iris == ["https://w3id.org/dpv#PersonalisedBenefits", "https://w3id.org/dpv#DirectMarketing"]
    assert "Alice" not in answer.text
    assert acme.vault.vault_id not in answer.text


@pytest.mark.parametrize("path", ["disclosures", "grant"])
def test_zeta_sees_nothing(client, acme, path) -> None:
    """Without a grant, with another's old token, with none: one answer, with the challenge, and no data."""
    ledger.revoke(acme.vault.instance, acme.vault.vault_id, acme.grant.grant_id)
    told = set()
    for token in (new_token().token, acme.token, "junk", "mesinfos-" + "A" * 43):
        answer = client.get(f"/api/v1/{path}", headers=bearer(token))
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        told.add(answer.content)
    assert len(told) == 1


@pytest.mark.parametrize(
    "headers",
    [[], [("Authorization", "Basic QWxpY2U6eA==")], [("Authorization", "Bearer x"), ("Authorization", "Bearer y")]],
)
def test_a_token_is_shown_in_one_header(client, headers) -> None:
    """No header, another scheme, two headers: refused before anything is looked up."""
    assert client.get("/api/v1/disclosures", headers=headers).status_code == 401


def test_a_token_in_the_address_is_not_looked_at(client, acme) -> None:
    """Addresses end up in logs; a token there opens nothing."""
    for name in ("token", "access_token"):
        assert client.get("/api/v1/disclosures", params={name: acme.token}).status_code == 401


@pytest.mark.parametrize("after", ["-1", "x", "1.5", str(2**63), "1;DROP TABLE disclosure"])
def test_a_place_that_no_page_named_is_refused(client, acme, after) -> None:
    """`after` is a number from an earlier answer, or the request is refused."""
    answer = client.get("/api/v1/disclosures", params={"after": after}, headers=bearer(acme.token))
    assert answer.status_code == 422
    assert acme.token not in answer.text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_merchants_only_read(client, acme, method) -> None:
    """There is no way to write, yet."""
    for path in ("disclosures", "grant"):
        answer = client.request(method, f"/api/v1/{path}", headers=bearer(acme.token))
        assert answer.status_code == 405


def test_too_many_wrong_tokens_wait_and_right_ones_do_not(client, acme) -> None:
    """Who guesses is told to wait; a merchant behind the same address is served meanwhile."""
    statuses = [client.get("/api/v1/grant", headers=bearer("junk")).status_code for _ in range(WRONG_TOKENS + 2)]
    assert statuses == [401] * WRONG_TOKENS + [429] * 2
    assert int(client.get("/api/v1/grant", headers=bearer("junk")).headers["retry-after"]) > 0
    assert client.get("/api/v1/grant", headers=bearer(acme.token)).status_code == 200


def test_strangers_are_forgotten(monkeypatch) -> None:
    """After a minute counting starts anew, and no more addresses are kept than fit."""
    clock = [0.0]
    monkeypatch.setattr("web.api.credential.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("web.api.credential.REMEMBERED", 2)
    strangers = Strangers()
    for _ in range(WRONG_TOKENS):
        strangers.note("one")
    with pytest.raises(TooSoon):
        strangers.note("one")
    clock[0] = 60.0
    for address in ("one", "two", "three"):
        strangers.note(address)
    assert len(strangers._wrong) == 2


def test_requests_at_once_are_each_answered_and_each_noted(client, acme, alice) -> None:
    """Served together, written down one by one, right and wrong ones side by side."""
    tokens = [acme.token, "junk"] * 12
    answers = client.together([("GET", "/api/v1/disclosures", {"headers": bearer(token)}) for token in tokens])
    assert [answer.status_code for answer in answers] == [200, 401] * 12
    assert len({answer.json()["journal_head"] for answer in answers if answer.status_code == 200}) == 12
    assert sum(line.action == "data.read" for line in journal.entries(alice)) == 12


def test_a_desk_answers_many_in_one_go(acme, alice) -> None:
    """Requests that wait together are served together, each with its own answer."""

    async def crowd() -> list[object]:
        desk = Desk(alice.instance)
        asks = [outbox.Ask(acme.token), outbox.Ask("junk"), outbox.Ask(acme.token, None), outbox.Ask(acme.token, 10**6)]
        return await asyncio.gather(*(desk.ask(ask) for ask in asks), return_exceptions=True)

    first, wrong, terms, later = asyncio.run(crowd())
    assert isinstance(first, outbox.Page)
    assert isinstance(wrong, NoGrant)
    assert isinstance(terms, outbox.Page)
    assert isinstance(later, outbox.Page)
    assert (len(first.disclosures), len(terms.disclosures), later.next) == (6, 0, 10**6)


def test_a_full_disk_is_told_to_all_who_wait(acme, alice, monkeypatch) -> None:
    """What cannot be written down is not read, by nobody; and the desk serves on."""

    def full(*_args: object) -> bytes:
        raise StorageFull("The disk is full.")

    async def crowd() -> list[object]:
        desk = Desk(alice.instance)
        with monkeypatch.context() as patch:
            patch.setattr(counter, "append_all", full)
            answers = await asyncio.gather(
                *(desk.ask(outbox.Ask(acme.token)) for _ in range(3)), return_exceptions=True
            )
        gone = asyncio.create_task(desk.ask(outbox.Ask(acme.token)))
        await asyncio.sleep(0)
        gone.cancel()
        return [*answers, await desk.ask(outbox.Ask(acme.token))]

    *refused, served = asyncio.run(crowd())
    assert all(isinstance(one, StorageFull) for one in refused)
    assert isinstance(served, outbox.Page)


def test_the_openapi_document_shows_shapes_and_examples(client) -> None:
    """A merchant can program from the document alone; its example fits its own schema."""
    document = client.get("/openapi.json").json()
    read = document["paths"]["/api/v1/disclosures"]["get"]["responses"]
    assert {"200", "401", "422", "429", "503"} <= read.keys()
    Disclosures.model_validate(read["200"]["content"]["application/json"]["example"])
    assert "Order" in document["components"]["schemas"]
