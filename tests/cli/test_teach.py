"""Putting mail right on the command line, and taking that back."""

from tests.syncing.letters import write_mbox
from tests.test_teach import letter


def test_from_a_doubt_to_a_rule_and_back(shell, tmp_path):
    """List what is doubtful, correct it, see the rule, remove it; a preview keeps nothing, misuse is one sentence."""
    mails = [letter(1, "mute"), letter(1), letter(2)]
    shell.said("source", "add", "mbox", f"path={write_mbox(tmp_path / 'mail.mbox', mails)}")
    shell.said("sync")
    (doubt,) = shell.lines("doubts")
    assert doubt["kind"] == "nothing"
    assert "nothing could be read" in shell.said("doubts")
    mail = next(one["record_id"] for one in shell.lines("messages") if "ZT-7001" in one["subject"])
    asked = ("correct", mail, "--reach", "alike", "--total", "21,50 EUR")
    assert "Nothing was kept" in shell.said(*asked, "--preview")
    assert shell.lines("rule", "list") == []
    changes = shell.lines(*asked)
    assert len(changes) == 2
    assert {order["order"]["total"]["amount"] for order in shell.lines("orders")} == {"21.50", "22.50"}
    (rule,) = shell.lines("rule", "list")
    assert rule["mails"] == 2
    assert "cagnotte" in shell.said("rule", "list")
    assert "as it was read" in shell.said("rule", "remove", rule["rule_id"])
    assert {order["order"]["total"]["amount"] for order in shell.lines("orders")} == {"81.00", "82.00"}
    assert "no such rule" in shell.refused("rule", "remove", rule["rule_id"])
    assert "59.90 EUR" in shell.refused("correct", mail, "--total", "much")
    assert "nothing was changed" in shell.refused("correct", mail)
    shell.said("correct", doubt["mail"], "--kind", "nothing", "--not")
    assert "Nothing to confirm" in shell.said("doubts")
