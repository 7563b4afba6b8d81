"""The threat checks of OAuth, in small; `make campaign IDS="A7 A8 A12"` runs them in full."""

from tests.campaign import a7, a8, a12


def test_a7_only_the_clients_own_address():
    """No mutation of a redirect_uri is accepted or led to, also where something goes wrong; codes and PKCE hold."""
    outcome = a7.run(5)
    assert outcome.ok, outcome.happened


def test_a8_extra_members_have_no_effect():
    """What nobody asked for is refused, or changes nothing."""
    outcome = a8.run(9)
    assert outcome.ok, outcome.happened


def test_a12_time_tells_nothing():
    """Whether a wrong token is near a real one cannot be told from how long its refusal takes."""
    outcome = a12.run(3000)
    assert outcome.ok, outcome.happened
