"""Leaving a mailing: one request that says one thing, and its answer on every page where it was asked."""

import pytest

from mesinfos.model.choice import Topic
from mesinfos.model.values import Category
from tests.servers.web import WebServer
from tests.web.furnish import MERCHANTS, Furnisher
from tests.web.house import House
from tests.web.served import Browser
from web.leaving import letter_to

ACME = MERCHANTS[0]


class List:
    """A mailing of Acme's in Alice's vault, and the server that its mails name."""

    def __init__(self, home: House, server: WebServer, alices: Browser, name: str) -> None:
        self.server, self.browser, self.vault, self.name = server, alices, home.vault_of(alices), name

    def send(self, days: float = 1, path: str = "/out", *, proved: bool = True, **more) -> str:
        """One more mail of it; returns its record's id."""
        furnisher = Furnisher(self.vault, f"{self.name} {days}")
        said = {"list_id": self.name, "unsubscribe": self.server.url + path, "one_click": True} | more
        record = furnisher.mail(ACME, "Une lampe", Category.PROMO, days, proved=proved, **said)
        furnisher.move_in()
        return record

    def ask(self, record: str, **form: str) -> str:
        """Press the button; the page that answers."""
        answer = self.browser.post(f"/messages/{record}/unsubscribe", data=form)
        assert answer.url.fragment == "leave"
        return answer.text


@pytest.fixture
def news(request, home: House, alices: Browser, monkeypatch: pytest.MonkeyPatch):
    """A list whose server answers 200."""
    with WebServer({"/out": (200, {"Set-Cookie": "a=1"}, b"Bye")}) as server:
        settings = home.served.instance.settings.model_copy(update={"outbound_hosts": server.host})
        monkeypatch.setattr(home.served.instance, "settings", settings)
        yield List(home, server, alices, f"{request.node.name}.acme.example")


def test_one_press_leaves_and_every_page_says_so(news: List, home: House):
    """One POST of the standard's body without a cookie; message, merchant and later mails tell when and how many."""
    record = news.send()
    page = news.browser.get(f"/messages/{record}").text
    assert "One request goes to 127.0.0.1." in page
    assert not news.server.requests
    told = news.ask(record, back=f"/messages/{record}")
    assert "Acme answered 200: the request went through." in told
    assert "Nothing has come since." in told
    (sent,) = news.server.requests
    assert (sent.method, sent.path, sent.body) == ("POST", "/out", b"List-Unsubscribe=One-Click")
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert not {"Cookie", "Authorization", "Referer"} & set(sent.headers)
    news.send(-1)
    assert "1 message has come since." in news.browser.get("/merchants/acme.example/messages").text
    news.send(-4)
    assert "It should have stopped" in news.browser.get(f"/messages/{record}/unsubscribe").text
    kept = home.served.app.state.site.readings.of(news.vault).choices().all(Topic.UNSUBSCRIBED)
    assert [one.choice.also for key, one in kept.items() if news.name in key] == ["200"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((404, {}, b""), "answered 404: the request did not go through. This address is perhaps too old."),
        ((503, {}, b""), "answered 503: the request did not go through. Try again later"),
        ((403, {}, b""), "answered 403: the request did not go through. Open the page yourself."),
        ((302, {"Location": "/elsewhere"}, b""), "answered 302 and led elsewhere"),
    ],
)
def test_a_refusal_says_what_to_do(news: List, answer, told):
    """The status, what it means, and the ways that are left; where a redirect leads is not asked."""
    news.server.pages["/out"] = answer
    text = " ".join(news.ask(news.send()).replace("<p>", "").replace("</p>", "").split())
    assert told in text
    assert "Ask again" in text
    assert "Open the page of 127.0.0.1" in text
    assert len(news.server.requests) == 1


def test_nobody_answers(news: List):
    """A private host, or a name that cannot exist, is one sentence; of an example's address it says that it is one."""
    far = news.ask(news.send(unsubscribe="https://10.0.0.1/out"))
    assert "nobody answered at 10.0.0.1: the request did not go through." in far
    demo = news.ask(news.send(2, list_id="b.example", unsubscribe="https://www.acme.example/out"))
    assert "This address is one of those kept for examples" in demo
    assert not news.server.requests


def test_a_mail_or_a_page_are_ways_too(news: List):
    """Without the conditions of one press: a mail ready to be written, a page that says where it leads; both noted."""
    mailto = "mailto:out@acme.example?subject=Stop%20it&cc=zeta@zeta.example&body=a%0D%0Ab"
    record = news.send(one_click=False, unsubscribe_mail=mailto)
    page = news.browser.get(f"/messages/{record}/unsubscribe").text
    assert f'href="{news.server.url}/out" target="_blank" rel="noopener noreferrer"' in page
    assert 'href="mailto:out@acme.example?subject=Stop%20it&amp;body=a%20%20b"' in page
    assert "zeta" not in page.split("<main")[1]
    assert news.browser.post(f"/messages/{record}/unsubscribe").status_code == 422
    assert "you wrote to leave this mailing" in news.ask(record, how="mail")
    assert "you asked on the page of 127.0.0.1" in news.ask(record, how="page")
    assert not news.server.requests


def test_a_stranger_is_told_nothing(news: List):
    """Mail that nobody proved has no button, and no request is made for it."""
    record = news.send(proved=False)
    assert "Nothing to leave" in news.browser.get(f"/messages/{record}/unsubscribe").text
    assert 'id="leave"' not in news.browser.get(f"/messages/{record}").text
    assert news.browser.post(f"/messages/{record}/unsubscribe").status_code == 422
    assert not news.server.requests


@pytest.mark.parametrize("address", ["mailto:", "mailto:a@b", "mailto:a@b.example,c@d.example", "https://a.example"])
def test_only_one_plain_recipient_is_written_to(address):
    """An address that is none, or several, makes no mail."""
    assert letter_to(address) is None
