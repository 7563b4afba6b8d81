"""A mail's own layout: what is left of it, and what is counted."""

import time

import pytest

from web.letter import DEEPEST, letter, painted, untracked

MAIL = """<style>@import url(https://cdn.example/a.css); p{background:url(https://cdn.example/b.png)}</style>
<p style="color:#333;position:fixed">Bonjour</p><img src="https://cdn.example/lamp.png" alt="Lampe">
<img src="//cdn.example/two.jpg">
<img src="https://t.example/open.gif" width="1" height="1"><img src="https://t.example/o" style="display:none">
<table background="https://cdn.example/back.png"></table><a href="https://shop.example/lamp?utm_source=mail&id=4#top">Voir</a>
<script>hit(1)</script><form action="https://x.example"><input name="a"></form><a href="javascript:hit(1)">x</a>"""


def test_what_lies_elsewhere_is_counted_and_left_out():
    """Pictures, hidden pictures and the rest are told apart; no address of any of them is left in the page."""
    made = letter(MAIL)
    assert made.pictures == ("https://cdn.example/lamp.png", "https://cdn.example/two.jpg")
    assert (made.pixels, made.others, made.hosts) == (2, 3, ("shop.example",))
    assert "cdn.example" not in made.html
    assert "t.example" not in made.html
    assert 'alt="Lampe"' in made.html


def test_only_paint_and_links_are_left():
    """Scripts, forms and what moves over the page go; a link says where it leads and opens alone."""
    made = letter(MAIL).html
    for gone in ("script", "form", "input", "javascript:", "position"):
        assert gone not in made.replace('title="javascript:hit(1)"', "")
    assert 'href="https://shop.example/lamp?id=4#top"' in made
    assert 'title="shop.example" target="_blank" rel="noopener noreferrer"' in made


@pytest.mark.parametrize(
    ("style", "left"),
    [
        ("color:red;font-family:'Open Sans'", "color:red;font-family:Open Sans"),
        ("background:rgb(1,2,3)", "background:rgb(1,2,3)"),
        ("background:url(//x)", ""),
        (r"background:u\72l(//x)", ""),
        ("background:image-set('//x' 1x)", ""),
        ("color:var(--a)", ""),
        ("--a:red", ""),
        ("position:absolute", ""),
    ],
)
def test_styles_only_paint(style, left):
    """No property and no function that could ask for anything passes, by whichever spelling."""
    assert painted(style) == left


def test_addresses_lose_only_their_trackers():
    """What tells a mailing is taken out of an address; all else stays as it was written."""
    assert untracked("https://a.example/?utm_id=1") == "https://a.example/"
    assert untracked("https://a.example/?b=%2F&gclid=1&c") == "https://a.example/?b=%2F&c"
    assert untracked("https://a.example/#?utm_id=1") == "https://a.example/#?utm_id=1"


def test_depth_is_refused_at_once():
    """Elements within elements without end are not laid out, which would take a parser hours; what is usual is."""
    begun = time.perf_counter()
    assert letter("<div>" * 200_000).html == ""
    assert time.perf_counter() - begun < 5
    assert "x" in letter("<div>" * (DEEPEST - 1) + "x").html
