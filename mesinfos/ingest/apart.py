"""A picture prepared in a process of its own, which holds no keys, writes no file, and ends with it.

It may take so much memory and so much time; whatever it breaks is that picture's alone. What it answers is held to be
what it should be, since the bytes it read may have taken it over.
"""

import os
import resource
import subprocess
import sys
from threading import BoundedSemaphore

import msgspec

from mesinfos.errors import N_, IngestError, Unparseable
from mesinfos.ingest.photos import BROKEN, NO_PICTURE, SIDE, TOO_MANY, prepared
from mesinfos.ingest.workers import INHERITED
from mesinfos.model.photo import Photo

MEMORY = 1 << 30
SECONDS = 8  # of work; the parent waits longer, for a machine on which others work
AT_ONCE = 2
TOO_MUCH = N_("This picture takes too much time or memory to be read. Choose a smaller one.")
_turns = BoundedSemaphore(AT_ONCE)


class Made(msgspec.Struct, frozen=True):
    """What the process answers: two photos, or why there are none."""

    photos: tuple[Photo, ...] = ()
    refused: str = ""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Made).decode


def prepare(content: bytes) -> tuple[Photo, Photo]:
    """The photo to keep and its thumbnail, made elsewhere; raises Unparseable, or IngestError when nothing starts."""
    with _turns:
        try:
            ended = subprocess.run(
                [sys.executable, "-IBm", "mesinfos.ingest.apart"],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=3 * SECONDS,
                env={name: os.environ[name] for name in INHERITED if name in os.environ},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unparseable(TOO_MUCH) from None
        except OSError:
            raise IngestError(N_("The process that reads pictures cannot be started.")) from None
    return _checked(ended.stdout)


def _checked(answer: bytes) -> tuple[Photo, Photo]:
    try:
        made = _decode(answer)
    except msgspec.MsgspecError:
        raise Unparseable(TOO_MUCH) from None
    if len(made.photos) == 2 and all(map(_is_photo, made.photos)):
        return made.photos[0], made.photos[1]
    known = made.refused if made.refused in {NO_PICTURE, TOO_MANY, BROKEN} else TOO_MUCH
    raise Unparseable(known)


def _is_photo(one: Photo) -> bool:
    head = one.content[:4] + one.content[8:12]
    return head == b"RIFFWEBP" and 0 < one.width <= SIDE and 0 < one.height <= SIDE and not one.host


def _answer(content: bytes) -> Made:
    try:
        return Made(prepared(content))
    except Unparseable as no:
        return Made((), no.message)


def main() -> None:
    """Read a picture from the first pipe, answer on the second; the system ends what takes too much."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with answers:
        answers.write(_encode(_answer(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
