"""Where passkeys are possible, and answers of browsers that are not what they should be."""

import json
from contextlib import suppress
from random import Random
from types import SimpleNamespace

import pytest
from starlette.requests import Request
from webauthn.helpers import base64url_to_bytes

from mesinfos.errors import InvalidInput
from mesinfos.settings import Settings
from mesinfos.vault.keys import unpadded
from mesinfos.vault.passkeys import Known
from mesinfos.vault.slots import Slot
from tests.web.authenticator import Authenticator, asked_never
from web.passkeys import Place, asserted, place, registered

AT = "http://localhost:8000"


@pytest.mark.parametrize(
    ("base", "scheme", "host", "expected"),
    [
        ("http://127.0.0.1:8000", "http", "localhost:8000", Place("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", "http", "127.0.0.1:8000", Place(why="number", at="http://localhost:8000")),
        ("http://127.0.0.1", "http", "[::1]", Place(why="number", at="http://localhost")),
        ("https://infos.example", "http", "infos.example", Place("infos.example", "https://infos.example")),
        ("http://infos.example:81", "https", "infos.example:81", Place("infos.example", "https://infos.example:81")),
        (
            "https://Infos.example:8443/me",
            "http",
            "INFOS.example:8443",
            Place("infos.example", "https://infos.example:8443"),
        ),
        ("http://infos.lan:8000", "http", "infos.lan:8000", Place(why="https only")),
        ("http://192.168.1.4:8000", "http", "192.168.1.4:8000", Place(why="number")),
        ("https://192.168.1.4", "https", "192.168.1.4", Place(why="number")),
        ("https://infos.example", "http", "localhost:8000", Place("localhost", "http://localhost:8000")),
    ],
)
def test_where_passkeys_are_possible(base: str, scheme: str, host: str, expected: Place):
    """Under a name, on https or this machine; elsewhere the reason is said, and on this machine the way out."""
    site = SimpleNamespace(instance=SimpleNamespace(settings=Settings(base_url=base)))
    app = SimpleNamespace(state=SimpleNamespace(site=site))
    asked_for = {"type": "http", "scheme": scheme, "path": "/", "headers": [(b"host", host.encode())], "app": app}
    found = place(Request(asked_for))
    assert (found.rp_id, found.origin, found.at) == (expected.rp_id, expected.origin, expected.at)
    assert expected.why in found.why
    assert bool(found.why) != bool(found.rp_id)


def test_mangled_answers_are_no_error_of_ours():
    """Bytes turned, cut and put in anywhere: refused, or harmless, whatever the parsers below think of it."""
    device, random, where = Authenticator(AT), Random(5), Place("localhost", AT)
    asks = asked_never() | {"rpId": "localhost"}
    asks["extensions"]["prf"]["evalByCredential"] = {}
    made = device.make(asks)["credential"]
    known = [Known(Slot("v", "s", "passkey", "direct", 0, 0, 0, b"", b"", b""), registered(made, where, bytes(32), ""))]
    for number in range(400):
        good = made if number % 2 else device.get(asks)["credential"]
        bad = mangled(good, random, number)
        with suppress(InvalidInput):
            if number % 2:
                registered(bad, where, bytes(32), "")
            else:
                asserted(bad, where, bytes(32), known)


@pytest.mark.parametrize("deep", ["[" * 19_000, '{"id":' * 3_000])
def test_an_answer_nested_without_end_is_refused(deep: str):
    """Whoever stands at the door may send it; it is no error of ours."""
    with pytest.raises(InvalidInput):
        asserted(deep, Place("localhost", AT), bytes(32), [])


def mangled(answer: str, random: Random, number: int) -> str:
    """An answer damaged in its JSON, or in the bytes of one of its parts."""
    place = random.randrange(len(answer))
    if number % 4 < 2:
        return answer[:place] + random.choice(["", 'A"{}[0\x00é'[random.randrange(8)]]) + answer[place + 1 :]
    whole = json.loads(answer)
    name = random.choice([name for name, value in whole["response"].items() if isinstance(value, str)])
    part = bytearray(base64url_to_bytes(whole["response"][name]))
    part[random.randrange(len(part))] ^= 1 << random.randrange(8)
    whole["response"][name] = unpadded(bytes(part[: random.randrange(1, len(part) + 1)] if number % 3 else part))
    return json.dumps(whole)
