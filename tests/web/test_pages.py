"""What the pages show of a furnished vault, and what they do."""

from datetime import timedelta

import pytest

from mesinfos.consent.ledger import today
from mesinfos.consent.receipt import verify
from mesinfos.vault.sources import list_sources
from tests.web.house import House
from tests.web.served import Browser, heading


def test_home_says_what_to_do_first(alices: Browser):
    """Parcels to fetch, late ones and pretending mail come first; each is a link."""
    text = alices.get("/").text
    for words in ("Fetch the parcel from Acme", "The parcel from Colis Vert is late", "pretends to come from Acme"):
        assert words in text


@pytest.mark.parametrize(
    ("path", "there", "absent"),
    [
        ("/merchants?q=TELEPHONIE", "Téléphonie Mistral", "Librairie des Tilleuls"),
        ("/merchants?kind=travel&sort=name", "Rail &amp; Rivage", "Grand Bazar"),
        ("/merchants?q=nobody", "Clear the filters", "Acme"),
        ("/merchants?page=9999", "Nothing matches", "Grand Bazar"),
        ("/orders?q=A-4103", "Colis Vert", "Primeur Halles"),
        ("/orders?status=OrderReturned&month=x", "Returned", "Grand Bazar"),
        ("/orders?month=1999-01", "Nothing matches", "Zeta"),
        ("/products", "Bouilloire", "Nothing matches"),
        ("/products?q=ECOUTEURS&sort=name", "Écouteurs sans fil", "Chaise pliante"),
        ("/products?category=Furniture&sort=times", "Chaise pliante", "Bouilloire"),
        ("/products?category=none", "Clear the filters", "Bouilloire"),
        ("/parcels?state=all", "Delivered", "Zeta"),
        ("/offers", "TILLEUL15", "Zeta"),
        ("/offers", "hors meubles", "Zeta"),
        ("/merchants/acme.example/purchases", "RMA-12", "Zeta"),
        ("/messages?only=imitating", "Pretends to be Acme", "Zeta"),
        ("/merchants/acme.example/messages?category=promo", "Les nouveautés", "est confirmée"),
        ("/merchants/acme.example/purchases", "F-4100", "Zeta"),
        ("/journal", "The chain is whole", "not whole"),
        ("/settings/promise", "readable by whoever controls this machine", "Zeta"),
        ("/sources/new/mbox", "File or folder", "Password"),
        ("/sources/new/imap?address=a@odd.example", "imap.odd.example", "Zeta"),
    ],
)
def test_pages_show_what_was_asked(alices: Browser, path: str, there: str, absent: str):
    """Each list shows what answers to its address, and nothing else."""
    answer = alices.get(path)
    assert answer.status_code == 200
    assert there in answer.text
    assert absent not in answer.text.split("<main", 1)[1]


def test_a_mail_is_text_only(home: House, alices: Browser):
    """W1: what a mail says is shown as text; nothing in it is run, and templates in it are not filled in."""
    text = alices.get(home.fill("/messages/{record_id}")).text
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in text


def test_papers_are_downloads(home: House, alices: Browser):
    """A kept invoice is handed out as a download in a sandbox, and only under its own mail."""
    answer = alices.get(home.fill("/messages/{record_id}/papers/{paper_id}"))
    assert answer.content == b"%PDF-1.7 furnished"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert alices.get(home.fill("/messages/other/papers/{paper_id}")).status_code == 404
    assert alices.get(home.fill("/messages/{record_id}/papers/{record_id}")).status_code == 404


def test_a_consent_shows_the_bytes_it_serves(home: House, alices: Browser):
    """What the preview shows byte for byte is what the merchant is served."""
    address = home.fill("/consents/{grant_id}")
    pages = "".join(alices.get(f"{address}?page={number}").text for number in range(1, 12))
    served = alices.get("/api/v1/disclosures", headers={"Authorization": f"Bearer {home.token}"}).json()["disclosures"]
    assert served
    assert all(one["id"] in pages for one in served)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until": "2020-01-01"}, "until"),
        ({"since": "x"}, "since"),
        ({"domain": "no domain"}, "domain"),
        ({"degree0": ""}, "fields"),
    ],
)
def test_a_consents_mistakes_keep_what_was_typed(alices: Browser, change: dict[str, str], field: str):
    """A consent that cannot be is told on its field; nothing is granted, and the form keeps what was chosen."""
    form = {"domain": "zeta.example", "name": "Zeta", "degree0": "order.month", "scope": "own", "purpose": "offers"}
    form |= {"since": "2026-01-01", "until": str(today() + timedelta(days=36))}
    for path in ("/consents/preview", "/consents"):
        answer = alices.post(path, data=form | change)
        assert answer.status_code == 422
        assert f'id="{field}-wrong"' in answer.text
        assert 'value="Zeta"' in answer.text


def test_sources_are_changed_and_removed(home: House, alices: Browser):
    """A source that does not answer is not saved; its secret never comes back; removing asks first."""
    path = home.fill("/sources/{source_id}")
    edit = alices.get(f"{path}/edit").text
    assert "imap.maison.example" in edit
    assert "xyz-secret-xyz" not in edit
    wrong = {"host": "127.0.0.1", "port": "9", "username": "alice", "security": "none", "mode": "while_unlocked"}
    answer = alices.post(f"{path}/edit", data=wrong)
    assert answer.status_code == 504
    assert "The server answers" in answer.text
    assert alices.post("/sources/new/imap", data=wrong | {"password": "p", "port": "x"}).status_code == 422
    outside = alices.post("/sources/new/mbox", data={"path": "/etc/passwd"})
    assert outside.status_code in {409, 422}
    assert "Remove" in alices.get(f"{path}/remove").text
    assert list_sources(home.served.instance, home.alice)


def test_language_and_theme_are_kept(alices: Browser):
    """The choice of language and theme holds on the next page, and back."""
    assert heading(alices.post("/settings/look", data={"language": "fr", "theme": "dark"})) == "Affichage"
    assert 'data-theme="dark"' in alices.get("/orders").text
    assert heading(alices.post("/settings/look", data={"language": "en", "theme": "auto"})) == "Display"


def test_alarms_stay_until_seen_to(home: House, alices: Browser):
    """What an unlock warned of stands on every page until the person says it was seen."""
    home.served.app.state.site.alarms[home.alice] = ("verify_key_swapped", "grants_forged:2", "odd")
    assert "exchanged the key that proves your consents" in alices.get("/orders").text
    alices.post("/journal/seen")
    assert "exchanged" not in alices.get("/orders").text


def test_health_says_little(stranger: Browser):
    """The monitor learns that the process lives and can serve, and nothing else."""
    assert stranger.get("/health/live").json() == {"status": "alive"}
    assert stranger.get("/health/ready").json() == {"status": "ready"}


def test_readings_are_forgotten(home: House, alices: Browser):
    """The plaintext of a vault leaves the memory when its person has left."""
    readings = home.served.app.state.site.readings
    alices.get("/orders")
    assert home.alice in readings._kept
    readings._clock = lambda: 1e12
    readings.sweep()
    assert readings._kept == {}


def test_a_page_tells_who_read_what(home: House, alices: Browser):
    """An order's page names the reader of the fields that came from elsewhere than the rest."""
    text = alices.get(home.fill("/orders/{order_id}")).text
    assert "From the attached document:" in text
    assert "total" in text.split("From the attached document:")[1][:40]


def test_a_mail_tells_the_bill_it_spoke_of(alices: Browser):
    """What was read from a mail beside its order stands on its page too."""
    listed = alices.get("/messages").text.split('href="/messages/')
    place = next(one.split('"', 1)[0] for one in listed[1:] if "est confirmée" in one.split("</li>", 1)[0])
    text = alices.get(f"/messages/{place}").text
    assert "Also read from it" in text
    assert "Invoice F-" in text


def test_a_receipt_is_downloaded_whole(home: House, alices: Browser):
    """The person's file is the merchant's, verifies offline, and is named on the page with the key that signed it."""
    answer = alices.get(home.fill("/consents/receipts/{receipt_id}"))
    proved = verify(answer.content)
    assert answer.headers["content-disposition"].startswith("attachment")
    page = alices.get(home.fill("/consents/{grant_id}")).text
    assert proved.instance in page
    assert home.fill("/consents/receipts/{receipt_id}") in page
    assert alices.get("/consents/receipts/none").status_code == 404
