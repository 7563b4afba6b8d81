"""The export as one ZIP file that is made while it is sent: nothing of it is ever written to this machine's disk."""

from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipFile

from mesinfos.rights.export import Counts, members
from mesinfos.vault.openvault import OpenVault

PART = 1 << 16  # bytes gathered before they are sent


class _Sink:
    """What a ZIP file is written to: it can only be written, as a network can."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        """Keep a copy until it is sent."""
        self.parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since."""
        found, self.parts, self.size = b"".join(self.parts), [], 0
        return found


def export_zip(vault: OpenVault) -> Iterator[bytes]:
    """The bytes of the ZIP file, a part at a time."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in members(vault, Counts()):
            with archive.open(name, "w", force_zip64=True) as stream:
                for data in content:
                    stream.write(data)
                    if sink.size >= PART:
                        yield sink.taken()
    yield sink.taken()
