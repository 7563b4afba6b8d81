"""Photos of what was bought: kept sealed like all else, replaced and removed by one press, which one more takes back.

A photo that no choice shows any more is kept for thirty days, so that it can come back; it is deleted when the vault is
opened after that, or when another photo is given or removed.
"""

from datetime import UTC, datetime, timedelta

from mesinfos.choose import choose_all
from mesinfos.errors import N_, InvalidInput
from mesinfos.ingest.apart import prepare
from mesinfos.ingest.links import host_of
from mesinfos.model.choice import Choice, Topic
from mesinfos.model.codec import encode
from mesinfos.model.facts import Observation
from mesinfos.model.photo import Photo
from mesinfos.model.provenance import Origin
from mesinfos.outbound import Reach
from mesinfos.pictures import fetch_picture
from mesinfos.relations.folding import PERSON
from mesinfos.relations.photos import photo_of, place_of
from mesinfos.relations.products import ProductView
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import NewRecord, delete_records, ids_of_type, store_records

LARGEST = 12_000_000  # bytes of a photo as it is given
KEPT = timedelta(days=30)
"""How long a photo that was replaced or removed can come back."""


def add_photo(vault: OpenVault, reading: Reading, view: ProductView, content: bytes, host: str = "") -> str:
    """Keep a picture as the photo of a product; returns what takes it back. Raises Unparseable or InvalidInput."""
    if not content:
        raise InvalidInput(N_("Choose a file first."))
    if len(content) > LARGEST:
        megabytes = LARGEST // 1_000_000
        raise InvalidInput(N_("A photo may have {megabytes} MB at most. Choose a smaller one."), megabytes=megabytes)
    photo, small = prepare(content)
    return keep_photo(vault, reading, view, Photo(photo.content, photo.width, photo.height, host), small)


def keep_photo(vault: OpenVault, reading: Reading, view: ProductView, photo: Photo, small: Photo) -> str:
    """The same with a photo that is prepared."""
    record_id = _stored(vault, photo, small)
    undo = choose_all(vault, reading, [*_ended(reading, view), Choice(Topic.PHOTO, view.id, record_id, place_of(view))])
    sweep(vault, reading)
    return undo


def load_photo(vault: OpenVault, reading: Reading, view: ProductView, reach: Reach) -> str:
    """Ask for the picture that the order's mail names, once, and keep it. Raises Unreachable, too."""
    found = fetch_picture(view.image, reach=reach)
    if found.is_hidden:
        raise InvalidInput(N_("The mail names a picture of a single dot. Choose a photo of your own."))
    return add_photo(vault, reading, view, found.content, host_of(view.image))


def remove_photo(vault: OpenVault, reading: Reading, view: ProductView) -> str:
    """Show none any more; returns what takes that back, "" where there was none."""
    shown = photo_of(reading, view.id)
    ended = [Choice(Topic.PHOTO, shown.choice.subject, "", shown.choice.also)] if shown else []
    undo = choose_all(vault, reading, ended)
    sweep(vault, reading)
    return undo


def sweep(vault: OpenVault, reading: Reading, now: datetime | None = None) -> int:
    """Delete the photos that nothing has shown for thirty days; returns how many records went."""
    said = _said(reading)
    if not said:
        return 0
    limit = (now or datetime.now(UTC)) - KEPT
    lately = {fact.subject for at, fact in said if at > limit}  # any photo of these may still be brought back
    held = {one.value for one in reading.choices().all(Topic.PHOTO).values()}
    held |= {fact.value for _, fact in said if fact.subject in lately}
    with vault.instance.database.read(vault.vault_id) as conn:
        gone = [one for one in ids_of_type(conn, vault.vault_id, "photo", limit.date()) if one not in held]
    if not gone:
        return 0
    with vault.instance.database.write(vault.vault_id) as conn:
        return delete_records(conn, vault.vault_id, gone)


def _said(reading: Reading) -> list[tuple[datetime, Choice]]:
    """Everything that was ever said of photos, and when."""
    made = [(seen.observation.observed_at, seen.observation.fact) for seen in reading.observations(Choice)]
    return [(at, fact) for at, fact in made if isinstance(fact, Choice) and fact.topic is Topic.PHOTO]


def _ended(reading: Reading, view: ProductView) -> list[Choice]:
    """The end of a photo that was chosen under an id which this product had before."""
    shown = photo_of(reading, view.id)
    moved = shown is not None and shown.choice.subject != view.id
    return [Choice(Topic.PHOTO, shown.choice.subject, "")] if shown and moved else []


def _stored(vault: OpenVault, photo: Photo, small: Photo) -> str:
    now = datetime.now(UTC)
    made, hung = (encode(Observation(one, now, origin=Origin(PERSON))) for one in (photo, small))
    first = NewRecord("photo", made, b"", b"", now.date())
    records = [first, NewRecord("photo", hung, b"", b"", now.date(), parent=first.record_id)]
    with vault.instance.database.write(vault.vault_id) as conn:
        store_records(vault.instance, conn, vault.vault_id, records)
    return first.record_id
