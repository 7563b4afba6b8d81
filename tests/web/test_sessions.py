"""The list of open sessions, and closing them one by one or all but this."""

import pytest
from sqlalchemy import update

from mesinfos.errors import NotFound
from mesinfos.vault.sessions import IDLE, end_session_named, list_sessions
from mesinfos.vault.tables import session
from tests.web.house import House
from tests.web.served import Browser, heading
from web.deps import SESSION_COOKIE


def sessions(home: House, browser: Browser):
    """The sessions of Alice's vault as this browser is shown them."""
    return list_sessions(home.served.instance, home.alice, browser.cookies[SESSION_COOKIE])


def closed(browser: Browser) -> bool:
    """Whether a browser stands at the door."""
    return browser.get("/settings/security").url.path == "/unlock"


def test_open_sessions_are_listed_and_closed_one_by_one(home: House):
    """Each shows since when and when last used; this one is named; closing another leaves this one open."""
    with home.alices() as here, home.alices() as there:
        text = here.get("/settings/security").text
        assert text.count("this browser") == 1
        (other,) = [one for one in sessions(home, there) if one.mine]
        assert f"/settings/sessions/{other.session_id}/end" in text
        assert "That session is closed." in here.post(f"/settings/sessions/{other.session_id}/end").text
        assert closed(there)
        assert not closed(here)
        assert here.post(f"/settings/sessions/{other.session_id}/end").status_code == 404


def test_all_others_close_and_this_one_stays(home: House):
    """One press closes every other browser; with none left, the button is not offered any more."""
    with home.alices() as here, home.alices() as there:
        assert "Close all others" in here.get("/settings/security").text
        text = here.post("/settings/sessions/others").text
        assert "Close all others" not in text
        assert closed(there)
        assert len(sessions(home, here)) == 1


def test_closing_ones_own_leads_to_the_door(home: House):
    """Who closes the session they sit in stands at the door, and nothing of the vault stays in memory."""
    with home.alices() as here:
        here.get("/orders")
        (mine,) = [one for one in sessions(home, here) if one.mine]
        assert here.post(f"/settings/sessions/{mine.session_id}/end").url.path == "/unlock"
        assert home.alice not in home.served.app.state.site.readings._kept
        assert closed(here)


def test_nobody_closes_anothers_session(home: House):
    """Bob closes no session of Alice's, by id or all at once."""
    with home.alices() as here, home.bobs() as bob:
        (mine,) = [one for one in sessions(home, here) if one.mine]
        assert bob.post(f"/settings/sessions/{mine.session_id}/end").status_code == 404
        bob.post("/settings/sessions/others")
        assert heading(here.get("/settings/security")) == "Security"


def test_what_ended_is_not_listed(home: House):
    """A session that ran out is shown no more, and an unknown id is not found."""
    with home.alices() as here, home.alices() as there:
        (other,) = [one for one in sessions(home, there) if one.mine]
        with home.served.instance.database.write() as conn:
            gone = session.c.session_id == other.session_id
            conn.execute(update(session).where(gone).values(seen_at=session.c.seen_at - IDLE))
        assert other.session_id not in {one.session_id for one in sessions(home, here)}
        with pytest.raises(NotFound):
            end_session_named(home.served.instance, home.alice, "none")
