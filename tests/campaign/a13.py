"""A13: over any grants and any change of them, bytes previewed are bytes served, and what a change took is not."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from mesinfos.consent import explain, ledger, outbox
from mesinfos.errors import NoGrant
from mesinfos.relations.reading import read
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault
from tests.consent.anygrant import answers
from tests.consent.makers import past, promise, remember

FULL = 3000


def run(tries: int) -> Outcome:
    """Give, read, change, read, withdraw, read; each try is two grants."""
    seen: Counter[str] = Counter()
    with alices_vault() as vault:
        remember(vault, past())
        reading = read(vault)

        @settings(
            max_examples=tries,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(first=answers(made=ledger.today()), second=answers(made=ledger.today()))
        def one(first: dict[str, Any], second: dict[str, Any]) -> None:
            limits = {"volume": 0}  # the day's volume has tests of its own
            held, token = ledger.add_grant(vault, promise(vault, **first | limits))
            promised = outbox.preview(vault, held, reading)
            outbox.fill_past(vault, held, reading)
            seen["differ"] += outbox.page(vault.instance, token).disclosures != promised
            ledger_only = ledger.change_grant(vault, held.grant_id, promise(vault, **second | limits))
            seen["left over"] += len(outbox.page(vault.instance, token).disclosures)
            changed = outbox.change(vault, held.grant_id, ledger_only, reading)
            told = explain.explain(vault, changed, reading).contents
            served = outbox.page(vault.instance, token).disclosures
            seen["differ"] += sorted(one for one in served if b'"gone":true' not in one) != sorted(told)
            ledger.revoke(vault.instance, vault.vault_id, held.grant_id)
            seen["after the end"] += _reads(vault, token)
            seen["tries"] += 1
            seen["records"] += len(promised) + len(told)

        one()
    wrong = {name: seen[name] for name in ("differ", "left over", "after the end")}
    happened = f"{wrong}; {seen['records']} records compared"
    return Outcome(seen["tries"], "no difference", happened, not any(wrong.values()) and seen["records"] > tries)


def _reads(vault: Any, token: str) -> int:
    try:
        return len(outbox.page(vault.instance, token).disclosures) + 1
    except NoGrant:
        return 0
