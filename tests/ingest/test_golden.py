"""Whole mails beside what must be read in them. To add one: drop an .eml, generate, read the answer, correct by hand.

`python -m tests.ingest.test_golden NAME…` writes the missing answers; `--force` writes over those that exist.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mesinfos.ingest.categorise import categorise
from mesinfos.ingest.extract import extract
from mesinfos.ingest.lexicon import CODES
from mesinfos.ingest.parse import parse
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Kind

FOLDER = Path(__file__).parent.parent / "golden"
MAILS = sorted(FOLDER.glob("*.eml"))
RECEIVED = datetime(2026, 11, 30, tzinfo=UTC)
KINDS = {"banquehorizon.fr": Kind.FINANCE}


def answer(path: Path) -> dict[str, Any]:
    """What is read in one mail, as plain values, without what is empty."""
    mail = parse(path.read_bytes())
    box = mail.from_[0]
    domain = box.address.rpartition("@")[2]
    merchant = Merchant(box.name, domain, KINDS.get(domain, Kind.UNKNOWN))
    found = extract(mail, merchant, RECEIVED)
    verdict = categorise(mail, merchant, found)
    facts = {
        name: msgspec.to_builtins([msgspec.structs.replace(one, provenance=None) for one in getattr(found, name)])
        for name in ("orders", "parcels", "offers", "invoices", "bookings", "benefits", "returns")
    }
    facts = msgspec.json.decode(msgspec.json.encode(facts))
    return {"category": verdict.category.value, "language": verdict.language, **{k: v for k, v in facts.items() if v}}


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_golden_mail_is_read_as_a_careful_person_reads_it(path: Path) -> None:
    """Every golden mail gives exactly the facts written beside it."""
    assert answer(path) == msgspec.json.decode(path.with_suffix(".json").read_bytes())


def test_the_golden_mails_cover_the_languages_and_the_categories() -> None:
    """There is a mail in every language but those read from real mail alone, and six categories among them."""
    told = [msgspec.json.decode(path.with_suffix(".json").read_bytes()) for path in MAILS]
    assert len(MAILS) >= 12
    assert {one["language"] for one in told} >= {*CODES} - {"ja", "ko", "pl", "ru"}
    assert len({one["category"] for one in told}) >= 6


def _generate(names: list[str]) -> None:
    for path in MAILS:
        target = path.with_suffix(".json")
        wanted = not names or path.stem in names
        if wanted and ("--force" in sys.argv or not target.exists()):
            target.write_bytes(msgspec.json.format(msgspec.json.encode(answer(path)), indent=2) + b"\n")
            print("written", target.name)


if __name__ == "__main__":
    _generate([name for name in sys.argv[1:] if not name.startswith("--")])
