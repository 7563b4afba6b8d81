"""The Date header (RFC 5322 §3.3) as an instant, guarded: the stdlib's reader raises on odd zones and years."""

from datetime import UTC, datetime
from email.utils import parsedate_tz

_FIRST_MAIL = datetime(1980, 1, 1, tzinfo=UTC)


def read_date(value: str) -> datetime | None:
    """The instant in UTC; None when it cannot be read or no mail could have been sent then."""
    try:
        parts = parsedate_tz(value[:200])
        if parts is None:
            return None
        seconds = datetime(*parts[:6], tzinfo=UTC).timestamp() - (parts[9] or 0)
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None
    return moment if moment >= _FIRST_MAIL else None
