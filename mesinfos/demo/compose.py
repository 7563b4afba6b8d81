"""From a letter to the bytes a mailbox holds: headers as providers write them, parts encoded as shops do."""

from base64 import encodebytes
from binascii import b2a_base64, b2a_qp
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b

from msgspec import Struct

from mesinfos.demo.letters import Letter, as_html, as_text

PROVIDER = "mx.maison.example"
"""The household's mail provider, as it signs its Authentication-Results (RFC 8601)."""


class Reader(Struct, frozen=True):
    """Whom the household's mail is for."""

    name: str
    address: str


def compose(letter: Letter, reader: Reader, decor: str = "", style: str = "") -> bytes:
    """The mail as it lies in the mailbox, with CRLF line ends (RFC 5322)."""
    first_name = reader.name.split(" ")[0]
    body = _alternatives(letter, as_text(letter, first_name), as_html(letter, first_name, decor, style))
    if letter.attached is not None:
        body = _mixed(letter, body)
    return "\r\n".join(_headers(letter, reader)).encode("ascii") + b"\r\n" + _crlf(body)


def note(sender: Reader, reader: Reader, at: datetime, subject: str, text: str) -> bytes:
    """A mail from one person to another."""
    name = sender.address.partition("@")[0]
    head = [
        f"Return-Path: <{sender.address}>",
        f"Authentication-Results: {PROVIDER}; spf=pass smtp.mailfrom={sender.address}; dmarc=none",
        f"From: {word(sender.name)} <{sender.address}>",
        f"To: {word(reader.name)} <{reader.address}>",
        f"Subject: {word(subject)}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{_digest(name, subject, at.isoformat())}@{sender.address.partition('@')[2]}>",
        "User-Agent: Mozilla Thunderbird",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
    ]
    return "\r\n".join(head).encode("ascii") + b"\r\n" + _crlf(text.encode())


def word(text: str) -> str:
    """A header text: as it is when ASCII, else encoded words (RFC 2047) of 45 bytes at most."""
    if text.isascii():
        return f'"{text}"' if any(sign in text for sign in ",;@") else text
    chunks, current = [], b""
    for sign in text:
        data = sign.encode()
        if len(current) + len(data) > 42:
            chunks.append(current)
            current = b""
        current += data
    chunks.append(current)
    return "\r\n ".join(f"=?utf-8?B?{b2a_base64(chunk, newline=False).decode()}?=" for chunk in chunks)


def _headers(letter: Letter, reader: Reader) -> list[str]:
    shop, when = letter.shop, format_datetime(letter.at)
    number = _digest(shop.domain, letter.kind, letter.link, letter.at.isoformat())
    local = "newsletter" if letter.bulk else "service"
    origin = f"host-{number[:6]}.bulk-sender.example" if letter.forged else f"mta1.{shop.domain}"
    lines = [
        f"Return-Path: <bounce-{number[:8]}@{origin if letter.forged else shop.domain}>",
        f"Received: from {origin} by {PROVIDER} with ESMTPS id {number[:12]};\r\n {when}",
        f"Authentication-Results: {_results(letter, origin)}",
    ]
    if not letter.forged:
        lines.append(_signature(letter, number))
    lines += [
        f"From: {word(shop.name)} <{local}@{shop.domain}>",
        f"To: {word(reader.name)} <{reader.address}>",
        f"Subject: {word(letter.subject) if not letter.subject.isascii() else letter.subject}",
        f"Date: {when}",
        f"Message-ID: <{number}@{shop.domain}>",
        "MIME-Version: 1.0",
    ]
    if letter.bulk:
        lines += [
            f"List-Unsubscribe: <https://www.{shop.domain}/unsubscribe?u={number[:10]}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            f"List-ID: <newsletter.{shop.domain}>",
            "Precedence: bulk",
        ]
    kind = "mixed" if letter.attached else "alternative"
    lines += [f'Content-Type: multipart/{kind}; boundary="{_boundary(letter, kind)}"', ""]
    return lines


def _results(letter: Letter, origin: str) -> str:
    domain = letter.shop.domain
    if letter.forged:
        return f"{PROVIDER};\r\n dkim=none;\r\n spf=fail smtp.mailfrom={origin};\r\n dmarc=fail header.from={domain}"
    return (
        f"{PROVIDER};\r\n dkim=pass header.d={domain} header.s=mail;\r\n"
        f" spf=pass smtp.mailfrom={domain};\r\n dmarc=pass header.from={domain}"
    )


def _signature(letter: Letter, number: str) -> str:
    # Shaped like the real thing; the household's provider has checked it, and no key of these domains exists.
    digest = b2a_base64(blake2b(number.encode(), digest_size=32).digest(), newline=False).decode()
    lists = ":list-unsubscribe:list-unsubscribe-post" if letter.bulk else ""  # what RFC 8058 wants to be signed
    return (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={letter.shop.domain}; s=mail;\r\n"
        f" h=from:to:subject:date:message-id{lists}; bh={digest};\r\n b={digest}"
    )


def _alternatives(letter: Letter, text: str, html: str) -> bytes:
    mark = _boundary(letter, "alternative").encode()
    kinds = ((b"plain", text), (b"html", html))
    parts = [
        b"--%s\nContent-Type: text/%s; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n%s\n"
        % (mark, kind, b2a_qp(body.encode(), istext=True))
        for kind, body in kinds
    ]
    return b"".join(parts) + b"--%s--\n" % mark


def _mixed(letter: Letter, body: bytes) -> bytes:
    mark, inner = _boundary(letter, "mixed").encode(), _boundary(letter, "alternative").encode()
    if letter.attached is None:
        return body
    name = letter.attached.filename.encode("ascii", "replace")
    return (
        b'--%s\nContent-Type: multipart/alternative; boundary="%s"\n\n%s' % (mark, inner, body)
        + b'--%s\nContent-Type: application/pdf; name="%s"\nContent-Transfer-Encoding: base64\n' % (mark, name)
        + b'Content-Disposition: attachment; filename="%s"\n\n' % name
        + encodebytes(letter.attached.content)
        + b"--%s--\n" % mark
    )


def _boundary(letter: Letter, kind: str) -> str:
    return f"=_{kind[:3]}_{_digest(letter.link, letter.at.isoformat(), kind)[:20]}"


def _digest(*parts: str) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
