"""Every error of the house has its HTTP answer, as a page for people and as a document for machines."""

import pytest

from mesinfos import errors
from mesinfos.errors import MesInfosError
from tests.web.served import Browser, heading
from web.problems import DETAIL, STATUS, TITLE, status_of
from web.throttle import TooSoon


def test_no_error_is_forgotten():
    """Each class of errors.py has its own line in the table, and each status a title."""
    classes = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, MesInfosError)}
    assert classes - set(STATUS) == set()
    assert set(STATUS.values()) <= set(TITLE)
    assert set(DETAIL) <= set(TITLE)


def test_a_new_error_takes_its_parents_answer():
    """An error that a room derives is answered as its nearest ancestor."""

    class Odd(errors.NotFound):
        """An error of a test."""

    assert status_of(Odd("x")) == 404
    assert status_of(TooSoon(3)) == 429


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/orders/none", 404),
        ("/sources/new/pigeon", 404),
        ("/consents/none", 404),
        ("/metrics", 404),
    ],
)
def test_people_get_a_page(alices: Browser, path: str, status: int):
    """What is not there is a page with a heading and a way back, in the reader's language."""
    answer = alices.get(path)
    assert (answer.status_code, heading(answer)) == (status, "There is nothing here")
    french = alices.get(path, headers={"Accept-Language": "fr"}, cookies={"mesinfos_language": "fr"})
    assert "Il n’y a rien ici" in french.text


def test_machines_get_a_document(stranger: Browser):
    """Below /api an error is application/problem+json, and a missing token is told how to show one."""
    answer = stranger.get("/api/v1/disclosures")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["status"] == 401
    assert stranger.get("/api/v1/disclosures?after=x", headers={"Authorization": "Bearer x"}).status_code == 422
    assert stranger.post("/api/v1/grant").status_code == 405


def test_a_closed_vault_leads_to_the_door_and_back(stranger: Browser):
    """A page asked for without a session comes after unlocking; a live part is told to move the whole page."""
    answer = stranger.get("/orders?q=lampe", follow_redirects=False)
    assert answer.headers["location"] == "/unlock?next=%2Forders%3Fq%3Dlampe"
    part = stranger.get("/orders", headers={"HX-Request": "true"}, follow_redirects=False)
    assert part.headers["hx-redirect"] == "/unlock"


def test_unforeseen_errors_tell_nothing(stranger: Browser, monkeypatch, caplog):
    """A fault nobody foresaw is a page with a number; the log names the place and never the message."""
    monkeypatch.setattr("web.dashboard.unlock.list_persons", lambda _: 1 / 0)
    answer = stranger.get("/unlock")
    assert answer.status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert "division by zero" not in caplog.text + answer.text


def test_the_api_explains_itself(stranger: Browser):
    """/api/docs lists every address of the OpenAPI document, and only the API's own."""
    document = stranger.get("/api/openapi.json").json()
    assert {"/api/v1/disclosures", "/api/v1/grant", "/api/oauth/par", "/api/oauth/token"} < set(document["paths"])
    assert all(path.startswith(("/api/", "/.well-known/")) for path in document["paths"])
    text = stranger.get("/api/docs").text
    assert all(path in text for path in document["paths"])
