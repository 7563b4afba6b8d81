"""The words of rights asked of merchants, and the letter that asks (GDPR, articles 12 and 15 to 21)."""

from typing import NamedTuple
from urllib.parse import quote

from mesinfos.directory.buyers import EVERYWHERE
from mesinfos.errors import N_
from mesinfos.model.choice import DataRight
from mesinfos.relations.claims import ARTICLE
from mesinfos.wording import translate

NAME = {
    DataRight.ACCESS: N_("See what it keeps about you"),
    DataRight.RECTIFICATION: N_("Have it put right"),
    DataRight.ERASURE: N_("Have it erased"),
    DataRight.PORTABILITY: N_("Take along what you gave it"),
    DataRight.OBJECTION: N_("Stop its advertising"),
}
MEANS = {
    DataRight.ACCESS: N_("A copy of everything, why it has it, whom it gives it to, and for how long."),
    DataRight.RECTIFICATION: N_("A wrong address, a wrong birthday: it must be corrected."),
    DataRight.ERASURE: N_("It keeps only what a law obliges it to keep, and must say which."),
    DataRight.PORTABILITY: N_("A file that another program can read, for you or for another merchant."),
    DataRight.OBJECTION: N_("No advertising and no profile for it; this needs no reason and cannot be refused."),
}
_SUBJECT = {
    DataRight.ACCESS: N_("Request for access to my data (article {article} of the GDPR)"),
    DataRight.RECTIFICATION: N_("Request for rectification of my data (article {article} of the GDPR)"),
    DataRight.ERASURE: N_("Request for erasure of my data (article {article} of the GDPR)"),
    DataRight.PORTABILITY: N_("Request for portability of my data (article {article} of the GDPR)"),
    DataRight.OBJECTION: N_("Objection to advertising (article {article} of the GDPR)"),
}
_ASKS = {
    DataRight.ACCESS: N_(
        "Please confirm whether you process personal data about me and, where you do, send me a copy of it with the "
        "information of article 15 of Regulation (EU) 2016/679: the purposes, the categories of data, the recipients, "
        "how long it is kept, where it comes from, and whether decisions are taken automatically."
    ),
    DataRight.RECTIFICATION: N_(
        "Please correct the following data about me, as article 16 of Regulation (EU) 2016/679 gives me the right to:"
        "\n\nwhat is wrong: …\nwhat is right: …"
    ),
    DataRight.ERASURE: N_(
        "Please erase all personal data about me, as article 17 of Regulation (EU) 2016/679 gives me the right to, and "
        "tell those to whom you gave it. Where a law obliges you to keep some of it, please name that law, the data "
        "and the day on which it will be erased."
    ),
    DataRight.PORTABILITY: N_(
        "Please send me the personal data that I gave you and that my use of your service made, in a structured, "
        "commonly used and machine-readable format, as article 20 of Regulation (EU) 2016/679 gives me the right to."
    ),
    DataRight.OBJECTION: N_(
        "I object to the processing of my personal data for direct marketing, profiling for it included, as article "
        "21, paragraphs 2 and 3, of Regulation (EU) 2016/679 gives me the right to. Please take me off your lists, "
        "and tell those to whom you gave my address."
    ),
}
_GREETING = N_("Dear Sir or Madam,")
_KNOWN = N_("You know me as {name}, at {address}.")
_TERM = N_(
    "The Regulation gives you one month to answer (article 12, paragraph 3). Without an answer I may turn to the "
    "supervisory authority."
)
_CLOSE = N_("Yours faithfully,")


class Letter(NamedTuple):
    """A letter to be sent by its person, from their own mailbox or on paper."""

    subject: str
    body: str

    @property
    def mailto(self) -> str:
        """The letter as a link that a mail program opens (RFC 6068); its person adds to whom."""
        body = self.body.replace("\n", "\r\n")
        return f"mailto:?subject={quote(self.subject)}&body={quote(body)}"


def letter(right: DataRight, name: str, address: str, language: str) -> Letter:
    """The letter that asks for a right, in the language of choice."""
    paragraphs = (
        translate(_GREETING, language),
        translate(_ASKS[right], language),
        translate(_KNOWN, language, name=name, address=address or "…"),
        translate(_TERM, language),
        f"{translate(_CLOSE, language)}\n{name}",
    )
    return Letter(translate(_SUBJECT[right], language, article=ARTICLE[right]), "\n\n".join(paragraphs))


def authority(country: str, language: str) -> tuple[str, str]:
    """To whom one complains: an address and the words of its link; the CNIL for France, else the list of them all."""
    if country == "FR" or (country == EVERYWHERE and language == "fr"):
        return "https://www.cnil.fr/fr/plaintes", N_("Complain to the CNIL")
    members = "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en"
    return members, N_("The authorities of every country")
