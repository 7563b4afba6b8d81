"""Sends what is due, each copy by itself: a channel that fails or waits stops no other, and no sync.

What is to be sent lies in the database (`book.py`), so a process that dies loses none: the next one finds it.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from mesinfos.errors import N_, MesInfosError, NotFound
from mesinfos.logs import get_logger
from mesinfos.notices import book, mail, push, services
from mesinfos.notices.book import Copy, Result, Told
from mesinfos.notices.channels import WAITING, Channel, Way, get_channel, mark_gone
from mesinfos.notices.kinds import words
from mesinfos.notices.sending import Message, NotSent, Unsure
from mesinfos.notices.watch import watch
from mesinfos.outbound import Reach
from mesinfos.vault.instance import Instance
from mesinfos.vault.vaults import find_person
from mesinfos.wording import say

EVERY = 5.0  # between two looks for what is due
WATCH = 300.0  # seconds between two looks at what there is to tell
AT_ONCE = 4
PURPOSE = "notice mark"
FAULT = N_("It failed by a fault of MesInfos.")

log = get_logger("mesinfos.notices")


class Herald:
    """The rounds of one process; several processes may make theirs at once."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._watched = -WATCH

    def round(self) -> None:
        """Look at what there is to tell, and send what is due; raises StorageUnavailable."""
        if time.monotonic() - self._watched >= WATCH:
            self._watched = time.monotonic()
            watch(self._instance)
            book.lost(self._instance)
        book.make_copies(self._instance)
        due = book.due_copies(self._instance)
        if due:
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="herald") as pool:
                list(pool.map(self._deliver, due))

    def _deliver(self, copy: Copy) -> None:
        try:
            attempt(self._instance, copy)
        except MesInfosError as error:  # the database is busy: what was not taken is tried again
            log.warning("a notice could not be tried", notice=copy.notice_id, exc_info=error)


def attempt(instance: Instance, copy: Copy, now: datetime | None = None) -> str:
    """Try one copy now; returns its state afterwards, "" when somebody else has it."""
    taken = book.take(instance, copy, now)
    return _sent(instance, *taken, now or datetime.now(UTC))[0] if taken else ""


def try_out(instance: Instance, vault_id: str, channel_id: str) -> tuple[str, Result]:
    """Send a test over a channel and wait for how it ends; raises NotFound."""
    copy = book.add_test(instance, vault_id, channel_id)
    with instance.database.read(vault_id) as conn:
        told = book.told_of(instance, conn, copy)
    return _sent(instance, copy, told, datetime.now(UTC))


def _sent(instance: Instance, copy: Copy, told: Told, now: datetime) -> tuple[str, Result]:
    label, gone = "", False
    try:
        channel = get_channel(instance, copy.vault_id, copy.channel_id)
        label = channel.label
        _send(instance, copy, channel, _message(instance, copy, told))
        state, reason, due = book.SENT, None, now
    except NotSent as failure:
        state, due = _again(copy, failure, now)
        reason, gone = failure.problem, failure.gone
    except Unsure:
        state, reason, due = book.UNSURE, None, now
    except NotFound as problem:  # removed a moment ago
        state, reason, due = book.FAILED, problem, now
    except Exception as problem:  # the edge: one bad channel stops no other
        log.exception("a notice could not be sent", notice=copy.notice_id, exc_info=problem)
        state, reason, due = book.FAILED, MesInfosError(FAULT), now
    result = Result(label, due, say(reason, find_person(instance, copy.vault_id).language) if reason else "")
    with instance.database.write(copy.vault_id) as conn:
        if gone:
            mark_gone(instance, conn, copy.vault_id, copy.channel_id)
        book.settle(instance, conn, copy, state, result)
    log.info("notice", notice=copy.notice_id, state=state)
    return state, result


def _again(copy: Copy, failure: NotSent, now: datetime) -> tuple[str, datetime]:
    if failure.final or copy.attempts > len(book.DELAYS):
        return book.FAILED, now
    return WAITING, now + timedelta(seconds=book.DELAYS[copy.attempts - 1])


def _message(instance: Instance, copy: Copy, told: Told) -> Message:
    language = find_person(instance, copy.vault_id).language
    mark = instance.key.mac(copy.vault_id, PURPOSE, f"{copy.notice_id}/{copy.channel_id}".encode())[:16].hex()
    settings = instance.settings
    return Message(words(told.kind, told.count, language), settings.base_url, mark, Reach(settings.outbound_hosts))


def _send(instance: Instance, copy: Copy, channel: Channel, message: Message) -> None:
    match channel.way:
        case Way.MAIL:
            mail.send(channel.values, message)
        case Way.APPRISE:
            services.send(channel.values, message)
        case Way.PUSH:
            push.send(instance.key, copy.vault_id, channel.values, message)
