"""What an open vault foresees for the days after it is closed: parcels to come and to fetch, rights that end.

Only a kind, a day and how many are written down: "two parcels are expected on Tuesday". What is due at this moment its
person has before their eyes, on the page that asked.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from mesinfos.model.values import ParcelStatus
from mesinfos.notices.book import Planned, Told, foresee
from mesinfos.relations.deadlines import coming
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading
from mesinfos.relations.underway import MOVING, expected, on_the_way
from mesinfos.vault.openvault import OpenVault

MORNING = time(8)
AHEAD = 21  # days; who does not come for longer is told no more of what was so long ago
FETCH = timedelta(days=2)  # before a pickup point sends back

Foreseen = Counter[tuple[str, date]]


def leave_word(vault: OpenVault, reading: Reading, today: date, now: datetime | None = None) -> None:
    """Write down what is foreseen on this day, in place of what was foreseen before and did not come yet."""
    now = now or datetime.now(UTC)
    foresee(vault.instance, vault.vault_id, planned(foreseen(reading, today), now), now)


def planned(found: Foreseen, now: datetime) -> list[Planned]:
    """As notices, each in the morning of its day."""
    made = []
    for (kind, day), count in sorted(found.items()):
        due = datetime.combine(day, MORNING).astimezone()
        made.append(Planned(Told(kind, count, seen=due <= now), due, day.isoformat()))
    return made


def foreseen(reading: Reading, today: date) -> Foreseen:
    """How many of each kind, by day, from today on."""
    found: Foreseen = Counter(one for parcel in on_the_way(reading) for one in _parcel(parcel))
    found.update(("right", day) for day, _ in coming(reading, today, AHEAD - 1))
    last = today + timedelta(days=AHEAD)
    return Counter({key: count for key, count in found.items() if count and today <= key[1] < last})


def _parcel(one: ParcelView) -> Iterator[tuple[str, date]]:
    parcel, days = one.parcel, expected(one)
    if parcel.status is ParcelStatus.PICKUP_AVAILABLE and parcel.pickup_until:
        yield "pickup", parcel.pickup_until - FETCH
    if parcel.status in MOVING and days:
        yield "arriving", days.first
        yield "late", days.last + timedelta(days=1)
