"""A picture of a thing that was bought, as the vault keeps it."""

from mesinfos.model.values import Value


class Photo(Value, frozen=True, tag="photo"):
    """A WebP that says nothing but what it shows; its thumbnail is a record of its own, and hangs on it.

    `host` is where it was asked for; empty for one that the person gave.
    """

    content: bytes
    width: int
    height: int
    host: str = ""
