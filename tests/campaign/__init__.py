"""The attacks of the threat model: each module is one check, run small by the tests and in full by `make campaign`.

A module offers `FULL`, the number of tries that counts, and `run(tries)`, which attacks and reports.
"""

from typing import NamedTuple


class Outcome(NamedTuple):
    """What a check tried, what should have happened, and what did."""

    tries: int
    expected: str
    happened: str
    ok: bool
