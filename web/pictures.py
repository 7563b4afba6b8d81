"""The pictures of a mail, once its person asked for them: fetched side by side, held in memory, never written down.

Whoever wrote the mail learns then that it was opened, when, and from which address on the network; the page says so
before the press. One picture that does not come never keeps the others away.
"""

import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from mesinfos.errors import N_, MesInfosError, Unparseable, Unreachable
from mesinfos.outbound import Reach
from mesinfos.pictures import LARGEST, Picture, fetch_picture
from web.drafts import Shelf
from web.letter import host_of

MOST = 60  # pictures of one mail
TOGETHER = 16 << 20  # bytes of all of them
PATIENCE = 20.0  # seconds for all of them
EACH = 6.0  # seconds for each request
AT_ONCE = 6


class Failure(NamedTuple):
    """Pictures of one host that did not come for the same reason."""

    host: str
    error: MesInfosError
    times: int


class Loaded(NamedTuple):
    """What came of one mail's pictures."""

    record_id: str
    pictures: Mapping[str, Picture]
    hidden: int
    """Pictures of a dot, which only showed as such once they had come."""
    failures: Sequence[Failure]

    @property
    def failed(self) -> int:
        """How many did not come."""
        return sum(one.times for one in self.failures)

    def as_data(self) -> dict[str, str]:
        """Each picture as an address that holds it whole."""
        return {
            address: f"data:{one.media_type};base64,{b64encode(one.content).decode()}"
            for address, one in self.pictures.items()
        }


class Loads(Shelf[Loaded]):
    """The pictures of one mail a vault."""

    def get(self, vault_id: str, record_id: str) -> Loaded | None:
        """Those of that mail, while they are held."""
        found = self.find(vault_id)
        return found if found and found.record_id == record_id else None


def load(record_id: str, addresses: Sequence[str], reach: Reach) -> Loaded:
    """Ask for the pictures at these addresses; whatever happens to one is said of that one."""
    room = _Room(reach._replace(seconds=min(reach.seconds, EACH)))
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures")
    asked = {address: pool.submit(room.fetch, address) for address in addresses[:MOST]}
    wait(asked.values(), PATIENCE)
    pool.shutdown(wait=False, cancel_futures=True)
    came: dict[str, Picture] = {}
    missed: list[tuple[str, MesInfosError]] = [(one, Unparseable(_FULL)) for one in addresses[MOST:]]
    for address, future in asked.items():
        found = _outcome(future)
        if isinstance(found, Picture):
            came[address] = found
        else:
            missed.append((address, found))
    seen = {address: one for address, one in came.items() if not one.is_hidden}
    return Loaded(record_id, seen, len(came) - len(seen), _grouped(missed))


_FULL = N_("This mail names more pictures than are loaded at once.")


class _Room:
    """What all pictures of a mail share: how far they may reach, and how many bytes are left."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._lock = threading.Lock()
        self._left = TOGETHER

    def fetch(self, address: str) -> Picture:
        if self._left <= 0:
            raise Unparseable(_FULL)
        found = fetch_picture(address, reach=self._reach, limit=LARGEST)
        with self._lock:
            self._left -= len(found.content)
            if self._left < 0:
                raise Unparseable(_FULL)
        return found


def _outcome(future: "Future[Picture]") -> Picture | MesInfosError:
    if not future.done() or future.cancelled():
        return Unreachable(N_("It did not come in time."))
    problem = future.exception()
    if problem is None:
        return future.result()
    # Whatever a picture may break is that picture's, never the page's.
    return problem if isinstance(problem, MesInfosError) else Unreachable(N_("It could not be read."))


def _grouped(missed: Sequence[tuple[str, MesInfosError]]) -> list[Failure]:
    counts = Counter((host_of(address), str(error)) for address, error in missed)
    errors = {(host_of(address), str(error)): error for address, error in missed}
    return [Failure(host, errors[host, text], count) for (host, text), count in counts.items()]
