"""The cast of every test: Alice owns, Bob shares the house, Acme has consent, Zeta must get nothing."""

from typing import NamedTuple

from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Kind


class Actor(NamedTuple):
    """A person who keeps a vault in this house."""

    name: str
    address: str
    passphrase: str


ALICE = Actor("Alice", "alice@maison.example", "quatre chevaux tirent la charrue")
BOB = Actor("Bob", "bob@maison.example", "seven small boats cross at dawn")

ACME = Merchant("Acme", "acme.example", Kind.SHOP)
ZETA = Merchant("Zeta", "zeta.example", Kind.SHOP)
