"""What the reader of a mail may know beside the mail itself; it holds no secret."""

from mesinfos.model.values import Value


class Context(Value, frozen=True):
    """`authserv_ids` are the names under which the mailbox's own provider writes Authentication-Results;
    `dkim_keys` maps `selector._domainkey.domain` to the TXT record known of it.
    """

    authserv_ids: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()
    dkim_keys: dict[str, str] = {}  # noqa: RUF012  msgspec copies it for each value
