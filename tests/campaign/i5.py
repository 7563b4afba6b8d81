"""I5: every regular expression x strings of 100 KB built against it: at most 50 ms of the processor, as it is used.

Where the code cuts what an expression is given, the expression is attacked at that length. The cut is declared here and
then watched: mails of monstrous lines are read, and no expression may be given more than what was declared for it.
"""

import signal
from time import process_time
from typing import Any

from mesinfos.ingest.pipeline import recognise
from tests.campaign import Outcome
from tests.campaign.adversarial import RUNS, attacks
from tests.campaign.expressions import AT_START, Expression, expressions, watched

SIZE = 100_000  # characters
SECONDS = 0.05
FULL = 400
"""Strings for one expression at most."""
_INGEST = "mesinfos.ingest."
CUT = {
    f"{_INGEST}addresses._TOKEN": 10_000,
    f"{_INGEST}charsets._META": 4_096,
    f"{_INGEST}extractors.items._QUOTED": 500,
    f"{_INGEST}extractors.layout._OWN_VALUE": 600,
    f"{_INGEST}identify._LIST_DOMAIN": 500,
    f"{_INGEST}identify._DOMAIN_WORD": 2_000,
    f"{_INGEST}lexicon.senders.AT_WHOM": 500,
    f"{_INGEST}lexicon.senders.BY_WAY_OF": 500,
    f"{_INGEST}lexicon.senders.DISGUISE": 100,
    f"{_INGEST}lexicon.senders.DRESS": 500,
    f"{_INGEST}lexicon.senders.FOR_WHOM": 500,
    f"{_INGEST}lexicon.senders.MACHINE": 100,
    f"{_INGEST}names._LEGAL": 500,
    f"{_INGEST}places._TOKEN": 600,
    f"{_INGEST}quoted._ADDRESS": 300,
    "lures": 400,
}
"""Characters that the code gives these at most."""


class _TooLong(Exception):
    """A call was stopped."""


def _stop(_number: int, _frame: object) -> None:
    raise _TooLong


def call(one: Expression, text: Any) -> float:
    """Seconds of the processor that one pass takes: from the start alone when nothing else is asked of it."""
    at_start = bool(one.methods) and one.methods <= AT_START
    before = signal.signal(signal.SIGPROF, _stop)
    start = process_time()
    signal.setitimer(signal.ITIMER_PROF, SECONDS * 4)
    try:
        if at_start:
            for name in one.methods:
                getattr(one.pattern, name)(text)
        else:
            for _ in one.pattern.finditer(text):
                pass
    except _TooLong:
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return process_time() - start


def slowest(one: Expression, tries: int) -> tuple[float, str]:
    """The longest pass over the strings built against this expression, each of them tried again before it counts."""
    worst, by = 0.0, ""
    for text in attacks(one.pattern, CUT.get(one.name.partition("(")[0], SIZE), tries):
        given = text.encode("utf-8") if isinstance(one.pattern.pattern, bytes) else text
        took = call(one, given)
        if took > SECONDS / 2:
            took = min(took, call(one, given), call(one, given))
        if took > worst:
            worst, by = took, text[:24]
    return worst, by


def monsters() -> list[bytes]:
    """Mails whose every field, line, cell and link is as long as what attacks the expressions."""
    made = []
    for run in (*RUNS, "a.a", "@a.b", "x@y.zz ", "«a"):
        long = (run.replace("\n", " ") * SIZE)[: SIZE - 1]
        field = long[: SIZE // 4]
        head = f"From: {field} <shop@acme.example>\nSubject: Fwd: {field}\nList-Id: {field}\nReply-To: {field}\n"
        head += f"Authentication-Results: mx.example; {field}\nDate: {field}\nList-Unsubscribe: {field}\n"
        text = f"-- {long}\nFrom: {long}\nbegin {long}\nTotal : {long} 5,00 EUR\nOrder number {long}\n{long}\n"
        cells = f"<table><tr><td>{long}<td>{long} 5,00 €<td><a href='{long}'>{long}</a>"
        cells += f"<td><img src='{long}' alt='{long}'></table>"
        made += [f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode()]
        made += [f"{head}Content-Type: text/html; charset={field}\n\n{cells}<p style='{long}'>{long}".encode()]
        made += [f"From: shop@acme.example\nSubject: {long[:2_000]}\n\n{text}\n{cells}".encode()]
    return made


def overstepped() -> dict[str, int]:
    """Which expressions with a declared cut were given more."""
    with watched() as longest:
        for raw in monsters():
            recognise(raw)
    return {name: seen for name, seen in longest.items() if seen > CUT.get(name, seen)}


def run(tries: int, limit: float = SECONDS) -> Outcome:
    """Attack every expression with so many strings at most; a busy machine is given more seconds as `limit`."""
    found = {one.name: slowest(one, tries) for one in expressions()}
    slow = [f"{name} {took * 1000:.0f} ms {by!r}" for name, (took, by) in found.items() if took > limit]
    given = overstepped()
    worst = max(took for took, _ in found.values())
    happened = f"{len(found)} expressions, worst {worst * 1000:.0f} ms, slow: {slow}, given more than declared: {given}"
    return Outcome(tries, f"each within {limit * 1000:g} ms", happened, ok=not slow and not given)
