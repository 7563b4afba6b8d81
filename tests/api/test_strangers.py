"""Every door of the API, tried by those who have no business there."""

from tests.campaign import a5


def test_no_door_opens_to_strangers() -> None:
    """Whatever route, method, token or id: refused, without a byte of data (A5, small)."""
    outcome = a5.run(250)
    assert outcome.ok, outcome.happened
