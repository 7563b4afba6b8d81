"""The person leaves a mailing: one request of RFC 8058, and a sealed record of when, and of what was answered."""

from datetime import UTC, datetime
from enum import StrEnum

from mesinfos.choose import choose_all
from mesinfos.errors import N_, InvalidInput, Unreachable
from mesinfos.model.choice import Choice, Topic
from mesinfos.outbound import Reach, post
from mesinfos.relations.mailings import Mailing
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault

BODY = b"List-Unsubscribe=One-Click"
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Mozilla/5.0"}


class How(StrEnum):
    """How leaving was asked for where no status tells: stored, so words are added at the end only."""

    MAIL = "mail"
    """The person wrote a mail."""
    PAGE = "page"
    """The person asked on a page of the merchant's."""
    SILENT = "none"
    """By one press, and nobody answered."""


def ask(address: str, reach: Reach) -> int:
    """Post what the standard says and nothing else; the status answered. Raises Unreachable when nobody answers.

    No redirect is followed: the standard forbids them, and each would tell one more stranger.
    """
    return post(address, BODY, _HEADERS, reach=reach)


def leave(vault: OpenVault, reading: Reading, mailing: Mailing) -> None:
    """Ask by one press, and keep what was answered, whatever it is. Raises InvalidInput where that is not offered."""
    message = mailing.newest.message
    if not message.one_click:
        raise InvalidInput(N_("This mailing cannot be left by one press."))
    try:
        how = str(ask(message.unsubscribe, Reach(vault.instance.settings.outbound_hosts)))
    except Unreachable:
        how = How.SILENT
    note(vault, reading, mailing, how)


def note(vault: OpenVault, reading: Reading, mailing: Mailing, how: str) -> str:
    """Keep that leaving was asked for now; returns the record's id."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return choose_all(vault, reading, [Choice(Topic.UNSUBSCRIBED, mailing.key, now, how)])
