"""Alice's house and Acme's shop."""

from collections.abc import Iterator

import pytest

from tests.merchant.town import Town, town


@pytest.fixture
def here() -> Iterator[Town]:
    """Both sides, served."""
    with town() as found:
        yield found
