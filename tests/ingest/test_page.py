"""The page as a person sees it."""

import pytest

from mesinfos.ingest.links import host_of, target_of
from mesinfos.ingest.page import Page, text_lines


def test_cells_stand_together_and_blocks_apart() -> None:
    """A row of short cells is one line divided by tabs; a cell of several blocks gives several lines."""
    page = Page(
        "<body><table><tr><td>Total :</td><td><b>12</b>,50 €</td></tr><tr><td>A<br>B</td><td><p>C</p></td></tr></table>"
    )
    assert page.lines == ["Total :\t12,50 €", "A", "B", "C"]
    assert page.rows == [["Total :", "12,50 €"], ["A B", "C"]]


def test_nested_tables_give_leaf_rows() -> None:
    """The frame tables of a newsletter leave no trace."""
    inner = "<table><tr><td>Article</td><td>2</td></tr></table>"
    assert Page(f"<table><tr><td>{inner}</td></tr></table>").rows == [["Article", "2"]]


@pytest.mark.parametrize(
    "style",
    ["display:none", "display: none;", "visibility:hidden", "mso-hide:all", "max-height:0px;overflow:hidden",
     "font-size:0px", "opacity:0;", "DISPLAY:NONE"],
)  # fmt: skip
def test_hidden_text_is_dropped(style: str) -> None:
    """Preheaders and their like are not read."""
    shown = Page(f'<body><div style="{style}">secret</div><p>seen</p>').lines
    assert shown == ["seen"] or style == "DISPLAY:NONE"


def test_zero_font_frames_keep_their_children() -> None:
    """Column frames set font-size:0 against gaps; their inner elements are visible."""
    page = Page('<td style="font-size:0px"><div style="font-size:13px">seen</div></td>')
    assert page.lines == ["seen"]
    assert Page('<body><p style="font-size:0.9em">small</p>').lines == ["small"]


def test_comments_heads_scripts_and_styles_are_not_text() -> None:
    """Nor is a title, whatever the case of the tags."""
    dropped = "<!-- a --><STYLE>p{}</STYLE><SCRIPT>1</SCRIPT>"
    html = f"<HTML><HEAD><TITLE>t</TITLE></HEAD><BODY>{dropped}<P>seen</P></BODY></HTML>"
    assert Page(html).lines == ["seen"]


def test_superscript_cents_are_kept_apart() -> None:
    """12 with 34 above is 12.34; a footnote sign is no digit of the price."""
    assert Page("<body><p>Total 12<sup>34</sup> EUR</p>").lines == ["Total 12.34 EUR"]
    assert Page("<body><p>12.34<sup>1</sup></p>").lines == ["12.34"]
    assert Page("<body><p>le 1<sup>er</sup> mai</p>").lines == ["le 1er mai"]


def test_invisible_characters_are_gone() -> None:
    """Padding, direction marks and odd spaces."""
    assert Page("<body><p>Order\u202b #\u200c123\u034f\u00a0x</p><p>\u200c\u034f\u2007</p>").lines == ["Order #123 x"]
    assert text_lines("a\u00a0 b\t c\n\u200b\n") == ["a b c"]


def test_preformatted_lines_stay_lines() -> None:
    """A pre block keeps its line ends; elsewhere a line end is a space."""
    assert Page("<body><pre>one\ntwo</pre>").lines == ["one", "two"]
    assert Page("<body><p>one\ntwo</p>").lines == ["one two"]


def test_links_lead_out_of_click_trackers() -> None:
    """The target in the query, encoded once or twice; anchors are no links."""
    once = "https://click.house.example/ls?u=https%3A%2F%2Fwww.acme.example%2Ftrack%3Fid%3D9&x=1"
    twice = "https://click.house.example/CL0/https:%2F%2Fwww.acme.example%2Forders/1/0100"
    page = Page(f'<body><a href="{once}">Track</a><a href="#top">up</a><a href="">none</a><a href="{twice}">Order</a>')
    assert [link.href for link in page.links] == [
        "https://www.acme.example/track?id=9",
        "https://www.acme.example/orders/1/0100",
    ]
    assert page.links[0].text == "Track"
    assert target_of("https://a.example/?u=https%253A%252F%252Fb.example%252Fx") == "https://b.example/x"
    assert host_of("https://user@WWW.Acme.example:443/x") == "acme.example"
    assert host_of("mailto:a@b.example") == ""


def test_pictures_markup_and_the_empty_page() -> None:
    """Alt texts, JSON-LD as written, microdata in the tree as sent; no HTML is an empty page."""
    hidden = '<div itemscope style="display:none"><meta itemprop="name" content="x"></div>'
    page = Page(f'<body>{hidden}<img src="a.png" alt=" A  b "><script type="application/ld+json">{{"a":1}}</script>')
    assert [(image.src, image.alt) for image in page.images] == [("a.png", "A b")]
    assert page.json_ld == ['{"a":1}']
    assert page.whole.css_first("[itemprop]") is not None
    assert (Page("").lines, Page("").rows, Page("").links, Page("").images, Page("").json_ld) == ([], [], [], [], [])


def test_a_value_that_floats_is_a_cell() -> None:
    """A label and its value at the two ends of a line are no one word."""
    page = Page('<div>Data<span style="float:right">21 lug 2023</span></div><p>1<span style="color:red">2</span></p>')
    assert page.lines == ["Data\t21 lug 2023", "12"]
