"""Nothing personal reaches the log, whoever writes it."""

import io
import logging
import sys

import pytest

from mesinfos.errors import Unreachable
from mesinfos.logs import configure, get_logger
from mesinfos.settings import Settings


@pytest.fixture(params=["text", "json"])
def logged(request, monkeypatch):
    """What is logged, in both formats."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure(Settings(log_format=request.param, log_level="info"))
    yield stream.getvalue
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def test_only_harmless_keys_pass(logged):
    """Counters and ids pass, everything else is a dot."""
    get_logger("mesinfos.test").info("sync ended", source="abc", seen=3, subject="Votre commande", sender="a@b.fr")
    assert "abc" in logged()
    assert "3" in logged()
    assert "commande" not in logged()


def test_an_exception_is_told_by_its_class(logged):
    """Messages of libraries quote what they choked on; the path through the code does not."""
    try:
        int("alice@maison.example ordered")
    except ValueError:
        get_logger("mesinfos.test").exception("sync failed")
        logging.getLogger("sqlalchemy").exception("failed for %s", "alice@maison.example")
    assert "ValueError" in logged()
    assert "test_logs.py" in logged()
    assert "alice" not in logged()
    assert "ordered" not in logged()


def test_our_own_errors_are_told_without_their_values(logged):
    """The sentence before its values are filled in."""
    get_logger("mesinfos.test").warning(
        "failed", exc_info=Unreachable("Nobody answers at {host}.", host="imap.free.fr")
    )
    assert "Nobody answers at {host}." in logged()
    assert "free.fr" not in logged()


def test_a_line_stays_one_line(logged):
    """Line breaks and escapes of a value cannot forge a second line."""
    get_logger("mesinfos.test").info("x", state="a\nb\x1b[2J", error="y" * 1000)
    assert len(logged().splitlines()) == 1
    assert "\x1b[2J" not in logged()
    assert "y" * 500 not in logged()


def test_libraries_speak_from_warning_on(logged):
    """Debug output of libraries holds whole commands."""
    logging.getLogger("imapclient").info("LOGIN alice secret")
    assert logged() == ""
