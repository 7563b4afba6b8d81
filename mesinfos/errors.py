"""The errors of MesInfos; this file imports nothing, so that every room may raise them.

* MesInfosError
  + InvalidInput            a value a person typed cannot be used
  + ConnectorError          the outside world
    - Unreachable             nobody answers, or not in time; try later
    - CredentialsRejected     the server said no; ask the person again
    - SourceChanged           the folder or file is no longer what it was
    - UnknownConnector        no installed package offers a connector of that name
  + IngestError             one message, never the batch
    - Unparseable             the bytes are not something we can read
  + VaultError              the store
    - NotFound                nothing of that id in this vault
    - Locked                  the vault must be opened first
    - WrongPassphrase         neither passphrase nor recovery key opens it
    - Tampered                a sealed value does not belong where it lies, or was changed
    - UnknownFormat           sealed by a newer MesInfos, or not by MesInfos
    - StorageFull             the disk took no more; nothing was half written
    - StorageUnavailable      the database does not answer
  + ConsentError            nothing to decide on (a refusal is a value, not an error)
    - NoGrant                 this token opens no grant
    - NotGranted              the grant is in force, and does not allow this
    - ProofRefused            a proof of possession does not fit this request
    - UnreadableGrant         a stored grant breaks the storage law, or nobody signed it
  + Busy                    something of the kind runs already; wait for it

A message is an English sentence with {placeholders}; the edge translates it, then fills in `values`.
`next_step` tells the person what to do; `field` names the form field or option concerned.
"""

from typing import ClassVar


def N_(text: str) -> str:  # noqa: N802  gettext's own name for "collect this text, translate it later"
    """Mark a text for translation without translating it."""
    return text


class MesInfosError(Exception):
    """Anything MesInfos itself has to tell a person."""

    next_step: ClassVar[str] = ""

    def __init__(self, message: str, /, *, field: str | None = None, next_step: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.values = values
        self.advice = next_step or type(self).next_step

    def __str__(self) -> str:
        return self.message.format(**self.values)


class InvalidInput(MesInfosError):
    """A value a person typed cannot be used."""


class ConnectorError(MesInfosError):
    """A source could not be read."""


class Unreachable(ConnectorError):
    """Nobody answers at the source, or not in time."""

    next_step = N_("Check the address and the network; MesInfos tries again by itself.")


class CredentialsRejected(ConnectorError):
    """The source refused the user name or the password."""

    next_step = N_("Enter the password again; many providers want an app password here.")


class SourceChanged(ConnectorError):
    """The source is no longer what it was when it was connected."""

    next_step = N_("Open the source's settings and choose again what to read.")


class UnknownConnector(ConnectorError):
    """No installed package offers a connector of that name."""

    next_step = N_("Run `mesinfos source list --connectors` to see those installed.")


class IngestError(MesInfosError):
    """One message could not be read; the batch goes on."""


class Unparseable(IngestError):
    """The bytes are not something we can read."""


class VaultError(MesInfosError):
    """The store cannot do what was asked."""


class NotFound(VaultError):
    """Nothing of that id in this vault."""


class Locked(VaultError):
    """The vault must be opened first."""

    next_step = N_("Open the vault with your passphrase.")


class WrongPassphrase(VaultError):
    """Neither passphrase nor recovery key opens this vault."""

    next_step = N_("Try again, or use the recovery key you printed.")


class Tampered(VaultError):
    """A sealed value does not belong where it lies, or was changed."""

    next_step = N_("Restore a backup, and look in the journal for what changed.")


class UnknownFormat(VaultError):
    """Sealed by a newer MesInfos, or not by MesInfos."""

    next_step = N_("Update MesInfos, or restore the backup made before the update.")


class StorageFull(VaultError):
    """The disk took no more; nothing was half written."""

    next_step = N_("Free some space on the disk; MesInfos goes on by itself.")


class StorageUnavailable(VaultError):
    """The database does not answer."""

    next_step = N_("Check that the database runs and that its address is right.")


class ConsentError(MesInfosError):
    """There is nothing to decide on."""


class NoGrant(ConsentError):
    """This token opens no grant."""


class NotGranted(ConsentError):
    """The grant is in force, and does not allow what its merchant asked."""


class ProofRefused(ConsentError):
    """A proof of possession (DPoP) is missing, was used before, or does not fit this request."""


class UnreadableGrant(ConsentError):
    """A stored grant breaks the storage law, or nobody signed it."""

    next_step = N_("Revoke this grant and make it again.")


class Busy(MesInfosError):
    """Something of the kind runs already."""

    next_step = N_("Wait until it ends, then try again.")
