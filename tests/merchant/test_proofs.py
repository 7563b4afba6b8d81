"""The example checks what instances sign with code of its own: sound ones pass, changed ones do not."""

import json
import time
from base64 import b64encode
from copy import deepcopy

import pytest

from examples.merchant.proofs import Forged, check_message, check_receipt, key_for
from mesinfos.consent.receipt import sign
from mesinfos.vault.signing import SigningKey, public_jwk, thumbprint

INSTANCE, PERSON, OTHER = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
PIN = public_jwk(INSTANCE.public)
BODY = b'{"type":"consent.withdrawn","timestamp":"2026-11-25T10:00:00Z","data":{"grant_id":"g"}}'


def receipt(*signers: SigningKey) -> dict:
    """The file of a small receipt."""
    record = {"mi:grantId": "g", "dct:description": [{"@language": "fr", "@value": "Acmé peut voir…"}]}
    told = {"dpv:hasIdentifier": "r", "mi:event": "consent.given", "dct:created": {"@value": "2026-11-25T10:00:00Z"}}
    told |= {"mi:signers": [thumbprint(key.public) for key in signers], "dpv:hasRecordOfActivity": record}
    return json.loads(sign(told, signers))


def message(key: SigningKey, body: bytes = BODY, at: int = 0) -> dict[str, str]:
    """The headers of a message."""
    at = at or int(time.time())
    signature = b64encode(key.sign(f"msg_1.{at}.".encode() + body)).decode()
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": f"v1a,{signature}"}


@pytest.mark.parametrize("signers", [(INSTANCE, PERSON), (INSTANCE,)])
def test_a_sound_receipt_says_what_it_proves(signers):
    """Signed by the instance, with the person or, while the vault is locked, without."""
    assert check_receipt(receipt(*signers), PIN)[:3] == ("r", "g", "consent.given")


def test_a_changed_receipt_does_not_pass():
    """One member changed, one signature taken away, another instance's key, no signature at all, or no receipt."""
    changed, fewer, none, unnamed = (deepcopy(receipt(INSTANCE, PERSON)) for _ in range(4))
    changed["receipt"]["mi:event"] = "consent.refused"
    fewer["signatures"].pop()
    none["signatures"], none["receipt"]["mi:signers"] = [], []
    unnamed["keys"] = []
    for file in (changed, fewer, none, unnamed, receipt(OTHER), {}, {"receipt": {"mi:signers": []}}):
        with pytest.raises(Forged):
            check_receipt(file, PIN)


def test_a_sound_message_is_read():
    """By the pinned key, also when it stands beside another signature."""
    assert check_message(message(INSTANCE), BODY, PIN)["type"] == "consent.withdrawn"
    both = message(INSTANCE)
    both["webhook-signature"] = f"v1,AAAA {message(OTHER)['webhook-signature']} {both['webhook-signature']}"
    assert check_message(both, BODY, PIN)["data"] == {"grant_id": "g"}


def test_a_message_that_is_not_the_instances_is_not():
    """Another body, another key, an old or a future time, an unknown signature, or no headers."""
    now = int(time.time())
    wrong = [
        (message(INSTANCE), BODY + b" "),
        (message(OTHER), BODY),
        (message(INSTANCE, at=now - 600), BODY),
        (message(INSTANCE, at=now + 600), BODY),
        (message(INSTANCE) | {"webhook-timestamp": "soon"}, BODY),
        (message(INSTANCE) | {"webhook-id": "msg_2"}, BODY),
        (message(INSTANCE) | {"webhook-signature": "v1a,???"}, BODY),
        (message(INSTANCE) | {"webhook-signature": ""}, BODY),
        ({}, BODY),
    ]
    for headers, body in wrong:
        with pytest.raises(Forged):
            check_message(headers, body, PIN)


def test_an_instance_without_a_key_is_not_trusted():
    """No key for a use, no consent kept."""
    with pytest.raises(Forged):
        key_for([{"mi_use": "receipts"}], "webhooks")
