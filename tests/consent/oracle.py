"""What `decide` must answer, written apart from it and in another manner: one look-up in a table of facts.

It imports no rule of the house; fields and sectors are given as the plain words of docs/consent.md.
"""

ORDER_WORDS = {
    "order.date", "order.month", "order.year", "order.status", "order.total", "order.bracket", "item.names",
    "item.categories",
}  # fmt: skip
OPENING = {
    "order": ORDER_WORDS,
    "parcel": {"parcels"},
    "message": {"message.categories", "message.counts"},
    "benefit": {"benefits"},
    "booking": {"booking.day", "booking.month"},
}
DELICATE = {"health", "finance", "administration", "social", "unknown"}


def may_see(grant: dict[str, object], thing: dict[str, object], today: str) -> str:
    """'' when it may, else the name of the first refusal. All days are ISO texts, which sort like days."""
    domain, kind = str(thing["domain"]), str(thing["kind"])
    own = domain == grant["domain"]
    listed = domain in list(grant["merchants"])  # type: ignore[call-overload]
    covered = {"own": own, "listed": listed, "all": True}[str(grant["scope"])]
    delicate = kind in DELICATE and kind not in list(grant["sensitive"])  # type: ignore[call-overload]
    day = thing["day"]
    refusals = {
        "ENDED": today > str(grant["until"]),
        "UNPROVED": not thing["verified"],
        "NOBODY": domain == "",
        "OTHER_MERCHANT": not covered,
        "EXCLUDED": domain in list(grant["excluded"]),  # type: ignore[call-overload]
        "SENSITIVE_SECTOR": delicate and not own and not listed,
        "UNDATED": day is None,
        "TOO_OLD": day is not None and str(day) < str(grant["since"]),
        "TOO_NEW": day is not None and str(day) > str(grant["through"] or "9999-12-31"),
        "NOT_GRANTED": OPENING[str(thing["topic"])].isdisjoint(list(grant["fields"])),  # type: ignore[call-overload]
    }
    return next((name for name, true in refusals.items() if true), "")
