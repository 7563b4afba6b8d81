"""Which bodies are fetched: organisations', and no friend's."""

import pytest

from mesinfos.ingest.screen import wants_body


@pytest.mark.parametrize(
    "headers",
    [b"From: Fnac <x@mail.fnac.com>", b"From: noreply@acme.example",
     b"From: A B <a@b.example>\r\nList-Id: <n.b.example>",
     b"From: Petite Boutique <boutique@gmail.com>\r\nList-Unsubscribe: <https://x.example>",
     b"From: a.b@c.example\r\nPrecedence: bulk", b"From: x@y.example\r\nAuto-Submitted: auto-generated",
     b"From: Yandex <hello@yandex.ru>", b"Subject: no sender", b"From: broken", b"From: Zephyr <salut@zephyr.example>",
     b"From: Zephyr Azur <zephyr@zephyr-azur.example>",
     b"X: y\n" * 50_000],
)  # fmt: skip
def test_organisations_are_fetched(headers: bytes) -> None:
    """Brands, machines, lists, whatever cannot be judged."""
    assert wants_body(headers)


@pytest.mark.parametrize(
    "headers",
    [b"From: Bob <bob@gmail.com>", b"From: bob@orange.fr\nSubject: Fwd: photos",
     b"From: Bob Dupont <bob.dupont@dupont.example>", b"From: b.d@famille.example\nIn-Reply-To: <1@x>",
     b"From: Bob <bob@gmail.com>\nAuto-Submitted: no", b"From: Karim Belloc <karim@belloc-famille.example>"],
)  # fmt: skip
def test_persons_are_not(headers: bytes) -> None:
    """Freemail without bulk marks, a person's name in the address, an answer."""
    assert not wants_body(headers)
