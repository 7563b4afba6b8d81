"""Recognition on real mail does not fall below what was reached."""

from decimal import Decimal
from pathlib import Path

import pytest

from mesinfos.ingest.pipeline import recognise
from scripts.quality.measure import judge, outcomes
from scripts.quality.report import rates, report

REAL = Path(__file__).parents[3] / "shared" / "mail"
GOLDEN = Path(__file__).parents[1] / "golden"
SAMPLES = Path(__file__).parents[1] / "samples"
MINIMUM = {
    "merchant": 0.98, "category": 0.95, "order number": 0.97, "total": 0.97, "items": 0.90, "tracking": 0.98,
    "no false order": 1.0,
}  # fmt: skip
OWN_MINIMUM = {
    "merchant": 0.98, "category": 0.97, "order number": 0.92, "total": 0.93, "items": 0.86, "tracking": 0.94,
    "no false order": 0.99, "phishing": 1.0,
}  # fmt: skip


def below(folder: Path, minimum: dict[str, float]) -> dict[str, float]:
    """The measures of a folder that do not reach their minimum, with what they reach."""
    found = rates(list(outcomes(folder)))
    return {
        name: found[name][0] / found[name][1] for name in minimum if found[name][0] < minimum[name] * found[name][1]
    }


@pytest.mark.skipif(not REAL.exists(), reason="the real mails are not beside the project")
def test_real_mail_is_recognised() -> None:
    """The goal of every measure, on mails that real senders wrote."""
    assert below(REAL, MINIMUM) == {}


def test_samples_in_twenty_languages_are_recognised() -> None:
    """What was reached on mails written for this project does not fall, and no phishing is believed."""
    assert below(SAMPLES, OWN_MINIMUM) == {}


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
