"""Content-Transfer-Encoding (RFC 2045 §6): base64 and quoted-printable undone, damage forgiven."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_LOOKS_QUOTED = re.compile(rb"=\n|=3D|=C[23]=|=20\n|=E[29]\b")
_LOOKS_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{60,76}\n){2}")


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """The bytes that were meant; an unknown encoding leaves them as they are."""
    if encoding == "quoted-printable":
        return a2b_qp(body)
    if encoding == "base64":
        return _base64(body)
    return body


def sniff_transfer(body: bytes, encoding: str) -> bytes:
    """As `decode_transfer`, for a text: when nothing is declared, the bytes themselves tell."""
    if encoding:
        return decode_transfer(body, encoding)
    if len(_LOOKS_QUOTED.findall(body, 0, 50_000)) >= 3:
        return a2b_qp(body)
    if _LOOKS_BASE64.match(body):
        return _base64(body)
    return body


def _base64(body: bytes) -> bytes:
    try:
        return a2b_base64(body)
    except (Base64Error, ValueError):
        kept = _NOT_BASE64.sub(b"", body).split(b"=")[0]
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return a2b_base64(kept + b"=" * (-len(kept) % 4))
