"""The household's mail server: a real IMAP server on loopback."""

import imaplib
from datetime import UTC, datetime

import pytest

from mesinfos.demo.server import HOST, MailServer

MAILS = [(datetime(2026, 1, day, tzinfo=UTC), b"Subject: mail %d\r\n\r\nHello\r\n" % day) for day in range(1, 4)]


def test_it_serves_folders_over_a_socket():
    """A plain IMAP client logs in, finds the folders, and reads what was put there, with the dates of arrival."""
    with MailServer("alice@maison.example", "secret", {"INBOX": MAILS, "Archives": MAILS[:1]}) as server:
        client = imaplib.IMAP4(HOST, server.port)
        client.login("alice@maison.example", "secret")
        assert b"Archives" in b"".join(client.list()[1])
        assert client.select("INBOX", readonly=True)[1] == [b"3"]
        assert b"02-Jan-2026" in client.uid("FETCH", "102", "(INTERNALDATE)")[1][0]
        assert client.uid("FETCH", "101", "(BODY.PEEK[])")[1][0][1] == MAILS[0][1]
        client.logout()


def test_it_ends_while_a_client_is_connected():
    """Leaving the block ends the server though somebody still listens, and frees the port."""
    with MailServer("alice", "secret", {"INBOX": MAILS}) as server:
        client = imaplib.IMAP4(HOST, server.port)
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        client.login("alice", "secret")
    client.shutdown()


def test_it_refuses_a_wrong_password():
    """The server is no open door."""
    with MailServer("alice", "secret", {"INBOX": MAILS}) as server:
        client = imaplib.IMAP4(HOST, server.port)
        with pytest.raises(imaplib.IMAP4.error):
            client.login("alice", "wrong")
        client.shutdown()


def test_a_server_that_cannot_start_says_so():
    """A failure of the server's thread reaches whoever waits for it."""
    with pytest.raises(RuntimeError, match="did not start"), MailServer("alice", "secret", {"INBOX": [None]}):
        pass
