"""The short way to merchants' addresses answers as FastAPI's own way does."""

from itertools import product

import pytest
from fastapi.routing import APIRoute

from tests.api.client import bearer
from web.api import credential
from web.api.direct import Direct

PLAIN = ("", "?", "?after=0", "?after=1", "?after=007", "?after=999999999999999999")
STRANGE = ("?after=-1", "?after=x", "?after=", "?after=1&after=2", "?other=1", "?after=0&other=1", "?after=%31")
STRANGE += ("?after=1.5", "?after=%C2%B2", "?after=+1", "?after= 1", "?AFTER=1", "?&", "?after=1;")
STRANGE += ("?after=4611686018427387904", "?after=4611686018427387905")


def _answers(client, token: str) -> dict[tuple[str, str, str], tuple[object, ...]]:
    found = {}
    for method, path, query in product(("GET", "HEAD", "POST"), ("disclosures", "grant"), PLAIN + STRANGE):
        answer = client.request(method, f"/api/v1/{path}{query}", headers=bearer(token))
        body = answer.content.rpartition(b',"journal_head"')[0] or answer.content
        kept = {name: answer.headers.get(name) for name in ("content-type", "cache-control", "allow", "retry-after")}
        found[method, path, query] = (answer.status_code, body, kept)
    return found


@pytest.mark.parametrize("known", [True, False])
def test_both_ways_answer_alike(client, acme, monkeypatch, known):
    """Whatever is asked, with a token that opens something or none: same status, same bytes but the journal's head."""
    token = acme.token if known else f"mesinfos-{'A' * 43}"
    monkeypatch.setattr(credential, "WRONG_TOKENS", 10_000)
    short = _answers(client, token)
    monkeypatch.setattr(Direct, "handle", APIRoute.handle)
    assert short == _answers(client, token)
    expected = {200, 405, 422} if known else {401, 405, 422}
    assert {status for status, *_ in short.values()} == expected


def test_plain_requests_take_the_short_way(client, acme, monkeypatch):
    """FastAPI's way is not walked by merchants as the documentation shows them."""

    async def closed(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(APIRoute, "handle", closed)
    for query in ("", "?after=0", "?after=17"):
        assert client.get(f"/api/v1/disclosures{query}", headers=bearer(acme.token)).status_code == 200
    assert client.get("/api/v1/grant", headers=bearer(acme.token)).status_code == 200
