import re
import tomllib
from pathlib import Path

import pytest
from babel import Locale

from mesinfos.ingest.lexicon import CODES, days_of, detect, lexicon_of, lures, starts
from mesinfos.ingest.lexicon.forwards import marked
from mesinfos.ingest.lexicon.senders import BUSINESS, MACHINE
from mesinfos.ingest.lexicon.source import HEADS, table, vocabulary
from mesinfos.ingest.names import in_whose_name, undressed
from mesinfos.ingest.parse import parse
from mesinfos.ingest.quoted import is_forward, quoted_sender
from mesinfos.ingest.words import fold
from tests.ingest.spoken import SPOKEN

GOLDEN = Path(__file__).parents[1] / "golden"
FOLDER = Path(__file__).parents[2] / "mesinfos/ingest/lexicon"


@pytest.mark.parametrize("code", CODES)
def test_a_language_is_told_by_a_few_words(code: str) -> None:
    """Two sentences of a shop are enough; a language without sentences here is told by its golden mail."""
    golden = "\n".join(parse(path.read_bytes()).text for path in GOLDEN.glob(f"{code}-*.eml"))
    assert detect(fold(SPOKEN.get(code, golden))) == code


def test_traditional_chinese_is_chinese_and_kana_make_japanese() -> None:
    """Han signs alone are Chinese; among kana they are Japanese."""
    assert detect(fold("感謝您的訂購，您的包裹已出貨，預計明天送達。")) == "zh"
    assert detect(fold("注文番号 合計金額 発送完了のお知らせです")) == "ja"


@pytest.mark.parametrize("code", CODES)
def test_every_language_fills_every_table(code: str) -> None:
    """The tables and the keys of English, each with something in it, and no other."""
    english, own = table("en"), table(code)
    optional = {"script", "letters", "glued", "compounds"}
    assert own.keys() - optional == english.keys() - optional
    assert own["language"] == code
    for name in ("dates", "numbers", "amounts", "labels", "parcel", "order", "category", "senders"):
        assert own[name].keys() == english[name].keys(), name
    assert all(own[name] for name in ("numbers", "amounts", "labels", "parcel", "order"))
    assert all(own["category"][name]["strong"] for name in english["category"])
    assert len(own["dates"]["months"]) == 12
    assert len(own["dates"]["weekdays"]) == 7


@pytest.mark.parametrize("code", CODES)
def test_the_head_of_a_file_and_its_vocabulary_are_what_the_whole_file_says(code: str) -> None:
    """What is read without parsing the file is what parsing gives; so no string of a file may hold a quote."""
    text = (FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    own = table(code)
    assert "\\" not in text
    assert own == tomllib.loads(text)
    assert HEADS[code] == {name: value for name, value in own.items() if not isinstance(value, dict)}
    phrases = [
        phrase
        for name, words in own["category"].items()
        if name != "promo"
        for some in words.values()
        for phrase in some
    ]
    assert vocabulary(code) == {word for phrase in phrases for word in fold(phrase).split() if len(word) > 2}


@pytest.mark.parametrize("code", [code for code in CODES if code not in {"ja", "ko", "zh"}])
def test_the_months_and_days_are_those_of_cldr(code: str) -> None:
    """Every full name in CLDR, as said in a date and alone, is known; the short ones too, but for two-letter ones."""
    calendar, words = Locale.parse(code), days_of(code)
    for context in ("format", "stand-alone"):
        for number, name in calendar.months[context]["wide"].items():
            assert words.months[fold(name).rstrip(".")] == number
        for number, name in calendar.days[context]["wide"].items():
            known = words.weekdays.get(fold(name).rstrip(".")) or words.weekdays.get(fold(name).split("-")[0], 0)
            assert known == number
        for number, name in calendar.months[context]["abbreviated"].items():
            short = fold(name).rstrip(".")
            assert len(short) < 3 or words.months[short] == number


def test_a_label_is_told_where_its_value_is_glued_to_it() -> None:
    """Languages without spaces write the colon and the value at once."""
    assert starts(lexicon_of("zh").labels, fold("下单时间：2026年11月3日")) == ("下单时间", "order_date")
    assert starts(lexicon_of("en").amounts, "total:12.00") == ("total", "total")
    assert starts(lexicon_of("en").amounts, "totally") is None


def test_what_forgers_write_is_known_in_every_language() -> None:
    """Each phrase finds itself, with words between where it has a gap; an order's words are no lure."""
    for code in CODES:
        for phrase in HEADS[code]["lures"]:
            assert lures(code).search(fold(phrase.replace(" … ", " xx ")))
    assert not lures("en").search("thank you for your order, it will be delivered tomorrow")
    assert lures("").search("ihr konto wurde gesperrt")


def test_no_word_of_a_language_stands_in_the_code() -> None:
    """The rules name no shop's words: a few that every language has in its file are looked for in the modules."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (FOLDER.parent / "extractors").glob("*.py"))
    for word in ("gesamt", "quantite", "menge", "cantidad", "kreditkarte", "gutschein", "sobald", "lorsque", "razem"):
        assert not re.search(rf'"[^"\n]*\b{word}\b', code), word


@pytest.mark.parametrize("code", CODES)
def test_what_was_sent_on_is_known_in_every_language(code: str) -> None:
    """The mark of the subject, the banner, and the quoted sender."""
    head = HEADS[code]
    mark, by = head["sent_on"].split()[0], head["sent_by"][0]
    quoted = f"---------- {head['banners'][0]} ----------\n{by.capitalize()}: Kiosk <shop@kiosk.example>\n"
    for subject, text in ((f"{mark.upper()}: Kiosk", ""), ("Kiosk", quoted), ("Kiosk", f"{head['begun'][0]}:\n")):
        raw = f"From: a@b.example\nContent-Type: text/plain; charset=utf-8\nSubject: {subject}\n\n{text}".encode()
        assert is_forward(parse(raw)), (subject, text)
    found = quoted_sender(parse(f"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n{quoted}".encode()))
    assert found is not None
    assert (found.name, found.address) == ("Kiosk", "shop@kiosk.example")
    assert marked().sub("", fold(f"{mark}: {head['replied'].split()[0]}: kiosk")) == "kiosk"


@pytest.mark.parametrize("code", CODES)
def test_senders_are_known_in_every_language(code: str) -> None:
    """A machine's address, a subject about business, and what every sender adds to its name."""
    head = HEADS[code]
    machine = head["machines"].split()[0].rstrip("$")
    assert MACHINE.search(f"{machine}@acme.example".partition("@")[0])
    assert BUSINESS.search(fold(f"Acme {head['business'].split()[0].rstrip('*')} 4711"))
    assert undressed(f"Acme {head['dressed'][0].title()}") == "Acme"
    for word in head["for_whom"]:
        assert in_whose_name(f"PayPal {word} Acme") == "Acme"
    for word in head["by_way_of"]:
        assert undressed(f"Acme {word} Sendinblue") == "Acme"
    for word in head["at_whom"]:
        assert undressed(f"Alice {word} Acme") == "Acme"
