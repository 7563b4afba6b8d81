"""I3: attachments built to exhaust the reader: PDFs (bombs, loops, depths, floods), archives and pictures.

Each mail is a bill that names no total, so that its document is opened; each must come back within five seconds from a
process that stays small, with what its own text says, and the parent must go on. Pictures are never decoded: a process
of its own (`python -m tests.campaign.i3`) reads all floods and tells which image code it has loaded.
"""

import gzip
import io
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

from mesinfos.ingest.pipeline import recognise
from mesinfos.ingest.workers import Workers
from mesinfos.model.facts import Facts
from tests.campaign import Outcome, hostile_pdf
from tests.campaign.hostile_pdf import ZEROS, deflated

SECONDS = 5.0
MEGABYTES = 512  # the process that reads mail; its own bound for one document is 256 above what it has
SIDE = 100_000  # points of a flood's edge
# pypdf names Pillow's class of pictures wherever Pillow is installed; what opens one brings PIL.ImageFile along.
IMAGE_CODE = ("PIL.ImageFile", "cv2", "numpy", "pypdf.generic._image_xobject")


def zipped() -> bytes:
    """A ZIP of nothing but zeros."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("facture.pdf", b"\0" * (ZEROS // 10))
    return sink.getvalue()


def png() -> bytes:
    """A picture of ten thousand million points in its smallest form."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", deflated(30_000_000)) + chunk(b"IEND", b"")


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip": ("application/zip", zipped),
    "gzip": ("application/gzip", lambda: gzip.compress(b"\0" * (ZEROS // 10))),
    "deflate called a PDF": ("application/pdf", lambda: deflated(ZEROS // 10)),
    "png": ("image/png", png),
    "jpeg": ("image/jpeg", lambda: b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", 65535, 65535) + b"\x03" * 64),
    "gif": ("image/gif", lambda: b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0" * 99),
    "bmp": ("image/bmp", lambda: b"BM" + struct.pack("<IIIIii", 0, 0, 54, 40, SIDE, SIDE) + b"\0" * 99),
    "tiff": ("image/tiff", lambda: b"II*\0\x08\0\0\0\x02\0\0\x01\x04\0\x01\0\0\0" + struct.pack("<I", SIDE) * 9),
    "svg": ("image/svg+xml", lambda: b"<!DOCTYPE s [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><svg width='1e9'>&b;</svg>"),
}
"""Archives and pictures: what is no document is not opened at all."""
FULL = len(hostile_pdf.ALL) + len(FILES)


ATTACKS = {name: ("application/pdf", build) for name, build in hostile_pdf.ALL.items()} | FILES


def attack(name: str) -> bytes:
    """The bill that carries this attack."""
    kind, build = ATTACKS[name]
    return bill(kind, build())


def bill(kind: str, content: bytes) -> bytes:
    """A mail with this attachment, and a number in its own text."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Acme <billing@acme.example>", "Your invoice is available"
    mail.set_content("Hello,\n\nYour invoice is available.\nInvoice number: F-2026-118\n")
    maintype, _, subtype = kind.partition("/")
    mail.add_attachment(content, maintype=maintype, subtype=subtype, filename="facture.pdf")
    return mail.as_bytes()


def run(tries: int) -> Outcome:
    """Offer the attacks in turn to one worker process, `tries` of them in all, spread over all kinds."""
    names = list(ATTACKS)
    chosen = [names[number * len(names) // tries % len(names)] for number in range(tries)]
    slow, lost, peak = [], [], 0
    with Workers(1) as workers:
        workers.submit([(bill("text/plain", b""), None)]).result(60)
        for name in chosen:
            raw = attack(name)
            start = monotonic()
            facts = workers.submit([(raw, None)]).result(60)[0]
            if monotonic() - start > SECONDS:
                slow.append(name)
            if not (facts.error or _read(facts)):
                lost.append(name)
            peak = max(peak, _memory())
        well = _read(workers.submit([(bill("text/plain", b""), None)]).result(60)[0])
    decoded = _image_code()
    happened = (
        f"{len(slow)} slow {slow}, {len(lost)} lost {lost}, peak {peak} MB, image code loaded: {decoded or 'none'}"
    )
    ok = well and not (slow or lost or decoded) and peak < MEGABYTES
    return Outcome(tries, f"each read or quarantined within {SECONDS:g} s, no picture decoded", happened, ok=ok)


def _read(facts: Facts) -> bool:
    return [invoice.number for invoice in facts.invoices] == ["F-2026-118"]


def _memory() -> int:
    """Megabytes that the worker has held at most."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = status.read_text("ascii", "replace")
            if b"mesinfos.ingest.worker" in (status.parent / "cmdline").read_bytes() and _is_child(told):
                peak = re.search(r"^VmHWM:\s+(\d+) kB", told, re.MULTILINE)
                return int(peak[1]) >> 10 if peak else 0
        except OSError:
            continue  # it ended while we looked
    return 0


def _is_child(told: str) -> bool:
    parent = re.search(r"^PPid:\s+(\d+)", told, re.MULTILINE)
    return parent is not None and parent[1] == Path("/proc/self").resolve().name


def _image_code() -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.campaign.i3"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return ended.stdout.strip()


def _floods() -> None:
    """Read every flood here, then print the image code that this process holds."""
    for name in (*hostile_pdf.FLOODS, *FILES):
        recognise(attack(name))
    print(" ".join(name for name in sys.modules if name.startswith(IMAGE_CODE)))


if __name__ == "__main__":
    _floods()
