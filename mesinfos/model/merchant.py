"""An organisation one deals with."""

from mesinfos.model.values import Kind, Value


class Merchant(Value, frozen=True):
    """`domain` is the registrable domain that identifies it; `confidence` lies in 0–1."""

    name: str
    domain: str
    kind: Kind = Kind.UNKNOWN
    confidence: float = 1.0


class Sender(Value, frozen=True):
    """Who a mail says it is from, and whether that was proved.

    `verified` is true only when an aligned DKIM signature or the provider's own DMARC result proves `domain`;
    `proof` says how ("dkim", "authentication-results") or why not ("none", "dmarc=fail", "two From headers").
    """

    address: str
    name: str = ""
    domain: str = ""
    verified: bool = False
    proof: str = "none"
