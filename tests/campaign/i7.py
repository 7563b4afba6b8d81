"""I7: 500 odd texts in every field: by the pages, by the API, and by mail. Kept as they are or refused, never a 5xx.

By the pages and the API: each route of the application, each of its fields (`asker.py` finds them), each part of its
path. By mail: as sender, subject, number, thing, place and file's name; what is recognised is stored, read and shown.
"""

from base64 import b64encode
from collections import Counter
from itertools import product
from json import dumps
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory

from mesinfos.ingest.pipeline import recognise
from mesinfos.model.codec import encode
from mesinfos.relations.reading import read
from mesinfos.rights import export_all
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sessions import resume_session
from tests.campaign import Outcome
from tests.campaign.asker import ENDLESS, Asker
from tests.campaign.texts import texts
from tests.web.furnish import Furnisher
from tests.web.house import House, house
from web.deps import SESSION_COOKIE

FULL = 500
OUTSIDE = frozenset({502, 504})
"""What the form of a source may answer: it tries the mail server, and says that there is none."""
Asked = Counter[str]


def run(tries: int) -> Outcome:
    """That many of the texts at every door."""
    chosen = texts()[:: max(1, len(texts()) // tries)][:tries]
    with house() as home:
        home.served.jobs.start()
        asker = Asker(home)
        try:
            mailed = by_mail(home, asker, chosen)
            bad, asked, silent = by_pages(asker, chosen)
            shown = [f"{path} {status}" for path, status in _pages(asker) if status >= 500]
        finally:
            asker.close()
            home.served.jobs.stop()
    happened = f"{asked} requests; 5xx: {bad[:9] or 'none'}; never answered well: {silent}; by mail: {mailed}; {shown}"
    return Outcome(len(chosen), "stored intact or 4xx, no 5xx", happened, ok=not (bad or silent or mailed or shown))


def by_pages(asker: Asker, chosen: list[str]) -> tuple[list[str], int, list[str]]:
    """Answers that should not be, how many were asked, and routes that were not reached even when asked rightly."""
    bad, silent, asked = [], [], 0
    for method, path in asker.routes:
        values = asker.fields(method, path)
        reached = asker.ask(method, path, values)
        silent += [f"{method} {path} {reached}"] if reached in {405, 501} else []
        parts = [name for _, name, _, _ in Formatter().parse(path) if name]
        for text, (kind, name) in product(
            chosen, [("field", one) for one in values] + [("path", one) for one in parts]
        ):
            given = values | {name: text} if kind == "field" else values
            status = asker.ask(method, path, given, {name: text} if kind == "path" else None)
            asked += 1
            if status >= 500 and not (status in OUTSIDE and path.startswith("/sources/")):
                bad.append(f"{status} {method} {path} {name}={text[:20]!a}")
    return bad, asked, silent


def mail(text: str) -> bytes:
    """A mail of Acme with the text wherever a mail has room for one: raw, as an encoded word, in markup, in a page."""
    raw = text.encode("utf-8", "surrogatepass")
    line = raw.replace(b"\r", b"").replace(b"\n", b" ")[:900]
    word = b"=?utf-8?b?" + b64encode(raw[:900]) + b"?="
    thing = {"itemOffered": {"name": text, "sku": text, "image": text}, "price": "5.00", "priceCurrency": text}
    order = {"@type": "Order", "orderNumber": f"A-77{text}", "acceptedOffer": [thing], "seller": {"name": text}}
    booking = {
        "@type": "EventReservation",
        "reservationNumber": text,
        "reservationFor": {"name": text, "location": text},
    }
    markup = dumps([order, {"@type": "ParcelDelivery", "trackingNumber": text}, booking]).encode()
    return b"\n".join((
        b"From: " + word + b" <shop@acme.example>",
        b"Subject: Votre commande " + word + b" " + line, b"List-Id: " + line,
        b"Message-ID: <" + line + b">", b"Date: Wed, 25 Nov 2026 10:00:00 +0000",
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"--b\nContent-Type: text/html; charset=utf-8\n\n<script type='application/ld+json'>" + markup + b"</script>",
        b"<p>" + raw + b"</p><table><tr><td>" + raw + b"<td>1<td>5,00 EUR<tr><td>Total<td>5,00 EUR</table>",
        b'--b\nContent-Type: application/pdf; name="' + line.replace(b'"', b"") + b'"',
        b"Content-Disposition: attachment\n",
        b"%PDF-1.7\n--b--",
    ))  # fmt: skip


def by_mail(home: House, asker: Asker, chosen: list[str]) -> list[str]:
    """Which texts a mail could not carry into the vault and onto the pages."""
    wrong: list[str] = []
    vault = resume_session(home.served.instance, asker.browser.cookies[SESSION_COOKIE])
    kept: Counter[bytes] = Counter()
    putting = Furnisher(vault, "odd texts")
    for number, text in enumerate(chosen):
        facts = recognise(mail(text))
        if facts.message and facts.message.imitates:  # a brand's name in foreign letters: no merchant is right
            continue
        if facts.error or facts.merchant is None or facts.message is None:
            wrong.append(f"{text[:20]!a} {facts.error or 'no merchant'}")
            continue
        parent = putting.keep(facts.message, facts.merchant, number / 99)
        for fact in facts.purchases():
            kept[encode(fact)] += 1
            putting.keep(fact, facts.merchant, number / 99, parent)
        for paper in facts.attachments:
            putting.keep(paper, facts.merchant, number / 99, parent)
    putting.move_in()
    return wrong + _lost(vault, kept) + _exported(vault)


def _exported(vault: OpenVault) -> list[str]:
    """What the person cannot take away: an export must hold every mail."""
    with TemporaryDirectory() as folder:
        export_all(vault, Path(folder, "all"))
        mails = len(list(Path(folder, "all", "messages").glob("*.eml")))
    return [] if mails == len(read(vault).messages) else [f"{mails} mails exported"]


def _lost(vault: OpenVault, kept: Counter[bytes]) -> list[str]:
    """What was not read from the vault as it was stored."""
    there = Counter(encode(seen.observation.fact) for seen in read(vault).observations())
    return [f"lost {one[:80]!a}" for one in kept - there]


def _pages(asker: Asker) -> list[tuple[str, int]]:
    paths = [path for method, path in asker.routes if method == "GET" and not path.endswith(ENDLESS)]
    return [(path, asker.ask("GET", path, {})) for path in paths]
