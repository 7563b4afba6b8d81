"""What the person says, stored as more sealed records; a tag tells a locked sync of which senders there are rules."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from mesinfos.consent.outbox import refresh
from mesinfos.model.codec import encode
from mesinfos.model.facts import Fact, Observation
from mesinfos.model.provenance import Origin
from mesinfos.relations.folding import PERSON
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import NewRecord, known_tags, store_records
from mesinfos.vault.tags import Tags


def keep(vault: OpenVault, facts: Iterable[Fact], mail: str = "", sender: str = "") -> Sequence[str]:
    """Store facts at once, said of a mail and of its sender when these are named; returns the records' ids."""
    now = datetime.now(UTC)
    tag = Tags(vault.instance, vault.vault_id).ruled(sender) if sender else b""
    with vault.instance.database.write(vault.vault_id) as conn:
        fresh = tag if tag and not known_tags(conn, vault.vault_id, [tag]) else b""
        records = [
            NewRecord(
                str(fact.__struct_config__.tag),
                encode(Observation(fact, now, message=mail, origin=Origin(PERSON))),
                fresh,
                b"",
                now.date(),
            )
            for fact in facts
        ]
        return store_records(vault.instance, conn, vault.vault_id, records)


def follow(vault: OpenVault, reading: Reading) -> None:
    """Show the vault through what was said, and bring disclosures up to date."""
    reading.refresh(vault)
    refresh(vault, reading)
