"""The demo from end to end: server, connector, pipeline, vault, consent, pages."""

import socket
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from mesinfos.cli import demo
from mesinfos.consent.ledger import list_grants
from mesinfos.demo.run import PASSPHRASE, free_port, open_home
from mesinfos.relations.photos import photos
from mesinfos.relations.reading import read
from mesinfos.vault.unlock import unlock


def test_the_household_is_as_the_story_tells():
    """What was read through the real connector into a real vault is the story; two merchants have their consent."""
    phases = []
    with open_home(0, lambda progress: phases.append(progress.phase)) as home:
        folder = home.instance.settings.data_dir
        assert home.as_told, (home.counts, home.story.counts())
        assert home.url.startswith("http://127.0.0.1:")
        vault = unlock(home.instance, home.vault_id, PASSPHRASE)
        assert sorted(held.grant.domain for held in list_grants(vault)) == [
            "maison-tilleul.example",
            "marche-nomade.example",
        ]
        assert len(photos(read(vault))) >= 8
        vault.close()
        assert Path(folder).exists()
    assert not Path(folder).exists()
    assert phases[-1] == "done"


@pytest.mark.parametrize(("counts", "code"), [({}, 0), ({"orders": 1}, 1)])
def test_check_compares_with_the_story(monkeypatch, counts, code):
    """`mesinfos demo --check` prints one line of counts; its exit code says whether they are the story's."""
    story = {"merchants": 25, "messages": 3, "orders": 2, "parcels": 1, "offers": 0}
    home = _Home(story | counts, story)
    monkeypatch.setattr(demo, "open_home", lambda *_: home)
    result = CliRunner().invoke(demo.app, ["--check"], standalone_mode=False)
    assert result.return_value == code
    assert msgspec.json.decode(result.stdout) == story | counts | {"seconds": 1.5}


def test_serving_tells_where_and_with_what(monkeypatch):
    """The address and the passphrase are printed before the pages are served there."""
    served = []
    monkeypatch.setattr(demo, "open_home", lambda *_: _Home(dict.fromkeys(_Home.NAMES, 7), {}))
    monkeypatch.setattr(demo, "create_app", lambda *_, own: ("app", own))
    monkeypatch.setattr(demo.uvicorn, "run", lambda app, **options: served.append((app, options["port"])))
    result = CliRunner().invoke(demo.app, ["--port", "8123"], standalone_mode=False)
    assert result.exception is None
    assert served == [(("app", True), 8123)]
    assert PASSPHRASE in result.stdout
    assert "http://127.0.0.1:8123" in result.stdout


def test_a_taken_port_is_no_hindrance():
    """The demo finds another port when its usual one is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert free_port(taken.getsockname()[1]) != taken.getsockname()[1]


class _Home:
    """A household that was read before."""

    NAMES = ("merchants", "messages", "orders", "parcels", "offers")
    url, seconds, instance = "http://127.0.0.1:8123", 1.5, None

    def __init__(self, counts, story):
        self.counts, self.as_told = counts, counts == story

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None
