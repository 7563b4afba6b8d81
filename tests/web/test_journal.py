"""The journal's page: lines found, counted and taken away, each leading to what it is about."""

import csv
import html
import io
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import update

from mesinfos.consent import ledger, outbox
from mesinfos.consent.journal import Action, append, entries
from mesinfos.consent.offline import check
from mesinfos.consent.unusual import Unusual
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sessions import resume_session
from mesinfos.vault.tables import journal as lines
from tests.web.furnish import MERCHANTS, consent
from tests.web.house import House
from tests.web.served import Browser
from web import words
from web.dashboard.sharing import exporting, journal
from web.dashboard.sharing.sought import GROUPS
from web.deps import SESSION_COOKIE


@pytest.fixture(scope="module")
def vault(home: House, alices: Browser) -> OpenVault:
    """Alice's vault: Acme read twice, Zeta was given a consent that it lost again."""
    mine = resume_session(home.served.instance, alices.cookies[SESSION_COOKIE])
    for _ in range(2):
        outbox.page(home.served.instance, home.token)
    grant, _ = consent(mine, MERCHANTS[-1])
    ledger.revoke(home.served.instance, home.alice, grant.grant_id)
    return mine


def rows(text: str) -> list[str]:
    """The lines of the page, as text."""
    part = text.split('id="lines"', 1)[1].split("</section>", 1)[0]
    found = re.findall(r'<li class="row.*?</li>', part, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", html.unescape(row)).split()) for row in found]


def test_every_action_can_be_asked_for() -> None:
    """Each thing that can have happened is in one group of the filter, and has words."""
    assert sorted(action for _, some in GROUPS.values() for action in some) == sorted(Action)
    assert set(words.ACTION) == set(Action)


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("merchant=zeta.example", "Consent revoked", "Acme"),
        ("merchant=zeta.example&what=read", "", "Zeta"),
        ("what=read", "The merchant read data", "Consent given"),
        ("what=consent&purpose=offers", "Consent given", "Vault opened"),
        ("purpose=delivery", "", "Acme"),
        ("what=vault", "Vault opened", "Acme"),
        ("since=2000-01-01&until=2000-12-31", "", "Vault opened"),
        ("since=0001-01-01&until=9999-12-31&what=nonsense&purpose=nonsense", "Vault opened", "nothing"),
        ("before=2", "Consent given", "Vault opened"),
    ],
)
@pytest.mark.usefixtures("vault")
def test_lines_are_found_by_what_they_tell(alices: Browser, query: str, there: str, absent: str) -> None:
    """By merchant, what happened, what for and when; what is no answer counts as not asked."""
    text = alices.get(f"/journal?{query}").text
    found = rows(text)
    assert any(there in row for row in found) if there else not found
    assert not any(absent in row for row in found)
    assert found or "Clear the filters" in text


def test_a_line_leads_to_its_consent_and_its_merchant(home: House, alices: Browser, vault: OpenVault) -> None:
    """And says what for, how much, how large, and which line it is."""
    text = alices.get("/journal?what=read").text
    assert f'href="/consents/{home.ids["grant_id"]}">The merchant read data</a>' in text
    assert 'href="/merchants/acme.example">Acme</a>' in text
    line = entries(vault, limit=1, action=Action.DATA_READ)[0]
    assert line.details
    assert line.details["bytes"] > 1000
    assert re.search(rf"offers · {line.details['things']} records · \d+\.\d kB .*line {line.seq}", rows(text)[0])
    assert 'href="/links/' in alices.get("/journal?what=link").text


def test_older_lines_are_a_page_away(alices: Browser, vault: OpenVault, monkeypatch) -> None:
    """By the number of the last line seen, with the filters kept; each line once."""
    monkeypatch.setattr(journal, "SIZE", 2)
    seen, path = [], "/journal?what=consent"
    while path:
        text = alices.get(path).text
        seen += [int(number) for row in rows(text) for number in re.findall(r"line (\d+)", row)]
        older = re.search(r'href="(/journal\?[^"]*before=[^"]*)"', text)
        path = html.unescape(older[1]) if older else ""
    wanted = [line.seq for line in entries(vault) if line.action in GROUPS["consent"][1]]
    assert seen == wanted
    assert len(wanted) > 2


def test_the_months_figures_lead_to_their_lines(alices: Browser, vault: OpenVault) -> None:
    """What Acme read this month is counted, and its link shows just those lines."""
    text = alices.get("/journal").text
    table = text.split('id="months"', 1)[1].split("</table>", 1)[0]
    figures = re.findall(r'<a href="([^"]+)">([^<]+)</a>', table)
    reads = [line.details or {} for line in entries(vault, action=Action.DATA_READ)]
    assert [figure for _, figure in figures[:2]] == [str(len(reads)), str(sum(one["things"] for one in reads))]
    assert len(rows(alices.get(html.unescape(figures[0][0])).text)) == len(reads)
    assert "month by month" not in alices.get("/journal?what=read").text


def test_the_chain_is_said_to_be_whole_with_its_number(alices: Browser, vault: OpenVault) -> None:
    """As many lines as there are, and when they were looked at."""
    total = entries(vault, limit=1)[0].seq
    said = rf"The chain is whole: {total} lines, walked from the first on \w+ \d+, \d{{4}}"
    assert re.search(said, alices.get("/journal?anew=1").text)


def test_what_came_since_is_walked_at_once_and_the_rest_again_by_a_press(alices: Browser, vault: OpenVault) -> None:
    """A new line that does not fit shows on the next page; what was changed before it, when all is walked anew."""
    assert "The chain is whole" in alices.get("/journal?anew=1").text
    _change(vault, 2, subject="nobody")
    assert "The chain is whole" in alices.get("/journal").text
    assert "A line of the journal was changed." in alices.get("/journal?anew=1").text
    assert "A line of the journal was changed." in alices.get("/journal").text
    _change(vault, 2, subject=entries(vault, limit=1, before=2)[0].subject)
    assert "The chain is whole" in alices.get("/journal").text
    with vault.instance.database.write(vault.vault_id) as conn:
        append(vault.instance, conn, vault.vault_id, Action.BACKUP_MADE, "a backup")
    newest = entries(vault, limit=1)[0]
    _change(vault, newest.seq, subject="another")
    assert "A line of the journal was changed." in alices.get("/journal").text
    _change(vault, newest.seq, subject="a backup")


def _change(vault: OpenVault, seq: int, **values: object) -> None:
    with vault.instance.database.write(vault.vault_id) as conn:
        conn.execute(update(lines).where(lines.c.vault_id == vault.vault_id, lines.c.seq == seq).values(**values))


def test_lines_are_taken_away_with_their_hashes(alices: Browser, vault: OpenVault) -> None:
    """All of them as JSON Lines check offline, up to the head; a choice of them says what it leaves out."""
    answer = alices.get("/journal/lines.jsonl")
    assert 'filename="mesinfos-journal-' in answer.headers["content-disposition"]
    newest = entries(vault, limit=1)[0]
    assert check(answer.content.splitlines()) == (newest.seq, 1, newest.seq, 0, newest.hash.hex(), [])
    some = alices.get("/journal/lines.jsonl?what=read").content.splitlines()
    assert b'"merchant":"acme.example","purpose":"offers"' in some[0]
    assert check(some).wrong == []
    assert check(some).lines == len(rows(alices.get("/journal?what=read").text))


def test_a_table_holds_no_formula(home: House, alices: Browser, vault: OpenVault) -> None:
    """CSV has a row a line in the reader's words; what a spreadsheet would run is text."""
    with vault.instance.database.write(vault.vault_id) as conn:
        append(vault.instance, conn, vault.vault_id, Action.CONSENT_REFUSED, "asked", {"merchant": "=cmd|x.example"})
    text = alices.get("/journal/lines.csv?what=consent").content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert tuple(table[0]) == exporting.COLUMNS
    assert (table[0]["what"], table[0]["merchant"]) == ("Consent given", "acme.example")
    assert table[-1]["merchant"] == "'=cmd|x.example"
    assert len(table[0]["hash"]) == 64
    with home.served.browser() as stranger:
        assert "/unlock" in str(stranger.get("/journal/lines.csv").url)


def test_reading_far_more_than_usual_stands_on_top(home: House, alices: Browser, monkeypatch) -> None:
    """With the way to the consent; a page of chosen lines does not repeat it. The rule is tested where it stands."""
    striking = Unusual(home.ids["grant_id"], 300, 12)
    monkeypatch.setattr(journal, "unusual", lambda *_: [striking])
    assert "Today Acme read 300 records; on other days it reads about 12." in html.unescape(alices.get("/journal").text)
    assert "Far more than usual" not in alices.get("/journal?what=read").text


def test_addresses_of_files_keep_the_filters(alices: Browser) -> None:
    """What is seen is what is downloaded."""
    text = alices.get("/journal?merchant=acme.example&what=read&since=2026-01-01").text
    links = [html.unescape(one) for one in re.findall(r'href="(/journal/lines[^"]+)"', text)]
    assert [dict(parse_qsl(urlsplit(one).query)) for one in links] == [
        {"merchant": "acme.example", "what": "read", "since": "2026-01-01"}
    ] * 2
