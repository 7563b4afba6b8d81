"""Notices over Apprise: its own code, in its own process, held to public addresses and to nothing else."""

import json
import subprocess
import sys

import pytest

from mesinfos.errors import InvalidInput
from mesinfos.notices import services
from mesinfos.notices.kinds import words
from mesinfos.notices.sending import Message, NotSent
from mesinfos.outbound import Reach
from tests.servers.web import WebServer

MESSAGE = Message(words("ending", 1, "en"), "https://maison.example", "abc123")


@pytest.fixture
def receiver():
    """A web server on loopback that takes what Apprise's JSON service posts."""
    with WebServer({"/hook": (200, {}, b"")}) as running:
        yield running


def test_a_notice_arrives_at_a_listed_host(receiver):
    """The operator's own host is reached, also on loopback; what arrives is the two lines and the address."""
    values, service = services.checked({"url": f"json://{receiver.host}/hook"}, receiver.host)
    assert service == "JSON"
    services.send(values, MESSAGE._replace(reach=Reach(receiver.host)))
    (asked,) = receiver.requests
    told = json.loads(asked.body)
    assert told["title"] == "A consent ends within a week"
    assert told["message"] == "Open MesInfos to see more.\nhttps://maison.example/consents"


@pytest.mark.parametrize(
    "url",
    [
        "json://{host}/hook",
        "json://localhost:{port}/hook",
        "jsons://127.0.0.1/hook",
        "jsons://[::1]/hook",
        "jsons://[::ffff:127.0.0.1]/hook",
        "jsons://2130706433/hook",
        "jsons://0x7f.1/hook",
        "xml://{host}/hook",
        "gotify://{host}/token123456789",
        "ntfy://{host}/topic",
    ],
)
def test_nothing_inside_the_house_is_asked(receiver, url):
    """By no spelling and by no service: the process that runs Apprise cannot connect there."""
    with pytest.raises(NotSent) as failure:
        services.send({"url": url.format(host=receiver.host, port=receiver.port)}, MESSAGE)
    assert failure.value.final
    assert receiver.requests == []


def test_a_redirect_leads_nowhere_inside(receiver):
    """A listed host that sends on to one that is not: the second is not asked."""
    with WebServer({"/secret": (200, {}, b"")}) as inside:
        receiver.pages["/hook"] = (307, {"Location": f"{inside.url}/secret"}, b"")
        with pytest.raises(NotSent):
            services.send({"url": f"json://{receiver.host}/hook"}, MESSAGE._replace(reach=Reach(receiver.host)))
        assert inside.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "syslog://",
        "dbus://",
        "windows://",
        "macosx://",
        "gnome://",
        "mailto://alice:secret@mail.example",
        "mqtt://mail.example/topic",
        "rsyslog://mail.example",
        "file:///etc/passwd",
        "nothing at all",
        "",
        "ntfys://" + "a" * 3000,
    ],
)
def test_services_that_do_not_speak_https_are_refused(url):
    """Programs, files, other protocols, and what is no address: told at the field."""
    with pytest.raises(InvalidInput) as refusal:
        services.checked({"url": url})
    assert refusal.value.field == "url"


def test_the_process_can_touch_nothing(tmp_path):
    """Code that runs in it reads no file, writes none, starts no program, listens nowhere; it reads Python's own."""
    target = tmp_path / "secret"
    target.write_text("secret")
    tried = f"""
import os, socket, subprocess, runpy, sys
sys.argv = ["courier"]
space = runpy.run_path({str(services._COURIER)!r}, run_name="courier")
sys.addaudithook(space["Bounds"](set()))
def refused(what):
    try:
        what()
    except PermissionError:
        return True
    return False
print([refused(one) for one in (
    lambda: open({str(target)!r}).read(),
    lambda: open("/etc/passwd").read(),
    lambda: open({str(tmp_path / "new")!r}, "w"),
    lambda: os.system("true"),
    lambda: subprocess.run(["true"]),
    lambda: os.remove({str(target)!r}),
    lambda: socket.socket().bind(("127.0.0.1", 0)),
    lambda: socket.create_connection(("192.168.0.1", 443), 1),
    lambda: socket.create_connection(("127.0.0.1", 443), 1),
    lambda: socket.socket(socket.AF_UNIX).connect("/run/docker.sock"),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("9.9.9.9", 53)),
)], refused(lambda: open(os.__file__).read()))
"""
    done = subprocess.run([sys.executable, "-I", "-c", tried], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == f"{[True] * 11} False", done.stderr
    assert target.read_text() == "secret"
