"""A mail's own layout in Chromium: nothing in it runs, and nothing in it is asked for."""

import shutil

import pytest

from tests.campaign import w1, w2

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed (Debian: chromium)"),
]


def test_no_mail_runs_a_script():
    """W1: by the cleaning alone, the policy alone, the sandbox alone and all of them, no mail runs anything."""
    outcome = w1.run(100)
    assert outcome.ok, outcome.happened


def test_no_mail_asks_for_anything():
    """W2: with pictures off, a mail that is read asks nothing of anybody, not even for the address of a name."""
    outcome = w2.run(20)
    assert outcome.ok, outcome.happened
