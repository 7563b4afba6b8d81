"""The rates of a set of mails as text: per measure, origin and language, then the confusion of categories."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import quantiles

from scripts.quality.measure import MEASURES, Outcome


def rates(found: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """Measure → (right, counted)."""
    counted: dict[str, tuple[int, int]] = {}
    for measure in MEASURES:
        verdicts = [one.right[measure] for one in found if measure in one.right]
        counted[measure] = (sum(verdicts), len(verdicts))
    return counted


def report(title: str, found: Sequence[Outcome], wrong: bool = False) -> str:
    """The whole report of one set; with `wrong`, each mail that failed a measure by its file name."""
    lines = [f"\n{title}: {len(found)} mails", _head("")]
    lines.append(_row("all", found))
    for key in ("origin", "lang"):
        groups: dict[str, list[Outcome]] = defaultdict(list)
        for one in found:
            groups[one.label.get(key, "?")].append(one)
        lines += [_row(name, group) for name, group in sorted(groups.items()) if len(groups) > 1]
    lines += ["", *_confusion(found), "", _speed(found)]
    if wrong:
        lines += [_failures(measure, found) for measure in MEASURES]
    return "\n".join(lines)


def _head(name: str) -> str:
    return f"{name:12}" + "".join(f"{measure:>16}" for measure in MEASURES)


def _row(name: str, found: Sequence[Outcome]) -> str:
    cells = [f"{right}/{all_} {right / all_:4.0%}" if all_ else "-" for right, all_ in rates(found).values()]
    return f"{name:12}" + "".join(f"{cell:>16}" for cell in cells)


def _confusion(found: Sequence[Outcome]) -> list[str]:
    """Rows are what the label says, columns what was found; an accepted alternative counts as the label."""
    pairs = Counter(
        (one.label["category"], one.label["category"] if one.right["category"] else one.category) for one in found
    )
    names = sorted({name for pair in pairs for name in pair})
    lines = [f"{'label, found':14}" + "".join(f"{name or 'personal':>14}" for name in names)]
    rows = sorted({label for label, _ in pairs})
    return lines + [f"{row:14}" + "".join(f"{pairs[row, name] or '.':>14}" for name in names) for row in rows]


def _speed(found: Sequence[Outcome]) -> str:
    times = sorted(one.seconds * 1e3 for one in found)
    if len(times) < 2:
        return ""
    cuts = quantiles(times, n=100, method="inclusive")
    return f"CPU per mail: median {cuts[49]:.2f} ms, 99th percentile {cuts[98]:.2f} ms"


def _failures(measure: str, found: Sequence[Outcome]) -> str:
    names = [one.label["file"] for one in found if one.right.get(measure) is False]
    return f"wrong {measure}: {' '.join(names) or 'none'}"
