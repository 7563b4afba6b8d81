"""The source of a page cut down to what is read of it."""

import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from mesinfos.ingest.files import read_messages
from mesinfos.ingest.page import Page
from mesinfos.ingest.parse import parse
from mesinfos.ingest.source import DROPPED, MAX_KNOWN, _Tags, bounded, reduced

SAMPLES = Path(__file__).parent.parent / "samples"
MAY_HIDE = re.compile(r"display|visibility|mso-hide|:\s*0|float", re.IGNORECASE)


def letters(text: str) -> str:
    """A text without any space."""
    return "".join(text.split())


def test_frames_leave_their_breaks() -> None:
    """A row begins a line, a cell a tab, a block a form feed; links and pictures stay tags, without their styles."""
    table = '<table class="x"><tr><td style="color:red"><b>Total</b></td><td><p>12 €</p></td></tr></table>'
    assert reduced(table) == "\n\n\tTotal\t\f12 €\f\n\n"
    assert reduced('<a href="x" style="color:red">here</a><img src="y">') == '<a href="x">here</a><img src="y">'


def test_no_letter_is_lost() -> None:
    """What is left says all that the parser reads in the page as it was sent, in its order."""
    pages = [parse(raw).html for path in sorted(SAMPLES.rglob("*.eml")) for _, raw in read_messages(path)]
    plain = [html for html in pages if html and not MAY_HIDE.search(html) and "<sup" not in html]
    assert len(plain) > 30
    for html in plain:
        tree = LexborHTMLParser(html)
        tree.strip_tags(list(DROPPED))
        assert letters(Page(html).tree.body.text()) == letters(tree.body.text())


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ('<div style="display:none">a<div>b</div><p>c</div>seen', "seen"),
        ("<DIV STYLE='Display: None'>a</DIV>seen", "seen"),
        ('<table><tr><td><div style="display:none">a</td><td>seen</td></tr></table>', "seen"),
        ('<table><tr><td style="display:none">a<td>seen</table>', "seen"),
        ('<p style="display:none">a<p>seen', "seen"),
        ('<td style="display:none"><table><tr><td>a</td></tr></table>b</td><td>seen</td>', "seen"),
        ('<a href="x" style="display:none">a</a>seen', "seen"),
        ('<img src="x" style="display:none">seen', "seen"),
        ('seen<div style="display:none">a', "seen"),
        ('<td style="font-size:0">a</td><td style="font-size:0"><b>seen</b></td>', "seen"),
        ('<pre style="display:none">a</pre>seen', "seen"),
    ],
)
def test_hidden_elements_end_where_a_person_sees_more(html: str, seen: str) -> None:
    """At their own end, at the end of the cell around them, or at the next of a kind that needs no end."""
    assert Page(f"<body>{html}").lines == [seen]
    assert not Page(f"<body>{html}").links


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>3 < 5 and 7 > 5</p>", ["3 < 5 and 7 > 5"]),
        ("<p>1 > 0 <b>bold</b> 0 < 1</p>", ["1 > 0 bold 0 < 1"]),
        ('<p title="a > b" class="c">seen</p><p>too</p>', ["seen", "too"]),
        ("<p>mail <alice@maison.example</p><p>seen</p>", ["mail <alice@maison.example", "seen"]),
        ("<button>seen</button><o:p></o:p><x-y>too</x-y>", ["seentoo"]),
        ("<br/>one<BR />two<Td>three", ["one", "two", "three"]),
        ("<![if !mso]><p>seen</p><![endif]>", ["seen"]),
        ("<p>seen</p><!-- never closed <p>a</p>", ["seen"]),
        ("<p>AT&amp;T &lt;b&gt;</p>", ["AT&T <b>"]),
        ("<p>a\0b\1c\2d</p>", ["a b c d"]),
    ],
)
def test_signs_that_begin_no_tag(html: str, lines: list[str]) -> None:
    """A sign in a text, in a quotation or in an address swallows nothing; unknown tags are left to the parser."""
    assert Page(f"<body>{html}").lines == lines


def test_a_picture_keeps_what_it_says() -> None:
    """Signs in the text of a picture are no tags."""
    (image,) = Page('<body><img alt="3 < 5 > 4" src="a.png"><p>x</p>').images
    assert (image.src, image.alt) == ("a.png", "3 < 5 > 4")


def test_what_is_kept_in_mind_is_bounded() -> None:
    """A sender of ever new tags fills no memory; addresses, which are all different, are not kept at all."""
    known = _Tags({"td": "\t"})
    for number in range(2 * MAX_KNOWN):
        assert known[f'td width="{number}"'] == "\t"
        assert known[f'a href="{number}"'] == f'<a href="{number}">'
    assert len(known) <= MAX_KNOWN + 1


def test_pages_of_stray_tags_are_cut() -> None:
    """A page of elements that never close is read to a bounded depth; an honest long page is read whole."""
    stray = "<div>" * 50_000
    assert bounded(stray).count("<") <= 1_000
    honest = "<p>seen</p>" * 5_000
    assert bounded(honest) == honest
    assert len(Page(f"<body>{honest}").lines) == 5_000
