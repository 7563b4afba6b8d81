"""Which mails a rule speaks of: those that the same sender wrote on the same template."""

import re

from mesinfos.directory import registrable
from mesinfos.ingest.template import likeness
from mesinfos.model.message import Message
from mesinfos.model.rule import Reach, Rule

BODY, SOME, SUBJECT = 0.6, 0.3, 0.75
"""How much of the set phrases two mails share, alone or with how much of the subject's words.

Measured: real mails of one sender and kind share 0.5 to 0.8 (0.3 where most of the mail is about the thing bought), of
one sender and another kind at most 0.2; the demo's shops, whose letters all look alike, 0.71 and 0.56 at the extremes.
A mail too many is worse than one too few: the person sees the mails before a rule holds, but not those that come later.
"""
_WORD = re.compile(r"[^\W\d_]{2,}")


def sender_of(message: Message) -> str:
    """The registrable domain that a mail is written from, whoever it is about."""
    return registrable(message.sender.domain or message.sender.address.rpartition("@")[2])


def covers(rule: Rule, message: Message, *, proved: bool) -> bool:
    """Whether a rule that was made on another mail holds for this one."""
    if rule.reach is Reach.MAIL or (rule.proved and not proved) or sender_of(message) != rule.sender:
        return False
    return rule.reach is Reach.SENDER or alike(rule, message)


def alike(one: Rule | Message, other: Message) -> bool:
    """Whether two mails of one sender are written on the same template."""
    words = resemblance(one.subject, other.subject)
    if not (one.template and other.template):
        return words >= SUBJECT
    body = likeness(one.template, other.template)
    return body >= BODY or (body >= SOME and words >= SUBJECT)


def resemblance(one: str, other: str) -> float:
    """The share of words that two subjects have in common, digits and names of things in digits left out."""
    left, right = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    return len(left & right) / len(left | right) if left | right else 0.0
