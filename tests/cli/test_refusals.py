"""Every error a person can cause is one sentence with the next step, on one line, and loses nothing."""

import socket

import pytest

from tests.syncing.letters import mixed, order_mail, personal_mail, write_mbox


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--nonsense",), 2, "There is no option --nonsense."),
        (("nonsense",), 2, "There is no command nonsense."),
        (("source", "add"), 2, "CONNECTOR is missing."),
        (("source", "add", "pigeon"), 1, "No connector is named pigeon."),
        (("source", "add", "imap", "host"), 1, "“host” is not KEY=VALUE."),
        (("source", "add", "imap", "hots=imap.free.fr"), 1, "imap has no setting hots."),
        (("source", "add", "imap", "username=a", "password=b"), 1, "The setting host is needed."),
        (("source", "add", "mbox", "path=/nowhere/mail.mbox"), 1, "There is no /nowhere/mail.mbox."),
        (("source", "add", "mbox", "path=@/nowhere"), 1, "path names a file that cannot be read"),
        (("source", "add", "imap", "host=a", "username=b"), 1, "There is no terminal to ask"),
        (("source", "add", "mbox", "path=x", "mode=sometimes"), 1, "always_on or while_unlocked"),
        (("source", "check", "nothing"), 1, "There is no source nothing."),
        (("sync",), 1, "There is no source to read."),
        (("sync", "nothing"), 1, "There is no source nothing."),
        (("recognise", "/nowhere.eml"), 1, "/nowhere.eml does not exist."),
        (("merchants", "--person", "Zeta"), 1, "Nobody here is called Zeta."),
        (("grant", "revoke", "nothing"), 1, "no"),
        (("grant", "add", "zeta.example", "--field", "order.total", "--purpose", "offers"), 1, "--name"),
        (("grant", "add", "zeta.example", "--field", "everything", "--purpose", "offers"), 2, "everything"),
        (("export", "/proc/nowhere"), 1, ""),
        (("restore", "/nowhere.tar"), 1, ""),
    ],
)
def test_a_slip_is_one_sentence(shell, arguments, code, words):
    """Wrong usage is exit code 2, everything else 1, and nothing is a traceback."""
    assert words in shell.refused(*arguments, code=code)


def test_a_wrong_passphrase_says_what_to_do(shell, tmp_path):
    """The sentence names the recovery key as the way out."""
    (tmp_path / "wrong").write_text("not this one at all", "utf-8")
    said = shell.refused("merchants", MESINFOS_PASSPHRASE_FILE=str(tmp_path / "wrong"))
    assert "recovery key" in said


def test_a_missing_passphrase_file_is_named(shell):
    """The variable is named, not the machinery."""
    assert "MESINFOS_PASSPHRASE_FILE" in shell.refused("merchants", MESINFOS_PASSPHRASE_FILE="/nowhere")


def test_an_unreachable_host_is_told_before_anything_is_kept(shell):
    """`source add` tries first."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    wanted = ("host=127.0.0.1", f"port={port}", "username=alice", "password=x", "security=none")
    assert "127.0.0.1" in shell.refused("source", "add", "imap", *wanted)
    assert shell.lines("source", "list") == []


@pytest.mark.dovecot
def test_a_wrong_password_is_told_before_anything_is_kept(shell, account, tmp_path):
    """The mail server says no, and so does `source add`; the right one from a file is taken."""
    where = (f"host={account.server.host}", f"port={account.server.port}", "security=none", f"username={account.name}")
    assert "app password" in shell.refused("source", "add", "imap", *where, "password=wrong")
    (tmp_path / "secret").write_text(account.password + "\n", "utf-8")
    shell.said("source", "add", "imap", *where, f"password=@{tmp_path / 'secret'}")
    account.server.deliver(account.name, mixed(5))
    assert shell.lines("sync")[0]["new"] == 5


def test_a_locked_source_asks_for_the_passphrase(shell, tmp_path):
    """A source of the mode while_unlocked is read by a command that opens the vault, and not without."""
    archive = write_mbox(tmp_path / "a.mbox", mixed(3))
    shell.said("source", "add", "mbox", f"path={archive}", "mode=while_unlocked")
    assert "There is no terminal" in shell.refused("sync", MESINFOS_PASSPHRASE_FILE="")
    assert shell.lines("sync")[0]["new"] == 3


def test_one_broken_source_does_not_keep_the_others(shell, tmp_path):
    """Both are tried; the failure is told at the end."""
    for name in ("a", "b"):
        shell.said("source", "add", "mbox", f"path={write_mbox(tmp_path / f'{name}.mbox', [order_mail(ord(name))])}")
    (tmp_path / "a.mbox").unlink()
    done = shell("sync", "--json")
    assert done.returncode == 1
    assert "1 of 2 sources" in done.stderr
    assert '"new":1' in done.stdout


def test_an_unknown_variable_is_a_warning(shell):
    """A typing mistake is named, and the command goes on."""
    done = shell("source", "list", MESINFOS_WROKERS="3")
    assert done.returncode == 0
    assert "MESINFOS_WROKERS" in done.stderr


def test_nonsense_in_a_variable_stops_the_start(shell):
    """The variable is named."""
    assert "MESINFOS_WORKERS" in shell.refused("source", "list", MESINFOS_WORKERS="many")


def test_a_port_that_is_taken_is_told(shell):
    """`serve` says so before anything starts."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = shell.refused("serve", "--port", str(taken.getsockname()[1]))
    assert "--port" in said
    assert "no address of this machine" in shell.refused("serve", "--host", "192.0.2.1")


def test_french_is_the_first_language(shell):
    """Without another wish, a refusal is French."""
    said = shell.refused("sync", MESINFOS_LANGUAGE=None, LANG="C", LC_ALL=None, LC_MESSAGES=None)
    assert "source" in said
    assert "There is no" not in said


def test_recognise_stores_nothing_and_keeps_its_shape(shell, tmp_path):
    """One line per message, in the shape that tools rely on."""
    (tmp_path / "a.eml").write_bytes(order_mail(0))
    (tmp_path / "b.html").write_text("<p>Bonjour</p>", "utf-8")
    (tmp_path / "c.eml").write_bytes(personal_mail(1))
    write_mbox(tmp_path / "d.mbox", mixed(3))
    files = [tmp_path / name for name in ("a.eml", "b.html", "c.eml", "d.mbox")]
    told = shell.lines("recognise", *files)
    assert [one["file"] for one in told] == ["a.eml", "b.html", "c.eml", "d.mbox", "d.mbox", "d.mbox"]
    assert told[0]["orders"][0]["order_number"] == "AC-2026-10000"
    assert (told[0]["orders"][0]["total"], told[0]["orders"][0]["currency"]) == ("29.90", "EUR")
    assert told[2]["merchant"] is None
    names = {"file", "merchant", "sender", "category", "category_confidence", "reasons", "orders", "parcels"}
    assert names | {"offers", "invoices", "bookings", "benefits", "error"} <= set(told[0])
    assert "Acme" in shell.said("recognise", tmp_path / "a.eml", tmp_path / "c.eml")
