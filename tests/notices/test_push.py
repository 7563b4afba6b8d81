"""Notices to a browser: encrypted as the RFC says, signed, and to nobody inside the house. The push service is ours:
a real one would need an account of a browser maker and the Internet.
"""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from joserfc import jwt
from joserfc.jwk import ECKey

from mesinfos.errors import InvalidInput
from mesinfos.notices import push
from mesinfos.notices.kinds import words
from mesinfos.notices.sending import Message, NotSent
from mesinfos.outbound import Reach
from mesinfos.vault.webpush import application_key, encrypt, sealed
from tests.notices.browser import Subscription, octets
from tests.servers.web import WebServer

MESSAGE = Message(words("pickup", 1, "en"), "https://maison.example", "0123456789abcdef0123456789abcdef")


@pytest.fixture
def instance(sqlite_instance):
    """No engine differs here."""
    return sqlite_instance


@pytest.fixture
def service():
    """A push service on loopback that takes everything."""
    with WebServer({"/push/1": (201, {}, b"")}) as running:
        yield running


def test_the_example_of_the_rfc():
    """The message of RFC 8291, section 5, under its keys and its salt, byte for byte."""
    ours = derive_private_key(int.from_bytes(octets("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), SECP256R1())
    theirs = derive_private_key(
        int.from_bytes(octets("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big"), SECP256R1()
    )
    made = sealed(
        b"When I grow up, I want to be a watermelon",
        theirs.public_key(),
        octets("BTBZMqHH6r4Tts7J_aSIgg"),
        ours,
        octets("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert made == octets(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_the_browser_reads_it(alice, service):
    """What was posted opens with the subscription's own key, and says two lines and a page, of counts only."""
    browser = Subscription(f"{service.url}/push/1")
    push.send(
        alice.instance.key, alice.vault_id, push.checked(browser.values), MESSAGE._replace(reach=Reach(service.host))
    )
    (asked,) = service.requests
    assert (asked.method, asked.headers["Content-Encoding"], asked.headers["TTL"]) == ("POST", "aes128gcm", "86400")
    assert b"parcel" not in asked.body
    told = json.loads(browser.opened(asked.body))
    assert told == {
        "title": "1 parcel waits at a pickup point, for two more days at most",
        "text": "As far as your vault knew when it was last open.",
        "path": "/parcels",
        "mark": MESSAGE.mark,
    }


def test_the_push_service_knows_who_sends(alice, bob, service):
    """The signature verifies with the key the browser was given (RFC 8292), for that service, for half a day at most;
    another vault of the house has another key.
    """
    browser = Subscription(f"{service.url}/push/1")
    push.send(alice.instance.key, alice.vault_id, browser.values, MESSAGE._replace(reach=Reach(service.host)))
    scheme, token, key = service.requests[0].headers["Authorization"].replace(",", "").split(" ")
    assert (scheme, key) == ("vapid", f"k={application_key(alice.instance.key, alice.vault_id)}")
    point = octets(key.removeprefix("k="))
    public = ECKey.import_key(
        {"kty": "EC", "crv": "P-256", "x": Subscription.written(point[1:33]), "y": Subscription.written(point[33:])}
    )
    claims = jwt.decode(token.removeprefix("t="), public, algorithms=["ES256"]).claims
    assert (claims["aud"], claims["sub"]) == (service.url, "https://maison.example")
    assert application_key(bob.instance.key, bob.vault_id) != key.removeprefix("k=")


def test_each_message_has_its_own_key():
    """Two of the same text share neither salt nor key nor ciphertext."""
    browser = Subscription("https://push.example/1")
    one, two = (encrypt(b"the same", browser.values["p256dh"], browser.values["auth"]) for _ in range(2))
    assert one[:16] != two[:16]
    assert one[21:86] != two[21:86]
    assert one[86:] != two[86:]


@pytest.mark.parametrize(
    ("status", "final", "gone"),
    [(404, True, True), (410, True, True), (413, True, False), (429, False, False), (503, False, False)],
)
def test_what_a_push_service_refuses(alice, service, status, final, gone):
    """Who is gone is told nothing more (RFC 8030); what may pass is tried again."""
    service.pages["/push/1"] = (status, {}, b"")
    browser = Subscription(f"{service.url}/push/1")
    with pytest.raises(NotSent) as failure:
        push.send(alice.instance.key, alice.vault_id, browser.values, MESSAGE._replace(reach=Reach(service.host)))
    assert (failure.value.final, failure.value.gone) == (final, gone)


def test_no_address_inside_the_house_is_pushed_to(alice, service):
    """An endpoint is what a browser says it is: http, and private addresses, get nothing."""
    for endpoint in (f"{service.url}/push/1", "https://127.0.0.1/push", "https://[::1]/push", "http://push.example/1"):
        values = Subscription(endpoint).values
        with pytest.raises(NotSent):
            push.send(alice.instance.key, alice.vault_id, values, MESSAGE)
    assert service.requests == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("endpoint", "ftp://push.example"),
        ("endpoint", ""),
        ("p256dh", "AAAA"),
        ("p256dh", "B" * 87),
        ("auth", "short"),
        ("auth", "é"),
    ],
)
def test_what_no_browser_gives_is_refused(name, value):
    """An address that is none, a point that is not on the curve, a secret of another length."""
    values = Subscription("https://push.example/1").values | {name: value}
    with pytest.raises(InvalidInput):
        push.checked(values)
