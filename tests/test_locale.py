"""French is complete, says the same placeholders as English, and is written as French is."""

import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from mesinfos.wording import LOCALE, translate

ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")
PLAIN_SPACE = re.compile(r"\w [;?!»]|« \w|\w :(\s|$)|\d [€%]")


@pytest.fixture(scope="module")
def texts() -> set[str | tuple[str, ...]]:
    """Every text that a person may read, as the source marks it."""
    with (ROOT / "mesinfos/locale/babel.cfg").open() as file:
        mapping, options = parse_mapping_cfg(file)
    found = set()
    for folder in ("mesinfos", "connectors", "web"):
        under = [(pattern.removeprefix(f"{folder}/"), kind) for pattern, kind in mapping if pattern.startswith(folder)]
        wanted = {pattern.removeprefix(f"{folder}/"): value for pattern, value in options.items()}
        found |= {one[2] for one in extract_from_dir(ROOT / folder, under, wanted, keywords=KEYWORDS)}
    return found


@pytest.fixture(scope="module")
def french() -> Catalog:
    """The French catalogue."""
    return read_po(BytesIO((LOCALE / "fr.po").read_bytes()), locale="fr")


def test_every_text_is_translated(texts, french):
    """French is whole: not one text of the project is left in English."""
    assert len(texts) > 400
    keys = {one[0] if isinstance(one, tuple) else one for one in texts}
    assert sorted(key for key in keys if not french.get(key) or not french.get(key).string) == []


def test_nothing_is_translated_in_vain(texts, french):
    """The catalogue holds no text that the source no longer has."""
    keys = {one[0] if isinstance(one, tuple) else one for one in texts}
    told = {message.id[0] if isinstance(message.id, tuple) else message.id for message in french if message.id}
    assert sorted(told - keys) == []


def test_no_text_is_translated_twice(french):
    """Each text has one entry, none is a guess of babel's, none lies commented out: two helpers add entries by hand."""
    written = (LOCALE / "fr.po").read_text("utf-8")
    begun = re.findall(r"^msgid (.*(?:\n\".*)*)", written, re.MULTILINE)
    assert [text for text, times in Counter(begun).items() if times > 1] == []
    assert [message.id for message in french if message.fuzzy and message.id] == []
    assert french.obsolete == {}


def test_placeholders_survive(french):
    """Each French text asks for the same values as the English one, so that filling it in cannot fail."""
    for message in french:
        pairs = zip(_forms(message.id), _forms(message.string), strict=True) if message.id else ()
        for english, translated in pairs:
            assert set(PLACEHOLDER.findall(translated)) <= set(PLACEHOLDER.findall(english)) | {"n"}, english
            assert set(PLACEHOLDER.findall(english)) <= set(PLACEHOLDER.findall(translated)) | {"n"}, english


def test_spaces_do_not_break(french):
    """Before : ; ? ! » % and € stands a space that does not break the line."""
    wrong = [form for message in french for form in _forms(message.string) if PLAIN_SPACE.search(form)]
    assert wrong == []


def test_apostrophes_are_printed_ones(french):
    """French writes l’heure, not l'heure; commands between backticks keep what one types."""
    straight = re.compile(r"[a-zé]'[a-zéèêà]", re.IGNORECASE)
    wrong = [form for message in french for form in _forms(message.string) if straight.search(form) and "`" not in form]
    assert wrong == []


def test_english_is_its_own_translation():
    """An English reader gets the source's text."""
    assert translate("Merchants", "en") == "Merchants"
    assert translate("Merchants", "fr") == "Marchands"


def _forms(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)
