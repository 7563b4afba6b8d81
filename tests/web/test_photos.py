"""Photos of products on their pages: given, refused beside the field, loaded from a mail, served to their person."""

import re

import pytest

from mesinfos.ingest.photos import prepared
from mesinfos.model.purchase import Item, Order
from mesinfos.relations.products import products
from mesinfos.relations.reading import read
from tests.ingest.test_photos import bomb, opened, shot
from tests.servers.web import WebServer
from tests.test_pictures import drawn, served
from tests.web.furnish import MERCHANTS, NOW, Furnisher
from tests.web.house import House
from tests.web.served import Browser
from web import uploads
from web.security import LARGEST_UPLOAD

SHOWN = re.compile(r'<img src="(/photos/[^"]+)" alt="([^"]*)"')


@pytest.fixture
def kettle(home: House, alices: Browser, request: pytest.FixtureRequest) -> str:
    """The path of a product of Alice's without a photo, each test's own."""
    return bought(home, alices, request.node.name, "")


def bought(home: House, browser: Browser, name: str, image: str) -> str:
    """The path of a product that was just bought; its order's mail names a picture of it."""
    vault = home.vault_of(browser)
    furnisher = Furnisher(vault, name)
    number = f"K-{len(name)}{name[-9:]}"
    furnisher.keep(Order(number, NOW.date(), items=(Item(f"Théière {name}", image=image),)), MERCHANTS[1], 0, number)
    furnisher.move_in()
    return next(f"/products/{one.id}" for one in products(read(vault)) if name in one.name)


def given(browser: Browser, path: str, content: bytes, name: str = "IMG_4711.jpg"):
    """What a press on “Keep this photo” answers."""
    return browser.post(f"{path}/photo", files={"photo": (name, content, "image/jpeg")})


def test_a_photo_is_given_shown_and_undone(alices, kettle):
    """It stands on the product's page with its name, small in lists and grids without one; Undo takes it back."""
    answer = given(alices, kettle, shot())
    ((address, alt),) = SHOWN.findall(answer.text)
    assert "encrypted" in answer.text
    assert alt.startswith("Théière")
    assert re.search(r"Théière [^<]*</span>.*?Photo ·", alices.get("/settings/decisions").text, re.DOTALL)
    for path in ("/products", "/products?view=grid", "/search?q=type:product+given"):
        assert re.search(rf'src="{address}/small" alt=""', alices.get(path).text)
    undo = re.search(r'action="(/undo/[^"]+)"', answer.text)
    assert not SHOWN.findall(alices.post(undo[1], data={"back": kettle}).text)


def test_a_photo_is_served_as_what_it_is_to_its_person_only(home, alices, kettle, stranger):
    """WebP of the right size, kept by no cache, run by no browser; a stranger and Bob get nothing."""
    address = SHOWN.findall(given(alices, kettle, shot(size=(900, 600))).text)[0][0]
    for path, width in ((address, 900), (f"{address}/small", 320)):
        answer = alices.get(path)
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert opened(answer.content).width == width
        assert stranger.get(path, follow_redirects=False).status_code == 303
        with home.bobs() as bob:
            assert bob.get(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose a file first."),
        (b"<svg onload=alert(1)>", "no picture that MesInfos can read"),
        (bomb(), "too many pixels"),
        (b"\xff" * 12_500_000, "12 MB at most"),
    ],
    ids=["nothing", "garbage", "bomb", "large"],
)
def test_what_cannot_be_kept_is_told_beside_the_field(alices, kettle, content, told):
    """The page comes back with the reason at the file field, and the photo that was there is still shown."""
    before = SHOWN.findall(given(alices, kettle, shot()).text)
    answer = given(alices, kettle, content)
    assert answer.status_code == 422
    assert told in re.search(r'id="photo-wrong">(.*?)</p>', answer.text, re.DOTALL)[1]
    assert 'aria-describedby="photo-wrong photo-hint" aria-invalid="true"' in answer.text
    assert SHOWN.findall(answer.text) == before


def test_only_this_form_may_be_large_and_only_of_an_open_vault(alices, kettle, stranger):
    """More than any photo is refused unread; elsewhere a megabyte is the end; a stranger's upload goes to the door."""
    assert given(alices, kettle, b"\xff" * LARGEST_UPLOAD).status_code == 413
    assert alices.post(f"{kettle}/state", files={"a": b"\xff" * 1_000_001}).status_code == 413
    answer = stranger.post(f"{kettle}/photo", files={"photo": shot()}, follow_redirects=False)
    assert answer.headers["location"] == "/unlock"


def test_an_upload_never_lies_on_the_disk(monkeypatch, alices, kettle):
    """A photo larger than a form's part is held in memory: no temporary file is made of it."""
    monkeypatch.setattr("tempfile.TemporaryFile", None)
    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", None)
    large = shot("PNG", (1200, 1200)) + b"\0" * 2_000_000  # what follows a picture's end is not read
    assert SHOWN.findall(given(alices, kettle, large).text)
    assert uploads._InMemory.spool_max_size > LARGEST_UPLOAD


@pytest.mark.parametrize(
    "body", [{"data": {"photo": "text"}}, {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}]
)
def test_a_form_without_a_file_asks_for_one(alices, kettle, body):
    """A form that holds none, or is none, is answered like an empty field."""
    answer = alices.post(f"{kettle}/photo", **body)
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_the_photo_of_the_mail_comes_by_a_press(home, alices, monkeypatch):
    """The page says first who learns what; one press asks once and keeps what came, re-encoded; a failure is told."""
    with WebServer({"/t.png": served(drawn("PNG", 50, 40))}) as shop:
        settings = home.served.instance.settings.model_copy(update={"outbound_hosts": shop.host})
        monkeypatch.setattr(home.served.instance, "settings", settings)
        path = bought(home, alices, "loaded", f"{shop.url}/t.png")
        text = alices.get(path).text
        assert "Whoever is there learns that it was asked for" in text
        assert not shop.requests
        answer = alices.post(f"{path}/photo/load")
        address = SHOWN.findall(answer.text)[0][0]
        assert alices.get(address).content == prepared(drawn("PNG", 50, 40))[0].content
        asked = len(shop.requests)
        alices.get(path)
        alices.get("/products?view=grid")
        assert len(shop.requests) == asked
        del shop.pages["/t.png"]
        answer = alices.post(f"{path}/photo/load")
        assert answer.status_code == 422
        assert 'id="load-wrong"' in answer.text
        assert SHOWN.findall(answer.text)[0][0] == address
        answer = alices.post(f"{path}/photo/remove")
        assert "can come back" in answer.text
        assert not SHOWN.findall(answer.text)


def test_orders_and_proofs_show_photos(home, alices):
    """An order's lines wear their photos, and the printed proof shows them."""
    view = home.served.app.state.site.readings.of(home.vault_of(alices))
    order = f"/orders/{products(view)[0].purchases[0].order_id}"
    product = f"/products/{products(view)[0].id}"
    address = SHOWN.findall(given(alices, product, shot()).text)[0][0]
    assert f'src="{address}/small"' in alices.get(order).text
    assert f'src="{address}"' in alices.get(f"{order}/proof").text
