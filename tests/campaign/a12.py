"""A12: how long a refused token takes tells nothing of how near it was to a real one (Welch's t below 4.5)."""

import random
import statistics
import time
from math import sqrt

from mesinfos.consent.counter import Ask, pages
from mesinfos.vault.grantkeys import new_token
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault, given
from tests.consent.makers import past, promise, remember

FULL = 100_000
LIMIT = 4.5


def run(tries: int) -> Outcome:
    """Two kinds of wrong tokens in random order: all but the last bits of the real one, and nothing of it."""
    with alices_vault() as vault:
        remember(vault, past())
        _, token = given(vault, promise(vault))
        near = [token[:-2] + end for end in ("AA", "BA", "CA", "DA") if token[:-2] + end != token]
        far = [new_token().token for _ in near]
        dice = random.Random(12)
        spent: tuple[list[float], list[float]] = ([], [])
        for _ in range(200):
            pages(vault.instance, [Ask(far[0])])
        for _ in range(tries):
            side = dice.randrange(2)
            ask = [Ask(dice.choice((far, near)[side]))]
            begun = time.perf_counter_ns()
            pages(vault.instance, ask)
            spent[side].append(time.perf_counter_ns() - begun)
    t = welch(*map(cropped, spent))
    return Outcome(tries, f"|t| < {LIMIT}", f"t = {t:.2f}", abs(t) < LIMIT)


def cropped(values: list[float]) -> list[float]:
    """Without the slowest tenth, which other programs made slow."""
    return sorted(values)[: max(2, len(values) * 9 // 10)]


def welch(one: list[float], other: list[float]) -> float:
    """The difference of the means, in its own standard errors."""
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    return (statistics.fmean(one) - statistics.fmean(other)) / sqrt(spread)
