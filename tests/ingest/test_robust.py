"""Whatever is sent is read in time or refused with a reason; `make campaign IDS="I1 I5"` asks far more of it."""

import io
import re
from itertools import islice, product
from time import process_time

import pytest
from msgspec.msgpack import Decoder, Encoder

from mesinfos.directory import domains
from mesinfos.ingest import addresses
from mesinfos.ingest.charsets import decode
from mesinfos.ingest.context import Context
from mesinfos.ingest.frames import BATCH, RESULT, read_frame, write_frame
from mesinfos.ingest.page import Page
from mesinfos.ingest.pipeline import UNREADABLE, recognise
from mesinfos.ingest.results import read_results
from mesinfos.ingest.screen import wants_body
from mesinfos.ingest.source import FEW_TAGS, bounded, reduced
from mesinfos.ingest.worker import serve
from mesinfos.model.facts import Facts
from mesinfos.model.merchant import Sender
from tests.campaign import i1, i5
from tests.campaign.expressions import Expression
from tests.campaign.mutants import mutants
from tests.campaign.words_of_harm import FIELDS, VALUES

HEAD = "From: Acme <shop@acme.fr>\nSubject: Votre commande 123-4567\nDate: Wed, 25 Nov 2026 10:00:00 +0000\n"
FROM = b"From: Acme <shop@acme.example>\nSubject: Votre commande 123-4567\n"
PAGE = HEAD + "Content-Type: text/html; charset=utf-8\n\n"
BLOCKS = {
    "table rows": (PAGE, "<tr><td>Lampe<td>2<td>59,98 €</tr>"),
    "cells": (PAGE + "<table><tr>", "<td>Lampe 12,50 €</td>"),
    "links": (PAGE, '<a href="https://acme.fr/p/%d"><img src="https://acme.fr/%d.png" alt="Lampe"></a> '),
    "styled links": (
        PAGE,
        '<p style="font-size:0px"><a href="https://t.acme.fr/?u=https%%3A%%2F%%2Facme.fr%%2F%d">x</a></p>',
    ),
    "pictures and prices": (PAGE, '<tr><td><img src=/%d.png alt="Lampe numéro %d"><td>Lampe numéro %d<td>5,00 €</tr>'),
    "labels": (PAGE, "<tr><td>Total :</td><td>12,50 €</td></tr><tr><td>Numéro de commande</td><td>A-%d77</td></tr>"),
    "nested tables": (PAGE, "<table><tr><td>Lampe "),
    "lists": (PAGE, "<ul><li>Lampe 5,00 €"),
    "superscripts": (PAGE, "<p>12<sup>50</sup> €</p>"),
    "microdata": (
        PAGE,
        '<div itemscope itemtype="http://schema.org/Order"><meta itemprop=orderNumber content=A-%d77></div>',
    ),
    "markup": (PAGE, '<script type="application/ld+json">{"@type":"Order","orderNumber":"A-%d77"}</script>'),
    "torn markup": (
        PAGE,
        '"Order","orderNumber":"A-77","price":"59.98"}</script><table><tr><td>Lampe<td>2<td>59,98 €</table>',
    ),
    "open scripts": (PAGE, '<script type="application/ld+json">'),
    "comments": (PAGE, "<!-- <style>"),
    "headers": (HEAD, "X-Field: a <b@c.example>, =?utf-8?q?d?=\n"),
    "prices": (HEAD + "\n", "Lampe 12,50 €\n"),
    "tabs": (HEAD + "\n", "Lampe\t2\t12,50 €\t"),
    "numbers": (HEAD + "\n", "Numéro de commande : A-%d77 du 12/11/2026\n"),
    "parcels": (HEAD + "\n", "Colis Colissimo 6A%011d expédié, https://www.laposte.fr/suivi?code=6A%011d\n"),
    "labels above": (HEAD + "\n", "Numéro de commande\nA-%d77\nTotal\n12,50 €\nLivraison prévue\n12/12/2026\n"),
    "columns": (HEAD + "\n", "Lampe  Quantité  Prix\nLampe bleue  2  12,50 €\nSous-total  25,00 €\n"),
    "quotes": (HEAD + "\n", "> > From: a@acme.fr\n"),
    "addresses": (HEAD + "To: ", "Bob <bob%d@acme.fr>, "),
    "quoted names": (HEAD + "To: ", '"\\'),
    "verdicts": (HEAD + "Authentication-Results: mx.acme.fr", '; dkim=pass header.d=acme.fr ("\\'),
    "parts": (HEAD + "Content-Type: multipart/mixed; boundary=b\n\n", "--bb\n\nx\n"),
    "events": (
        HEAD + "Content-Type: text/calendar; name=a.ics\n\n",
        "BEGIN:VEVENT\nDTSTART:20261201T100000\nEND:VEVENT\n",
    ),
    "list items": (HEAD + "\n", "1 x Lampe\n"),
    "offers": (HEAD + "\n", "Code promo : LAMPE%d, -20 %% jusqu'au 30/11/2026\n"),
}


def test_i1_no_mutant_breaks_the_reader():
    """Mails damaged in fifteen ways are each read, or quarantined with a reason, by a small process."""
    outcome = i1.run(300)
    assert outcome.ok, outcome.happened


def test_a_mutant_is_always_the_same():
    """A number names a mutant: what the campaign reports can be looked at."""
    assert list(mutants(4, 3)) == list(islice(mutants(7), 3, 7))


def test_no_header_breaks_a_reader():
    """Any of 75 odd values in any of 23 fields: the mail is read or refused, and so is its header block alone."""
    asked = Context(authserv_ids=("mx.example",))
    for field, value in product(FIELDS, VALUES):
        for block in (field + b": " + value + b"\n", FROM + field + b":" + value + b"\n"):
            assert recognise(block + b"\nTotal : 5,00 EUR\n", asked).error != UNREADABLE
            assert wants_body(block) in {True, False}


def test_i5_no_expression_is_led_astray():
    """No expression takes the time of one that is led astray, and none is given more than what was declared."""
    outcome = i5.run(6, i5.SECONDS * 3)
    assert outcome.ok, outcome.happened


def test_i5_finds_an_expression_that_can_be_led_astray():
    """The attack itself works: of two ways to write the same, it tells the slow one."""
    bad, good = (Expression("", re.compile(source), frozenset({"search"})) for source in (r"-+\s*x", r"-\s*x"))
    assert i5.slowest(bad, 40)[0] > i5.SECONDS > i5.slowest(good, 40)[0]


def mail_of(name: str, count: int) -> bytes:
    """A mail of so many blocks of one kind."""
    head, block = BLOCKS[name]
    wide = block.count("%") - block.count("%%") * 2
    return (head + "".join(block % ((number,) * wide) for number in range(count)) + "\n\nend\n").encode()


def seconds(raw: bytes) -> float:
    """What one reading takes of the processor, the better of two."""
    taken = []
    for _ in range(2):
        start = process_time()
        recognise(raw)
        taken.append(process_time() - start)
    return min(taken)


@pytest.mark.parametrize("name", BLOCKS)
def test_ten_times_the_mail_takes_ten_times_as_long(name: str):
    """Of no kind of block do ten thousand take much more than ten times what a thousand take: were it their square,
    they would take a hundred times as long.
    """
    few, many = seconds(mail_of(name, 1_000)), seconds(mail_of(name, 10_000))
    assert many < 30 * few + 0.3


@pytest.mark.parametrize("charset", ["idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"])
def test_no_charset_makes_halves_of_characters(charset: str):
    """What Python decodes by, and no mail is written in, neither raises nor gives what cannot be stored."""
    assert decode(b"caf\\ud800 +2AA- \xff", charset).encode()


def test_what_cannot_be_handed_over_costs_its_own_mail():
    """Facts that hold half a character are quarantined; the others of the batch are answered."""
    source, sink = io.BytesIO(), io.BytesIO()
    write_frame(source, BATCH, Encoder().encode([(b"good", None), (b"bad", None)]))
    source.seek(0)
    serve(source, sink, lambda raw, _context, _mail: Facts(Sender("\ud800" if raw == b"bad" else "a@acme.fr")))
    sink.seek(0)
    frames = iter(lambda: read_frame(sink), None)
    results = next(Decoder(list[Facts]).decode(frame.payload) for frame in frames if frame.kind == RESULT)
    assert [facts.error for facts in results] == ["", UNREADABLE]


def test_a_verdict_within_an_open_quote_is_none():
    """A quoted string that never ends takes the rest of the field: a forger gains nothing by it."""
    assert read_results('mx.acme.fr; dkim=pass header.d=acme.fr; x="; dmarc=pass header.from=bank.example') == (
        read_results("mx.acme.fr; dkim=pass header.d=acme.fr")
    )


HUGE = "9" * 5_000
SCRIPT = PAGE + '<script type="application/ld+json">{"@type":"Order","orderNumber":"A-77","acceptedOffer":'
ODD = {
    "a character's number": f'{SCRIPT}{{"name":"&#{HUGE};"</script>',
    "a quantity": f'{SCRIPT}{{"itemOffered":{{"name":"Lampe"}},"eligibleQuantity":"{HUGE}"}}}}</script>',
    "a piece of a file's name": f"{HEAD}Content-Type: text/plain; name*{HUGE}=a\n\nx",
    "a day": HEAD.replace("25 Nov 2026", HUGE) + "\nx",
    "a price": f"{HEAD}\nTotal : {HUGE},00 EUR\nNuméro de commande : A-{HUGE}\n",
}


@pytest.mark.parametrize("what", ODD)
def test_a_number_of_five_thousand_figures_costs_itself_alone(what: str):
    """Python refuses to count that far; the mail is read all the same, and what is read can be handed over."""
    facts = recognise(ODD[what].encode())
    assert not facts.error
    assert facts.merchant is not None
    assert Encoder().encode(facts)


def test_no_sender_fills_the_memory():
    """Only short fields are remembered from mail to mail: a thousand long ones would be all that a process may hold."""
    before = addresses._remembered.cache_info().misses, domains._registrable.cache_info().misses
    for number in range(3):
        long = str(number) * 5_000
        assert addresses.read_addresses(f"{long} <a@acme.example>".encode()).mailboxes[0].address == "a@acme.example"
        assert not addresses.plain_address(f"a@{'b.' * 400}example")
        assert not domains.registrable(f"{long}.example")
    assert before == (addresses._remembered.cache_info().misses, domains._registrable.cache_info().misses)


def test_a_second_address_cannot_hide_far_behind_the_first():
    """A field longer than what is read of it proves nothing."""
    assert addresses.read_addresses(b"Acme <a@acme.example>" + b" " * 20_000 + b", <eve@attack.example>").odd


def test_half_a_character_in_markup_is_replaced():
    """JSON can spell what no text can hold: the thing is read, with a sign in its place."""
    facts = recognise((SCRIPT + '{"itemOffered":{"name":"Lampe \\ud800"}}}</script>').encode())
    assert Encoder().encode(facts)
    assert [item.name for order in facts.orders for item in order.items] == ["Lampe �"]


@pytest.mark.parametrize(
    "tag", ["<div>", "<ul><li>", "<i></b>", "<sup>1", "</p>", "<x>", "<div itemscope itemtype=http://schema.org/Order>"]
)
def test_elements_without_end_are_cut_short(tag: str):
    """Megabytes of elements within each other would keep the parser busy for minutes, out of any alarm's reach."""
    page = PAGE + tag * (3_000_000 // len(tag))
    assert bounded(page).count("<") <= FEW_TAGS
    assert reduced(page).count("<") <= FEW_TAGS
    assert recognise((PAGE + tag * (3_000_000 // len(tag))).encode()).message


def test_a_long_page_is_read_to_its_end():
    """Many elements that are closed again are a long page, not an attack."""
    long = "<div><span>Lampe</span></div><br><img src=a>" * 15_000
    assert bounded(long) == long
    assert len(Page(long).images) == 15_000
