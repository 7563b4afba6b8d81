"""What every way of sending shares: the message, and how sending it failed."""

from typing import NamedTuple

from mesinfos.errors import MesInfosError
from mesinfos.notices.kinds import Words
from mesinfos.outbound import PUBLIC, Reach


class Message(NamedTuple):
    """One copy as a channel sends it. `mark` is the same whenever this copy is sent, and tells nothing."""

    words: Words
    base_url: str
    mark: str
    reach: Reach = PUBLIC

    @property
    def address(self) -> str:
        """Where its reader goes."""
        return self.base_url + self.words.path


class NotSent(Exception):
    """It was not sent; `problem` says why. It is tried again unless that is `final`; `gone` when nobody is there."""

    def __init__(self, problem: MesInfosError, *, final: bool = False, gone: bool = False) -> None:
        super().__init__()
        self.problem, self.final, self.gone = problem, final or gone, gone


class Unsure(Exception):
    """The connection broke off when all was said: it may have arrived, so it is not sent again."""
