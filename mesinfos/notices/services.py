"""A notice over one of Apprise's services, sent by a process of its own (`courier.py`), which has a time limit."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.json import decode, encode

from mesinfos.errors import N_, InvalidInput, Unreachable
from mesinfos.notices.sending import Message, NotSent, Unsure

SECONDS = 40.0
LONGEST = 2_000  # characters of an address
_COURIER = Path(__file__).with_name("courier.py")


class _Answer(Struct, frozen=True):
    known: bool = False
    service: str = ""
    sent: bool = False
    refused: bool = False


def checked(values: Mapping[str, str], hosts: str = "") -> tuple[dict[str, str], str]:
    """An address of Apprise, and the name of its service; raises InvalidInput."""
    url = values.get("url", "").strip()
    if not url or len(url) > LONGEST or not url.isprintable() or "://" not in url:
        raise InvalidInput(N_("Type an address of Apprise, such as ntfys://ntfy.sh/my-topic."), field="url")
    answer = _carried(url, "", "", hosts)
    if not answer.known:
        raise InvalidInput(
            N_("MesInfos can use no service of this address: it must speak HTTPS, start nothing and write no file."),
            field="url",
        )
    return {"url": url}, answer.service


def send(values: Mapping[str, str], message: Message) -> None:
    """Send one notice; raises NotSent or Unsure."""
    body = f"{message.words.text}\n{message.address}"
    answer = _carried(values["url"], message.words.title, body, message.reach.hosts)
    if answer.sent:
        return
    if answer.refused or not answer.known:
        raise NotSent(
            Unreachable(N_("This service leads to an address that MesInfos does not go to: not public, or not HTTPS.")),
            final=True,
        )
    raise NotSent(Unreachable(N_("The service did not take the message.")))


def _carried(url: str, title: str, body: str, hosts: str) -> _Answer:
    job = encode({"url": url, "title": title, "body": body, "hosts": hosts})
    try:
        done = subprocess.run(  # noqa: S603  our own file; what a person typed goes through a pipe, not the command line
            [sys.executable, "-I", str(_COURIER)],
            input=job,
            capture_output=True,
            timeout=SECONDS,
            cwd="/",
            env={},
            check=False,
        )
        return decode(done.stdout, type=_Answer)
    except subprocess.TimeoutExpired:
        raise Unsure from None
    except (OSError, ValueError):
        raise NotSent(Unreachable(N_("The process that sends notices ended without an answer."))) from None
