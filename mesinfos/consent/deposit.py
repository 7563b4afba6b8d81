"""What a merchant gives back: its own orders, bills, warranties and points of this person, as it states them itself.

    token ─▶ grant (names the kind?) ─▶ whose relation? ─▶ said before? (tags) ─▶ one transaction

The merchant of a statement is the grant's own, never what its text claims, so it can touch nobody else's things. It is
sealed to the vault's inbox, the vault locked or not, as a sync's batch is. The answer is the same whether a thing was
known or not: nothing can be learnt by depositing.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from mesinfos.catalogue import category_of, prior_of
from mesinfos.consent.fields import Deposit
from mesinfos.consent.filling import disclose_batch
from mesinfos.consent.grant import Grant
from mesinfos.consent.journal import Action, append
from mesinfos.consent.ledger import State, admit, read_row, today
from mesinfos.consent.proving import prove
from mesinfos.consent.replay import REPLAYED, Proof, first_time
from mesinfos.consent.tokens import bound_of, fits
from mesinfos.directory import by_domain, by_name, registrable
from mesinfos.errors import (
    N_,
    InvalidInput,
    MesInfosError,
    NoGrant,
    NotGranted,
    ProofRefused,
    Tampered,
    UnknownFormat,
    UnreadableGrant,
)
from mesinfos.model.codec import encode
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.provenance import Origin, Provenance
from mesinfos.model.purchase import Benefit, Invoice, Item, Order, Parcel, Warranty
from mesinfos.model.values import Kind
from mesinfos.relations.folding import DEPOSIT, key_of
from mesinfos.relations.warranties import name_of
from mesinfos.vault.grantkeys import token_auth
from mesinfos.vault.instance import Instance
from mesinfos.vault.records import NewRecord, delete_records, hold_vault, ids_of, known_tags, store_records, tags_like
from mesinfos.vault.tables import grant as grants
from mesinfos.vault.tables import token as tokens
from mesinfos.vault.tags import SIZE, Tags

Given = Order | Parcel | Invoice | Warranty | Benefit
MOST = 500
"""Things in one deposit; an order and each of its parcels are one each."""

NOTHING = N_("This token opens no grant.")
_NAMES = {Order: "order", Parcel: "parcel", Invoice: "invoice", Warranty: "warranty", Benefit: "benefit"}
_canonical = msgspec.json.Encoder(order="deterministic")


class Statement(NamedTuple):
    """One thing that a merchant states, the kind of deposit it needs, and where in the body it stands."""

    fact: Given
    kind: Deposit
    path: str = ""


class Party(NamedTuple):
    """Whom a body names as seller, and where; a deposit may name its own merchant only."""

    name: str
    url: str
    path: str = ""


class Depositor(NamedTuple):
    """Who shows a token: the grant it leads to, which is in force today, and the proof that is used up by a deposit."""

    vault_id: str
    grant: Grant
    proof: Proof | None = None


def depositor(instance: Instance, token: str, proof: Proof | None = None) -> Depositor:
    """The grant that a token leads to; raises NoGrant, alike for every token that opens nothing. Writes nothing.

    With a `proof` the token came by OAuth and is bound to the proof's key; without, it was made by hand.
    """
    with instance.database.read() as conn:
        where = tokens.c.auth == token_auth(token)
        row = conn.execute(select(tokens).where(where)).one_or_none()
    if row is None or not fits(bound_of(row), proof):
        raise NoGrant(NOTHING)
    with instance.database.read(row.vault_id) as conn:
        mine = (grants.c.vault_id == row.vault_id, grants.c.grant_id == row.grant_id)
        found = conn.execute(select(grants).where(*mine)).one_or_none()
    try:
        promise = read_row(instance, found) if found is not None and found.state == State.LIVE else None
    except (UnreadableGrant, Tampered, UnknownFormat):
        promise = None
    if promise is None or promise.until < today():
        raise NoGrant(NOTHING)
    return Depositor(row.vault_id, promise, proof)


def deposit(
    instance: Instance, who: Depositor, statements: Sequence[Statement], parties: Iterable[Party] = ()
) -> bytes:
    """Keep what a merchant states, all or nothing, and return the journal's head; the vault may be locked.

    Raises NoGrant when the grant ended meanwhile, NotGranted for a kind that it does not name or another merchant's
    relation, InvalidInput for a thing stated twice. A refusal is written down, like what is kept.
    """
    proved = is_proved(instance, who.grant)
    with instance.database.write(who.vault_id) as conn:
        hold_vault(conn, who.vault_id)
        if who.proof and not first_time(conn, who.vault_id, [(who.proof.mark, who.proof.until)]):
            raise ProofRefused(REPLAYED)
        mine = (grants.c.vault_id == who.vault_id, grants.c.grant_id == who.grant.grant_id)
        row = conn.execute(select(grants).where(*mine).with_for_update()).one_or_none()
        live = admit(instance, conn, row) if row is not None else None
        refusal = _refusal(live.grant, statements, parties, proved=proved) if live else NoGrant(NOTHING)
        if live is not None and refusal is None:
            return _keep(instance, conn, live.grant, statements)
        if live is not None and isinstance(refusal, NotGranted):
            said = {"merchant": live.grant.domain}
            append(instance, conn, who.vault_id, Action.DEPOSIT_REFUSED, live.grant.grant_id, said)
    raise cast("MesInfosError", refusal)  # after the commit: what was written down of it stays


def forget_given(instance: Instance, vault_id: str, grant: Grant) -> list[str]:
    """Delete all that the merchant of a grant ever gave back, under whatever grant; returns the records' ids.

    The same statement sent once more does not bring it back; a changed one is a new one.
    """
    stream = Tags(instance, vault_id).stream(grant.domain)
    with instance.database.write(vault_id) as conn:
        gone = ids_of(conn, vault_id, DEPOSIT, stream)
        delete_records(conn, vault_id, gone)
        if gone:
            said = {"merchant": grant.domain, "things": len(gone)}
            append(instance, conn, vault_id, Action.DATA_ERASED, grant.grant_id, said)
    instance.database.forget_deleted()
    return gone


def _refusal(
    grant: Grant, statements: Sequence[Statement], parties: Iterable[Party], *, proved: bool
) -> MesInfosError | None:
    if not proved:
        return NotGranted(N_("Prove first that {domain} is yours: only then you speak for it."), domain=grant.domain)
    for one in statements:
        if one.kind not in grant.deposits:
            return NotGranted(N_("This grant does not let you deposit {kind}."), kind=str(one.kind), field=one.path)
    for party in parties:
        if not speaks_of(grant, party):
            return NotGranted(
                N_("A deposit speaks of your own relation only: it names another seller."), field=party.path
            )
    named: set[tuple[str, ...]] = set()
    for one in statements:
        if (name := _name(one.fact)) in named:
            return InvalidInput(N_("The same thing is stated twice in one deposit."), field=one.path)
        named.add(name)
    return None


def is_proved(instance: Instance, grant: Grant) -> bool:
    """Whether the grant's merchant has proved its domain; of a token made by hand its person knows whose it is."""
    known = not grant.client_id or prove(instance, grant.vault_id, grant.domain, grant.client_id).way
    return bool(known)


def speaks_of(grant: Grant, party: Party) -> bool:
    """Whether a seller named in a body is the grant's merchant: by its address, and by a name that is nobody else's."""
    host = (urlsplit(party.url).hostname or "") if party.url else grant.domain
    if host != grant.domain and not host.endswith(f".{grant.domain}"):
        return False
    known = by_name(party.name)
    if known is not None and known.main == registrable(grant.domain):
        return True
    return party.name.casefold() in {"", grant.name.casefold(), grant.domain}


def _keep(instance: Instance, conn: Connection, grant: Grant, statements: Sequence[Statement]) -> bytes:
    """The statements that say something new become records and news; the journal counts them."""
    now, tags, merchant = datetime.now(UTC), Tags(instance, grant.vault_id), merchant_of(grant)
    found = Provenance(DEPOSIT, 1.0, f"grant {grant.grant_id}")
    kept: list[tuple[NewRecord, Observation]] = []
    for fact in (_sorted(one.fact, merchant) for one in statements):
        tag = _tag(conn, tags, grant, fact)
        if tag:
            origin = Origin(DEPOSIT, grant.grant_id)
            seen = Observation(replace(fact, provenance=found), now, merchant, True, origin=origin)
            stream = tags.stream(grant.domain)
            kept.append((NewRecord(_NAMES[type(fact)], encode(seen), tag, stream, now.date()), seen))
    store_records(instance, conn, grant.vault_id, [record for record, _ in kept], DEPOSIT)
    if not known_tags(conn, grant.vault_id, [tags.ruled(registrable(grant.domain))]):
        # The person put something right in this merchant's mail: what wins, only the open vault can say.
        disclose_batch(instance, conn, grant.vault_id, [(record.record_id, seen) for record, seen in kept])
    said = {"merchant": grant.domain, "things": len(kept)}
    return append(instance, conn, grant.vault_id, Action.DATA_DEPOSITED, grant.grant_id, said)


def _tag(conn: Connection, tags: Tags, grant: Grant, fact: Given) -> bytes:
    """The tag of a statement's record; empty when it is what the merchant stated of this thing last.

    Half of it names the thing, half what is said of it and the how-manieth statement it is: so a repetition is known
    without opening the vault, and a merchant that comes back to what it said before is heard.
    """
    name = (DEPOSIT, grant.domain, *_name(fact))
    half = SIZE // 2
    thing = tags.fact(*name)[:half]
    earlier = tags_like(conn, grant.vault_id, thing)
    said = _canonical.encode(fact).decode()
    if earlier and earlier[-1] == thing + tags.fact(*name, said, str(len(earlier) - 1))[:half]:
        return b""
    return thing + tags.fact(*name, said, str(len(earlier)))[:half]


def _name(fact: Given) -> tuple[str, ...]:
    """What names a thing within its merchant's relation."""
    if isinstance(fact, Order):
        return "order", key_of(fact.order_number)
    if isinstance(fact, Parcel):
        return "parcel", key_of(fact.tracking_number), key_of(fact.order_number)
    if isinstance(fact, Invoice):
        return "invoice", key_of(fact.number)
    if isinstance(fact, Warranty):
        return "warranty", name_of(fact)
    return "benefit", fact.programme.casefold(), fact.number


def merchant_of(grant: Grant) -> Merchant:
    """The merchant of all that is stated under a grant; what its mails say of its name and kind is believed first."""
    known = by_domain(registrable(grant.domain))
    return Merchant(grant.name, grant.domain, known.kind if known else Kind.UNKNOWN, 0.0)


def _sorted(fact: Given, merchant: Merchant) -> Given:
    """An order with the category of each item: by it other grants hide what is sensitive, the vault locked or not."""
    if not isinstance(fact, Order) or not fact.items:
        return fact
    prior = prior_of(merchant.kind, merchant.name, merchant.domain)
    return replace(fact, items=tuple(_with_category(item, prior) for item in fact.items))


def _with_category(item: Item, prior: str) -> Item:
    return replace(item, category=category_of(item.name, "", prior, item.gtin))
