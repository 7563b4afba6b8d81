"""What a list is asked for in the language of search: words and keys as on its page, a mistake kept for the list."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, NamedTuple, TypeVar

from fastapi import Depends, Request

from mesinfos.errors import InvalidInput
from mesinfos.relations.query import Term, parse
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import refs
from web.dashboard.shown import today
from web.render import wrong

T = TypeVar("T")


class Query(NamedTuple):
    """A query as typed and what it asks, or why it cannot be read."""

    text: str = ""
    terms: Sequence[Term] = ()
    error: InvalidInput | None = None

    @classmethod
    def of(cls, text: str) -> "Query":
        """A query as it was typed."""
        try:
            return cls(text, parse(text))
        except InvalidInput as error:
            return cls(text, (), error)

    @property
    def status(self) -> int:
        """What the page answers with."""
        return 422 if self.error else 200

    def wrong(self, request: Request) -> Mapping[str, str]:
        """What cannot be read in it, as a page shows it."""
        return wrong(request, self.error) if self.error else {}

    def keep(self, reading: Reading, kind: str, things: Sequence[T], ref: Callable[[T], str]) -> Sequence[T]:
        """Those of some things of one kind that answer to it: all without a query, none for one that cannot be read."""
        if self.error:
            return []
        if not self.terms:
            return things
        found = self.refs(reading, kind)
        return [one for one in things if ref(one) in found]

    def refs(self, reading: Reading, kind: str) -> set[str]:
        """The ids of all things of one kind that answer to it; none for a query that cannot be read."""
        return refs(reading, self.terms, kind, today()) if self.terms else set()


def query(q: str = "") -> Query:
    """The query in an address."""
    return Query.of(q)


Asked = Annotated[Query, Depends(query)]
