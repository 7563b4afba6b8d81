"""The pages of notices: places to be told are tried before they are kept, ticked, tested and removed; all is listed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from mesinfos.errors import StorageFull
from mesinfos.notices.book import PLANNED, Planned, Told, note
from mesinfos.notices.channels import Way, list_channels, quiet_hours
from mesinfos.vault.tables import notice
from tests.notices.browser import Subscription
from tests.servers.smtp import SmtpServer
from tests.servers.web import WebServer
from tests.web.house import House, house
from tests.web.served import Browser
from web import deps


@pytest.fixture(scope="module")
def home():
    """A house whose operator listed this machine as one that may be told."""
    with house("en", outbound_hosts="127.0.0.1") as found:
        yield found


@pytest.fixture
def letterbox():
    """A mail server on loopback that asks a password."""
    with SmtpServer("hunter2") as running:
        yield running


def typed(server: SmtpServer, **more: str) -> dict[str, str]:
    """The form of a channel by mail."""
    form = {"recipient": "alice@maison.example", "host": "127.0.0.1", "port": str(server.port), "security": "none"}
    return form | {"username": "alice", "password": "hunter2"} | more


def test_a_full_disk_closes_no_page(home: House, alices: Browser, monkeypatch: pytest.MonkeyPatch):
    """What is foreseen and cannot be written down is for another time: reading works all the same."""

    def full(*_: object):
        raise StorageFull("The disk is full.")

    for name in ("renew", "leave_word"):
        monkeypatch.setattr(deps, name, full)
        home.served.app.state.site.renewed.pop(home.alice, None)
        assert alices.get("/orders").status_code == 200


def newest(home: House):
    """The channel that was added last."""
    return list_channels(home.served.instance, home.alice)[-1]


def test_mail_is_tried_before_it_is_kept(home: House, alices: Browser, letterbox: SmtpServer):
    """A wrong password stays on the form, at no field of it comes the password back; a right one is kept, sealed."""
    before = len(list_channels(home.served.instance, home.alice))
    answer = alices.post("/settings/notices/new/mail", data=typed(letterbox, password="wrong-secret"))
    assert answer.status_code >= 400
    assert "refuses this user name or password" in answer.text
    assert 'value="alice@maison.example"' in answer.text
    assert "wrong-secret" not in answer.text
    assert len(list_channels(home.served.instance, home.alice)) == before
    answer = alices.post("/settings/notices/new/mail", data=typed(letterbox))
    assert "You are told there from now on" in answer.text
    assert [taken.content["Subject"] for taken in letterbox.mails] == ["This is a test of MesInfos"]
    assert newest(home).way is Way.MAIL
    assert "hunter2" not in answer.text


def test_a_mistake_is_told_at_its_field(alices: Browser):
    """What was typed comes back with it, and nothing is asked of any server."""
    answer = alices.post("/settings/notices/new/mail", data={"recipient": "nobody", "host": "smtp.example"})
    assert answer.status_code == 422
    assert 'id="recipient-wrong"' in answer.text
    answer = alices.post("/settings/notices/new/apprise", data={"url": "syslog://"})
    assert answer.status_code == 422
    assert 'id="url-wrong"' in answer.text
    assert alices.get("/settings/notices/new/pigeon").status_code == 404


def test_a_test_says_how_it_ended(home: House, alices: Browser, letterbox: SmtpServer):
    """On the page, and in the list of notices."""
    alices.post("/settings/notices/new/mail", data=typed(letterbox))
    place = f"/settings/notices/{newest(home).channel_id}/test"
    assert "It was taken. Look whether it arrived." in alices.post(place).text
    letterbox.answers["RCPT"] = "550 nobody"
    assert "refused the message with code 550" in alices.post(place).text
    assert "refused the message with code 550" in alices.get("/notices").text


def test_a_service_is_kept_by_its_name(home: House, alices: Browser):
    """Its address may hold a password: no page shows it."""
    with WebServer({"/hook-secret": (200, {}, b"")}) as receiver:
        answer = alices.post("/settings/notices/new/apprise", data={"url": f"json://{receiver.host}/hook-secret"})
        assert len(receiver.requests) == 1
    assert newest(home).label == "JSON"
    assert "hook-secret" not in answer.text
    assert "hook-secret" not in alices.get("/settings/notices").text


def test_ticks_and_quiet_hours_are_kept(home: House, alices: Browser):
    """What is not sent is not ticked; events nobody knows are left; an hour is an hour."""
    mine = list_channels(home.served.instance, home.alice)
    form = {
        "tell": [f"{mine[0].channel_id}/news", f"{mine[0].channel_id}/pigeons", "nobody/news"],
        "begins": "21",
        "ends": "6",
    }
    assert "Saved." in alices.post("/settings/notices", data=form).text
    assert [one.events for one in list_channels(home.served.instance, home.alice)] == [("news",)] + [()] * (
        len(mine) - 1
    )
    with home.served.instance.database.read(home.alice) as conn:
        kept = quiet_hours(home.served.instance, conn, home.alice)
    assert (kept.begins, kept.ends) == (21, 6)
    assert alices.post("/settings/notices", data={"begins": "25", "ends": "6"}).status_code == 422


def test_a_browser_is_kept_once(home: House, alices: Browser):
    """Subscribed again, it takes its own place; what no browser gives is refused."""
    one = Subscription("https://push.example/same")
    for _ in range(2):
        alices.post("/settings/notices/browsers", data=one.values, headers={"User-Agent": "X11; Linux Firefox/140"})
    same = [
        found
        for found in list_channels(home.served.instance, home.alice)
        if found.values.get("auth") == one.values["auth"]
    ]
    assert [found.label for found in same] == ["Firefox · Linux"]
    assert alices.post("/settings/notices/browsers", data={"endpoint": "https://push.example"}).status_code == 422


def test_a_channel_is_removed_after_a_question(home: House, alices: Browser):
    """With its secrets; another's cannot be."""
    alices.post("/settings/notices/browsers", data=Subscription("https://push.example/gone").values)
    place = f"/settings/notices/{newest(home).channel_id}/remove"
    assert "nothing more is sent there" in alices.get(place).text
    with home.bobs() as bob:
        assert bob.post(place).status_code == 404
    assert "Removed." in alices.post(place).text
    assert alices.get(place).status_code == 404


def test_the_list_is_bobs_own_and_says_what_would_fill_it(home: House, alices: Browser):
    """An empty one tells what comes into it; Alice's shows what there was to tell, with the page that helps."""
    note(home.served.instance, home.alice, [Planned(Told("reconnect", seen=True), datetime.now(UTC), "x")])
    with home.bobs() as bob:
        assert "Nothing to tell so far" in bob.get("/notices").text
    shown = alices.get("/notices").text
    assert "A source no longer lets MesInfos in" in shown
    assert 'href="/sources"' in shown


def test_an_open_vault_leaves_word(home: House, alices: Browser):
    """Whoever looks at a page leaves behind which days have something to tell, as counts, for the closed vault."""
    alices.get("/orders")
    wanted = select(notice).where(notice.c.vault_id == home.alice, notice.c.state == PLANNED)
    with home.served.instance.database.read(home.alice) as conn:
        assert conn.execute(wanted).all()
