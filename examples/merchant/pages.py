"""How a page is made: Jinja templates, each text in two languages, every value escaped, no script."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from babel.dates import format_date
from babel.numbers import format_currency
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
GOODS: list[dict[str, Any]] = tomllib.loads((HERE / "goods.toml").read_text("utf-8"))["goods"]
WORDS: dict[str, dict[str, str]] = tomllib.loads((HERE / "words.toml").read_text("utf-8"))


class Look(NamedTuple):
    """How the reader reads."""

    language: str

    def say(self, key: str, **values: Any) -> str:
        """A text; a value of a closed list that is younger than the shop stands for itself."""
        return WORDS[self.language].get(key, key).format(**values)

    def money(self, value: str, currency: str = "EUR") -> str:
        """An amount as this language writes it."""
        return str(format_currency(Decimal(value), currency, locale=self.language))

    def day(self, text: str) -> str:
        """A day, a month or a year: as much as the person lets us see."""
        shapes = {4: "y", 7: "MMMM y", 10: "d MMMM y"}
        whole = date.fromisoformat(text[:10] + "-01-01"[len(text) - 4 :] if len(text) < 10 else text[:10])
        return str(format_date(whole, shapes.get(len(text), "d MMMM y"), locale=self.language))

    def row(self, thing: dict[str, Any]) -> dict[str, str]:
        """A disclosure, which is schema.org's JSON, as a line of the table; what it does not hold stays empty."""
        lines = [one["orderedItem"] for one in thing.get("orderedItem", [])]
        state = str(thing.get("orderStatus", "")).removeprefix("https://schema.org/")
        return {
            "date": self.day(thing["orderDate"]) if "orderDate" in thing else "",
            "state": self.say(state),
            "things": ", ".join(str(one.get("name") or one.get("category") or "") for one in lines),
            "total": self._total(thing.get("partOfInvoice", {}).get("totalPaymentDue", {})),
        }

    def _total(self, due: dict[str, Any]) -> str:
        if "value" in due:
            return self.money(due["value"], due["currency"])
        return f"{due['minValue']}–{due.get('maxValue', '…')} {due['currency']}" if due else ""


def language_of(chosen: str, accepted: str) -> str:
    """The visitor's choice, else the first of the browser's languages that the shop speaks, else French."""
    wished = [chosen, *(part.strip()[:2].lower() for part in accepted.split(",")[:10])]
    return next((one for one in wished if one in WORDS), "fr")


def page(look: Look, template: str, status: int, **values: Any) -> HTMLResponse:
    """A page, filled in."""
    given = {"failed": "", "refused": False, "answer": False, "receipts": [], "thanks": "", "gave": ""} | values
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(look=look, t=look.say, **given), status)


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
