"""Grants that came by OAuth, without the web: codes, their tokens, what lies in the tables, and another worker."""

from datetime import datetime

from sqlalchemy import delete, select, update

from mesinfos.consent import pushed, tokens
from mesinfos.consent.pushed import Asked
from mesinfos.consent.replay import Proof
from mesinfos.vault.grantkeys import token_auth
from mesinfos.vault.tables import grant as grants
from mesinfos.vault.tables import receipt, stamp, token
from tests.consent.makers import promise

CLIENT, OTHER = "https://acme.example/client.json", "https://zeta.example/client.json"
CHALLENGE, KEY = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "thumbprint"
SECOND = 1_000_000


class Clock:
    """The time that tokens see, in microseconds, until somebody moves it."""

    def __init__(self) -> None:
        self.now = stamp()

    def stamp(self, at: datetime | None = None) -> int:
        """As in the tables."""
        return stamp(at) if at else self.now

    def stamp_in(self, seconds: int) -> int:
        """As in the tables."""
        return self.now + seconds * SECOND


def ask(vault, jkt=KEY) -> tuple[str, Asked]:
    """A request that Acme pushed and this vault's person looked at."""
    asked = Asked(CLIENT, "Acme", "acme.example", True, "https://acme.example/back", "s1", CHALLENGE, jkt, [])
    uri = pushed.push(vault.instance, asked)
    return uri, pushed.look(vault.instance, uri, CLIENT, vault.vault_id)


def give(vault, jkt=KEY, **changes):
    """The grant that Acme got, and its code."""
    return tokens.give(vault, promise(vault, client_id=CLIENT, **changes), *ask(vault, jkt))


def redeem(vault, code, client_id=CLIENT, challenge=CHALLENGE, jkt=KEY):
    """The tokens for a code."""
    return tokens.redeem(vault.instance, code, client_id, challenge, jkt)


def renew(vault, refresh, client_id=CLIENT, jkt=KEY):
    """The next access token."""
    return tokens.renew(vault.instance, refresh, client_id, jkt)


def hold(vault, access, jkt=KEY, mark=b"first"):
    """Where an access token leads."""
    return tokens.holder(vault.instance, access, Proof(jkt, mark, stamp() + SECOND))


def rows(vault, kind=None):
    """This vault's tokens."""
    with vault.instance.database.read() as conn:
        found = conn.execute(select(token).where(token.c.vault_id == vault.vault_id)).all()
    return [row for row in found if kind in {None, row.kind}]


def row_of(vault, shown):
    """The row of one token."""
    return next((row for row in rows(vault) if bytes(row.auth) == token_auth(shown)), None)


def alter(vault, table=token, **values) -> None:
    """Edit this vault's rows in the database."""
    with vault.instance.database.write() as conn:
        conn.execute(update(table).where(table.c.vault_id == vault.vault_id).values(**values))


def lose(vault, shown) -> None:
    """Take a token's row out of the database."""
    with vault.instance.database.write() as conn:
        conn.execute(delete(token).where(token.c.auth == token_auth(shown)))


def state(vault, grant) -> str:
    """Where a grant stands, as stored."""
    with vault.instance.database.read() as conn:
        return conn.execute(select(grants.c.state).where(grants.c.grant_id == grant.grant_id)).scalar_one()


def told(vault, grant) -> list[str]:
    """The events of a grant's receipts, with who was there, as stored."""
    query = select(receipt.c.kind).where(receipt.c.grant_id == grant.grant_id).order_by(receipt.c.created_at)
    with vault.instance.database.read() as conn:
        return list(conn.execute(query).scalars())


def meanwhile(monkeypatch, act) -> None:
    """Another worker does something after a token was found and before its grant is locked."""
    find = tokens._find

    def found(*args, **named):
        row = find(*args, **named)
        monkeypatch.setattr(tokens, "_find", find)
        act()
        return row

    monkeypatch.setattr(tokens, "_find", found)
