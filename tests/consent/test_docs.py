"""The pages about consent say what the code does."""

import json
import re
from pathlib import Path

from mesinfos.consent import decide
from mesinfos.consent.details import wanted
from mesinfos.consent.fields import SENSITIVE, Deposit, Field, Purpose, Scope
from tests.campaign import a2
from web.api.schemas import Disclosures, Terms

DOCS = Path(__file__).parents[2] / "docs"
CONSENT = (DOCS / "consent.md").read_text("utf-8")
API = (DOCS / "api.md").read_text("utf-8")


def test_every_word_that_can_be_granted_is_explained() -> None:
    """No field, scope, purpose or sensitive sector is missing from the page."""
    for word in (*Field, *Scope, *Purpose, *Deposit):
        assert f"`{word}`" in CONSENT
    for kind in SENSITIVE:
        assert kind in CONSENT


def test_the_truth_table_has_every_answer() -> None:
    """Each refusal stands in the table once, in the order in which it is asked."""
    reasons = [value.reason for value in vars(decide).values() if isinstance(value, decide.Refused)]
    rows = [line.rsplit("|", 2)[1].strip() for line in CONSENT.splitlines() if line.count("|") == 12]
    assert set(rows[2:]) == {*reasons, "**Allowed**"}
    assert len(rows) == len(reasons) + 3


def test_the_number_of_combinations_is_right() -> None:
    """The page tells how many combinations the campaign compares."""
    assert f"{sum(1 for _ in a2.combinations()):,}" in CONSENT


def test_examples_of_the_api_fit_its_schemas() -> None:
    """What a merchant reads on the page is what its program will meet."""
    terms, page, document, details = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", API, re.DOTALL)]
    Terms.model_validate(terms)
    Disclosures.model_validate(page)
    assert document["client_id"].startswith("https://")
    assert wanted(json.dumps(details), "http://127.0.0.1:8000/api/v1").fields
