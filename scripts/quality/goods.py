"""Product categories measured on names written in the manner of shops (`tests/golden/products.tsv`).

`tuned` names were looked at while the lexicons were written; odd goods are among them. `kept` ones were written in the
same hour and never looked at, so that they flatter: one hand wrote both. `unseen` ones name everyday goods as order
confirmations do, were written when the lexicons stood, and never looked at since.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import NamedTuple

from mesinfos.catalogue import category_of, prior_of
from mesinfos.model.values import Kind

HALVES = ("tuned", "kept", "unseen")
NOTHING = "-"


class Good(NamedTuple):
    """One labelled name: `category` may hold several that a careful person could say, parted by a bar; "-" is none."""

    half: str
    lang: str
    category: str
    seller: str
    name: str

    def judged(self) -> str:
        """Whether the category found is right, wrong, or left empty although there is one."""
        found = category_of(self.name, self.lang, prior_of(Kind.UNKNOWN, self.seller))
        if (found or NOTHING) in self.category.split("|"):
            return "right"
        return "wrong" if found else "empty"


def goods(path: Path) -> Iterator[Good]:
    """Every labelled name."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from (Good(*row) for row in list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:])


def rate(found: Sequence[Good]) -> Counter[str]:
    """How many are right, wrong and empty."""
    return Counter(one.judged() for one in found)


def goods_report(path: Path, *, wrong: bool = False) -> str:
    """A row per half and, for what was not tuned, per language; with `wrong`, the tuned names that failed."""
    found = list(goods(path))
    lines = [f"\nproduct categories: {len(found)} names", f"{'':12}{'right':>16}{'wrong':>10}{'empty':>10}"]
    lines += [_row(half, [one for one in found if one.half == half]) for half in HALVES]
    apart = [one for one in found if one.half != "tuned"]
    lines += [_row(code, [one for one in apart if one.lang == code]) for code in sorted({one.lang for one in found})]
    start = process_time()  # the rows above have read the lexicons
    for one in found:
        category_of(one.name, one.lang)
    lines.append(f"CPU per name: {(process_time() - start) / len(found) * 1e6:.1f} us")
    if wrong:
        lines += [f"{one.judged()}: {one.name}" for one in found if one.half == "tuned" and one.judged() != "right"]
    return "\n".join(lines)


def _row(name: str, found: Sequence[Good]) -> str:
    counted, total = rate(found), len(found)
    return f"{name:12}{counted['right']:>7}/{total} {counted['right'] / total:5.1%}" + "".join(
        f"{counted[verdict] / total:>10.1%}" for verdict in ("wrong", "empty")
    )
