"""Rights that Alice asks of a merchant: the letter, the month it has, and what home says after it."""

import re
from email import message_from_string, policy
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from mesinfos.choose import choose, take_back
from mesinfos.model.choice import DataRight, Topic
from tests.web.house import House
from tests.web.served import Browser


@pytest.mark.parametrize("right", list(DataRight))
@pytest.mark.parametrize("tongue", ["fr", "en"])
def test_a_letter_names_its_article_and_its_person(home: House, alices: Browser, right: DataRight, tongue: str):
    """It can be sent as it is: the article, who asks, the month; the link carries the same text to a mail program."""
    text = alices.get(home.fill("/merchants/{merchant_id}/rights/") + right, params={"tongue": tongue}).text
    (link,) = re.findall(r'href="(mailto:[^"]+)"', text)
    told = parse_qs(urlsplit(unescape(link)).query)
    subject, body = told["subject"][0], told["body"][0]
    assert {"access": "15", "rectification": "16", "erasure": "17", "portability": "20", "objection": "21"}[
        right
    ] in body
    assert "Alice" in body
    assert ("un mois" if tongue == "fr" else "one month") in body
    assert "{" not in subject + body
    assert message_from_string(f"Subject: {subject}\n\n{body}", policy=policy.default)["subject"] == subject
    assert all(line in unescape(text) for line in body.splitlines())


def test_a_month_is_counted_from_the_letter(home: House, alices: Browser):
    """The day is kept and shown with the last day for an answer; the answer closes it; one press takes it back."""
    path = home.fill("/merchants/{merchant_id}/rights")
    text = alices.post(f"{path}/access/sent").text
    assert "answer due by" in text
    undo = re.findall(r'action="(/undo/[^"]+)"', text)[0]
    answered = alices.post(f"{path}/access/answered").text
    assert "answered on" in answered
    assert alices.post(f"{path}/access/answered").status_code == 404
    alices.post(re.findall(r'action="(/undo/[^"]+)"', answered)[0])
    assert "answer due by" in alices.get(path).text
    alices.post(undo)
    assert "Asked on" not in alices.get(path).text


def test_home_tells_of_a_merchant_that_does_not_answer(home: House, alices: Browser):
    """After the month, not before; its page says what one may do then."""
    vault = home.vault_of(alices)
    reading = home.served.app.state.site.readings.of(vault)
    subject = f"erasure@{home.ids['merchant_id']}"
    assert "has not answered" not in alices.get("/").text
    made = choose(vault, reading, Topic.CLAIM, subject, "2026-01-31")
    assert "has not answered your letter" in alices.get("/").text
    assert "The month is over" in alices.get(home.fill("/merchants/{merchant_id}/rights")).text
    take_back(vault, reading, made)


def test_an_unknown_right_is_no_page(home: House, alices: Browser):
    """Only what the law names can be asked for."""
    assert alices.get(home.fill("/merchants/{merchant_id}/rights/everything")).status_code in {404, 422}
