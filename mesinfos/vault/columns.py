"""The kinds of columns that tables are made of, and how an instant is stored."""

from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamp(at: datetime | None = None) -> int:
    """An aware instant, or now, as it is stored."""
    return ((at or datetime.now(UTC)) - EPOCH) // timedelta(microseconds=1)


def stamp_in(seconds: int) -> int:
    """The instant so many seconds from now, as it is stored."""
    return stamp(datetime.now(UTC) + timedelta(seconds=seconds))


def moment(stored: int) -> datetime:
    """A stored instant, aware, in UTC."""
    return EPOCH + timedelta(microseconds=stored)


def name() -> str:
    """Part of a primary key: an identifier."""
    return cast("str", Field(primary_key=True, max_length=64))


def octets() -> bytes:
    """Bytes, empty unless set."""
    return cast("bytes", Field(default=b"", sa_type=LargeBinary, nullable=False))


def big() -> int:
    """A whole number of 64 bits, 0 unless set."""
    return cast("int", Field(default=0, sa_type=BigInteger, nullable=False))
