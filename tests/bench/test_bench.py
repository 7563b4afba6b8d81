"""The bench in small: it runs, and its mailbox is what it says; no figure is judged here."""

import shutil

import pytest

from bench import __main__ as bench
from bench.corpus import mails, merchants, shape, some
from bench.measure import percentile, run, spread
from bench.peers import missing
from bench.solid import SERVER, install
from bench.walk import PATHS
from mesinfos.ingest.pipeline import Context, recognise
from mesinfos.ingest.screen import wants_body
from tests.servers.dovecot import is_available


def test_the_mailbox_is_the_same_every_time():
    """Equal seeds give equal mails."""
    assert some(30) == some(30)


def test_the_mailbox_has_the_promised_mix():
    """Sizes are as announced, a fifth is personal and stays on the server, the rest is recognised."""
    box = list(mails(400))
    sizes = shape(box)
    assert 25 < sizes["median"] < 45
    assert 45 < sizes["mean"] < 80
    wanted = [raw for _, raw in box if wants_body(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")]
    assert 0.75 < len(wanted) / len(box) < 0.87
    facts = [recognise(raw, Context(authserv_ids=("mx.maison.example",))) for raw in wanted[:60]]
    forged = [one for one in facts if one.message and one.message.imitates]
    assert all(one.merchant is not None for one in facts if one not in forged)
    assert len(forged) <= 3
    assert sum(one.sender.verified for one in facts) >= 57
    assert len(merchants()["shop"]) + len(merchants()["bill"]) > 30


def test_measuring_sees_children_and_failures():
    """CPU and memory of a command are counted, and a failing one is no figure."""
    spent = run(["sh", "-c", "sleep 0.3; echo done"])
    assert spent.output == "done\n"
    assert spent.wall >= 0.3
    assert spent.peak > 0
    with pytest.raises(RuntimeError, match="failed"):
        run(["sh", "-c", "exit 3"])


def test_figures_are_written_with_their_spread():
    """Median, least and most; percentiles of what was measured."""
    assert spread([0.5, 0.25, 0.75]) == "0.500 (0.250-0.750)"
    assert spread([200.0, 100.0, 300.0]) == "200 (100-300)"
    assert percentile([4, 1, 3, 2], 0.5) == 3


@pytest.mark.dovecot
@pytest.mark.skipif(bool(missing()) or not is_available(), reason="needs Debian's dovecot-imapd and the peers")
def test_sync_against_the_peers(tmp_path, monkeypatch, capsys):
    """One small round of everybody prints the ratios."""
    monkeypatch.setattr("bench.corpus.OUT", tmp_path)
    assert bench.main(["--only", "sync", "--mails", "60", "--rounds", "1"]) == 0
    said = capsys.readouterr().out
    assert "ratio to mbsync + mu" in said
    assert "nothing new" in said


def test_every_page_is_walked(capsys):
    """A small vault of the same kind: every page answers, mail comes, a choice is made, and all of it is told."""
    assert bench.main(["--only", "walk", "--messages", "300", "--looks", "1"]) == 0
    said = capsys.readouterr().out
    assert f"{len(PATHS)} pages, each 1 times" in said
    assert "home after 40 mails came" in said
    assert "home after a choice" in said
    assert "MB resident" in said


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs Debian's wrk")
def test_pages_and_reads(capsys):
    """Pages of a small vault and a merchant's reads print their times."""
    small = ["--records", "300", "--looks", "2", "--seconds", "1", "--no-solid"]
    assert bench.main(["--only", "pages,reads", *small]) == 0
    said = capsys.readouterr().out
    assert "merchants" in said
    assert "disclosures/s" in said
    assert "refusals" not in said


@pytest.mark.skipif(shutil.which("wrk") is None or not SERVER.exists(), reason="needs wrk and an earlier make bench")
def test_reads_against_solid(capsys):
    """A Solid server is asked for as much, refuses whom it should; the ratio is printed, nothing keeps running."""
    assert bench.main(["--only", "reads", "--records", "300", "--seconds", "1", "--rounds", "1"]) == 0
    said = capsys.readouterr().out
    assert "times its rate" in said
    assert "not a figure" not in said
    assert str(SERVER) not in run(["ps", "-eo", "args"]).output


def test_without_npm_solid_is_left_out(tmp_path, monkeypatch, capsys):
    """Where the server cannot be fetched, one line says so and nothing fails."""
    monkeypatch.setattr("bench.solid.SERVER", tmp_path / "server.js")
    monkeypatch.setattr("bench.solid.FOLDER", tmp_path)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    assert not install()
    assert "solid: left out" in capsys.readouterr().out
