"""Invented mails with a known content: the oracle of the sync tests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
PROVIDER = "mx.maison.example"


def order_number(number: int) -> str:
    """The number that the order of mail `number` bears: two mails in a row speak of the same order."""
    return f"AC-2026-{10_000 + number // 2}"


def order_mail(number: int, filler: int = 0) -> bytes:
    """An order confirmed (even numbers) and shipped (odd ones); `filler` characters more make it larger."""
    state = "Votre commande est confirmée" if number % 2 == 0 else "Votre commande est expédiée"
    body = (
        f"Bonjour Alice,\n\n{state}.\n\nNuméro de commande : {order_number(number)}\n\n"
        f"Lampe de bureau   1 x 29,90 €\n\nTotal de la commande : {29 + number // 2 % 50},90 €\n\n"
        f"Merci de votre confiance,\nAcme\n{'. ' * (filler // 2)}\n"
    )
    return _mail("Acme <commandes@acme.example>", f"{state} n° {order_number(number)}", number, body)


def personal_mail(number: int) -> bytes:
    """A friend's mail, which must never be stored."""
    return _mail("Nadia Roux <nadia.roux@gmail.com>", "Dimanche ?", number, "On se voit dimanche ? Bises, Nadia\n")


def _mail(sender: str, subject: str, number: int, body: str) -> bytes:
    domain = sender.rpartition("@")[2].rstrip(">")
    at = START + timedelta(minutes=7 * number)
    head = (
        f"Return-Path: <bounce@{domain}>\nReceived: from mail.{domain} by {PROVIDER}; {format_datetime(at)}\n"
        f"Authentication-Results: {PROVIDER}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}\n"
        f"From: {sender}\nTo: alice@maison.example\nDate: {format_datetime(at)}\n"
        f"Subject: =?utf-8?q?{_coded(subject)}?=\n"
        f"Message-ID: <{number}.{domain}>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    return head.encode() + body.encode()


def _coded(text: str) -> str:
    return "".join(chr(byte) if 47 < byte < 123 and byte not in b"?=_" else f"={byte:02X}" for byte in text.encode())


def mixed(count: int, filler: int = 0) -> Iterator[bytes]:
    """Orders, and one friend's mail in ten."""
    for number in range(count):
        yield personal_mail(number) if number % 10 == 9 else order_mail(number, filler)


def expected_orders(count: int) -> set[str]:
    """The order numbers that `mixed(count)` tells."""
    return {order_number(number) for number in range(count) if number % 10 != 9}


def write_mbox(path: Path, mails: Iterator[bytes] | list[bytes]) -> Path:
    """An mbox file of these mails."""
    with path.open("wb") as file:
        for raw in mails:
            quoted = raw.replace(b"\nFrom ", b"\n>From ")
            file.write(b"From someone@example Mon Jan  5 09:00:00 2026\n" + quoted + b"\n")
    return path
