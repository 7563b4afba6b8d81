"""A short way to the addresses that merchants ask most.

FastAPI describes them and guards their parameters; what it does around each call takes as long as the checks of a read
and its answer together. So a request as merchants send it, with no parameter but a plain `after`, goes straight to the
endpoint, through the same dependencies. Any other takes FastAPI's way, which also words what is wrong with it.
"""

import re
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

PLAIN = re.compile(rb"(?:after=([0-9]{1,18}))?")


class Direct(APIRoute):
    """A route whose dependencies are coroutines of the request alone, and whose endpoint answers with a Response."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what the endpoint raises rises, as from any route."""
        plain = PLAIN.fullmatch(scope["query_string"])
        if plain is None or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        request = Request(scope, receive)
        needed = self.dependant.dependencies
        values: dict[str, Any] = {str(one.name): await one.call(request) for one in needed if one.call}
        if plain[1] and self.dependant.query_params:
            values["after"] = int(plain[1])
        response = await self.endpoint(request, **values)
        await response(scope, receive, send)
