"""The threat checks of this room, in small; `make campaign IDS="D8 D9 D10 I4"` runs them in full."""

import pytest

from tests.campaign import d8, d9, d10, i4
from tests.servers.dovecot import is_available

needs_dovecot = pytest.mark.skipif(not is_available(), reason="Dovecot is not installed")


@pytest.mark.dovecot
@needs_dovecot
def test_d8_a_cut_connection_loses_nothing():
    """Cut at ten points, inside literals too, one to three times in a row: every mail arrives exactly once."""
    outcome = d8.run(10)
    assert outcome.ok, outcome.happened


@pytest.mark.dovecot
@needs_dovecot
def test_d9_a_rebuilt_mailbox_is_read_again():
    """UIDVALIDITY changed or reused, UIDs given anew: no mail is missed."""
    outcome = d9.run(4, mails=60)
    assert outcome.ok, outcome.happened


@pytest.mark.dovecot
@needs_dovecot
def test_d10_an_idle_mailbox_brings_nothing():
    """Asking again brings no mail, neither from Dovecot nor from a server that answers `n:*` with its last mail."""
    outcome = d10.run(20)
    assert outcome.ok, outcome.happened


def test_i4_a_lying_server_gets_nowhere():
    """Literals of 2 GB, endless lines and control characters: memory stays bounded, no command is injected."""
    outcome = i4.run(7)
    assert outcome.ok, outcome.happened
