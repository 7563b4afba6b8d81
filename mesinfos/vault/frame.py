"""What lies inside an item: one byte of encoding, the length, the bytes, zeros up to one of 39 sizes.

Sizes tell what a thing is, so an item is padded to 2^k or 3·2^(k-1) bytes, from 256 bytes to 128 MiB
(docs/sealing.md §3). Text is compressed with zstd (RFC 8878) at level 1 when that helps.
"""

from threading import local

from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError, frame_content_size

from mesinfos.errors import N_, InvalidInput, Tampered

HEAD = 5
SMALLEST = 256
LARGEST = 128 * 1024 * 1024
WORTH = 192
"""Payloads below this many bytes are stored as they are: they fit the smallest size anyhow."""

RAW, ZSTD = 0, 1


class _Codec(local):
    """A compressor and a decompressor for each thread: zstandard's objects must not be shared."""

    def __init__(self) -> None:
        self.compress = ZstdCompressor(level=1, write_content_size=True, write_checksum=False).compress
        self.decompress = ZstdDecompressor().decompress


_codec = _Codec()


def padded_size(length: int) -> int:
    """The smallest permitted size that holds `length` bytes; raises InvalidInput beyond 128 MiB."""
    if length <= SMALLEST:
        return SMALLEST
    if length > LARGEST:
        raise InvalidInput(N_("A single record may not be larger than 128 MB."))
    power = 1 << (length - 1).bit_length()
    three_quarters = power - power // 4
    return three_quarters if length <= three_quarters else power


def pack(payload: bytes) -> bytes:
    """`payload` in its frame, compressed when that saves bytes, padded."""
    encoding, body = RAW, payload
    if len(payload) >= WORTH:
        smaller = _codec.compress(payload)
        if len(smaller) < len(payload):
            encoding, body = ZSTD, smaller
    size = padded_size(HEAD + len(body))
    return (bytes((encoding,)) + len(body).to_bytes(4, "big") + body).ljust(size, b"\0")


def unpack(frame: bytes) -> bytes:
    """The payload in a frame; raises Tampered when the frame is not exactly what `pack` makes."""
    end = HEAD + int.from_bytes(frame[1:HEAD], "big")
    if len(frame) < SMALLEST or end > len(frame) or frame.count(0, end) != len(frame) - end:
        raise Tampered(N_("A sealed value has a broken frame."))
    body = frame[HEAD:end]
    if frame[0] == RAW:
        return body
    if frame[0] != ZSTD:
        raise Tampered(N_("A sealed value has a broken frame."))
    return _expanded(body)


def _expanded(body: bytes) -> bytes:
    try:
        if not 0 <= frame_content_size(body) <= LARGEST:
            raise Tampered(N_("A sealed value has a broken frame."))
        return _codec.decompress(body)
    except ZstdError:
        raise Tampered(N_("A sealed value has a broken frame.")) from None
