"""Pseudonyms under the instance key: equal things get equal tags inside one vault, and tell nothing outside it."""

from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import joined

SIZE = 16


class Tags:
    """Tags of one vault: 16 bytes of HMAC-SHA256, a key of its own for each kind."""

    def __init__(self, instance: Instance, vault_id: str) -> None:
        self._mac, self._vault_id = instance.key.mac, vault_id

    def mail(self, *parts: bytes) -> bytes:
        """The tag of a raw message, or of one part of it; Message-ID alone will not do, the sender chooses it."""
        return self._mac(self._vault_id, "tag mail", joined(*parts))[:SIZE]

    def fact(self, *parts: str) -> bytes:
        """The tag of a thing by what names it, such as merchant, order number and kind of fact."""
        return self._mac(self._vault_id, "tag fact", joined(*(part.encode() for part in parts)))[:SIZE]

    def stream(self, domain: str) -> bytes:
        """The pseudonym of a merchant."""
        return self._mac(self._vault_id, "tag stream", domain.lower().encode())[:SIZE]

    def ruled(self, domain: str) -> bytes:
        """The tag of the first rule that a person made about a sender: a locked sync can ask whether there is one."""
        return self._mac(self._vault_id, "tag ruled", domain.lower().encode())[:SIZE]
