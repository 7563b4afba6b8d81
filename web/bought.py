"""The words of what was bought: a buyer's rights, countries, and where a thing is now."""

from babel import Locale

from mesinfos.directory.buyers import EVERYWHERE, Right, countries
from mesinfos.errors import N_
from mesinfos.model.choice import State
from mesinfos.model.values import OrderStatus
from mesinfos.wording import translate
from web.words import ORDER, Word

RIGHT = {
    Right.WITHDRAWAL: N_("Change your mind (right of withdrawal)"),
    Right.RETURN: N_("Send back what you return"),
    Right.GUARANTEE: N_("Legal guarantee of conformity"),
}
UNTIL = {
    Right.WITHDRAWAL: N_("Change your mind until {day}"),
    Right.RETURN: N_("Send back by {day}"),
    Right.GUARANTEE: N_("Guarantee until {day}"),
}

STATE = {
    State.RECEIVED: Word(N_("Received"), "good", "done"),
    State.IN_USE: Word(N_("In use"), "good", "check"),
    State.RETURNED: Word(N_("Sent back"), "", "sync"),
    State.RESOLD: Word(N_("Resold"), "", "offer"),
    State.GIVEN: Word(N_("Given away"), "", "benefit"),
    State.LOST: Word(N_("Lost"), "", "question"),
}


def where(state: OrderStatus | State) -> Word:
    """The word of where a thing is: the person's, or that of its order's status."""
    return STATE[state] if isinstance(state, State) else ORDER[state]


def country(code: str, language: str) -> str:
    """A country's name; the Union's common rules have one of their own."""
    if code == EVERYWHERE:
        return translate(N_("the whole European Union, as a minimum"), language)
    return str(Locale(language).territories.get(code, code))


def countries_of(language: str) -> list[tuple[str, str]]:
    """Every country whose law is known with its name, the Union first, then by name."""
    named = sorted(((code, country(code, language)) for code in countries()), key=lambda pair: pair[1])
    return [(EVERYWHERE, country(EVERYWHERE, language)), *named]
