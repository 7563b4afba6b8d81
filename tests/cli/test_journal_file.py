"""A downloaded journal is checked by anybody, without a vault."""

from hashlib import sha256

from mesinfos.consent.journal import FIRST, Entry, line_hash
from mesinfos.consent.offline import written
from mesinfos.vault.tables import moment


def line(seq: int, prev: bytes) -> Entry:
    """A line as a vault would have written it, without details."""
    digest = sha256(b"").digest()
    said = {"seq": seq, "at": seq * 1_000_000, "action": "data.read", "subject": "g1"}
    value = line_hash(said | {"prev": prev, "envelope_id": "", "sealed": digest})
    return Entry(seq, moment(seq * 1_000_000), "data.read", "g1", {}, value, prev, digest)


def test_a_journal_file_is_checked_anywhere(shell, tmp_path):
    """`mesinfos journal --file` says how much is there and where it ends, and names the line that was changed."""
    first = line(1, FIRST)
    last = line(2, first.hash)
    file = tmp_path / "journal.jsonl"
    file.write_bytes(written(first) + written(last))
    said = shell.said("journal", "--file", file)
    assert "2 lines, from 1 to 2" in said
    assert last.hash.hex() in said.replace("\n", "")
    assert shell.lines("journal", "--file", file)[0]["missing"] == 0
    file.write_bytes(written(first) + written(last).replace(b'"g1"', b'"g2"'))
    assert "lines 2 were changed" in shell.refused("journal", "--file", file)
