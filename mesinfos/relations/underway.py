"""Parcels that a person still waits for, and which of them should have come by now."""

from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

from mesinfos.model.values import ParcelStatus
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading

SILENT = timedelta(days=45)
"""A parcel that nobody spoke of for so long is not on its way any more, whatever its last mail said."""
_FIRST = {ParcelStatus.PICKUP_AVAILABLE: 0, ParcelStatus.PROBLEM: 1, ParcelStatus.LATE: 1}
_MOVING = frozenset({ParcelStatus.ANNOUNCED, ParcelStatus.IN_TRANSIT, ParcelStatus.OUT_FOR_DELIVERY})


def on_the_way(reading: Reading) -> list[ParcelView]:
    """Parcels not yet in the person's hands, those that wait at a pickup point first."""
    limit = datetime.now(UTC) - SILENT
    recent = takewhile(lambda one: one.last_seen >= limit, reading.parcels())  # the one last heard of comes first
    return sorted((one for one in recent if one.open and one.verified), key=_urgency)


def is_late(one: ParcelView, day: date) -> bool:
    """Whether a parcel should have come by now."""
    expected = one.parcel.expected_until or one.parcel.expected_from
    moving = one.parcel.status in _MOVING
    return one.parcel.status is ParcelStatus.LATE or (moving and expected is not None and expected < day)


def late(reading: Reading, day: date) -> set[str]:
    """The ids of the parcels that should have come by now."""
    return {one.id for one in on_the_way(reading) if is_late(one, day)}


def _urgency(one: ParcelView) -> tuple[int, date]:
    expected = one.parcel.pickup_until or one.parcel.expected_until or one.parcel.expected_from or date.max
    return _FIRST.get(one.parcel.status, 2), expected
