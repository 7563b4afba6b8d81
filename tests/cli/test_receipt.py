"""Receipts on the command line: saved, and verified without a vault."""

import json


def test_a_receipt_is_saved_and_verified_anywhere(shell, tmp_path):
    """0 for a whole one, 1 and a sentence for a changed one or another instance's, 2 for wrong usage."""
    add = ("grant", "add", "acme.example", "--name", "Acme", "--field", "order.month", "--purpose", "offers")
    shell.said(*add)
    rows = [line for line in shell.said("receipt", "list").splitlines() if "consent.given" in line]
    receipt_id = next(word for word in rows[0].split() if word.count("-") == 4)
    file = tmp_path / "receipt.json"
    shell.said("receipt", "save", receipt_id, file)
    away = {"MESINFOS_DATA_DIR": str(tmp_path / "nowhere"), "MESINFOS_PASSPHRASE_FILE": None}
    (told,) = (json.loads(line) for line in shell.said("receipt", "verify", file, "--json", **away).splitlines())
    assert told["event"] == "consent.given"
    assert told["merchant"] == "https://acme.example/"
    assert not (tmp_path / "nowhere").exists()
    assert told["instance"] in shell.said("receipt", "verify", file, "--key", told["instance"], **away)
    assert "another instance" in shell.refused("receipt", "verify", file, "--key", "x" * 43, **away)
    file.write_text(file.read_text("utf-8").replace("Acme", "Zeta"), "utf-8")
    assert "changed after it was signed" in shell.refused("receipt", "verify", file, **away)
    file.write_text("{}", "utf-8")
    assert "not a receipt" in shell.refused("receipt", "verify", file, **away)
    shell.refused("receipt", "verify", tmp_path / "none.json", **away)
    shell.refused("receipt", "verify", code=2)
    shell.refused("grant", "add", *add[2:], "--webhook", "https://zeta.example/hook")
