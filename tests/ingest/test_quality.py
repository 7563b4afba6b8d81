"""Recognition on real mail does not fall below what was reached."""

from decimal import Decimal
from pathlib import Path

import pytest

from mesinfos.ingest.pipeline import recognise
from scripts.quality.measure import judge, outcomes
from scripts.quality.report import rates, report

REAL = Path(__file__).parents[3] / "shared" / "mail"
GOLDEN = Path(__file__).parents[1] / "golden"
MINIMUM = {"merchant": 0.90, "category": 0.85, "order number": 0.80, "total": 0.75, "tracking": 0.85}


@pytest.mark.skipif(not REAL.exists(), reason="the real mails are not beside the project")
def test_real_mail_is_recognised() -> None:
    """The minimum of every measure, on mails that real senders wrote."""
    found = rates(list(outcomes(REAL)))
    assert {
        name: right / counted
        for name, (right, counted) in found.items()
        if name in MINIMUM and right < MINIMUM[name] * counted
    } == {}


def test_the_report_tells_rates_and_confusion() -> None:
    """The golden samples give a row per language and the table of categories."""
    text = report("golden", list(outcomes(GOLDEN)), wrong=True)
    assert "category" in text
    assert "\nfr " in text
    assert "CPU per mail" in text
    assert "wrong category: none" in text


def test_the_judge_accepts_alternatives_and_forms() -> None:
    """A name or domain of the label, numbers without their spaces, totals as decimals."""
    raw = b"From: Fnac <x@fnac.com>\nSubject: Votre commande\n\nCommande n\xc2\xb0 : 123-4567\nTotal : 10,50 EUR\n"
    label = {"merchant": "FNAC", "domain": "x.example", "category": "billing", "category_alt": ["orders"],
             "order_number": "# 123-4567", "total": Decimal("10.5")}  # fmt: skip
    assert judge(label, recognise(raw)) == {"category": True, "merchant": True, "order number": True, "total": True}
    assert judge({"merchant": None, "category": "promo"}, recognise(raw)) == {
        "category": False,
        "merchant": False,
        "no false order": False,
    }
