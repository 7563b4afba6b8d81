"""`make campaign IDS="C2 D15"` runs those checks in full; without IDS, all of them. One line a check."""

import sys
from importlib import import_module
from pathlib import Path


def main(wanted: list[str]) -> int:
    """Run the checks named, print a line for each, and return 1 when one failed."""
    known = sorted(path.stem for path in Path(__file__).parent.glob("[a-z][0-9]*.py"))
    failed = False
    for name in [check.lower() for check in wanted] or known:
        check = import_module(f"tests.campaign.{name}")
        outcome = check.run(check.FULL)
        failed |= not outcome.ok
        verdict = "ok  " if outcome.ok else "FAIL"
        print(f"{verdict} {name.upper():4} {outcome.tries} tries; expected {outcome.expected}; {outcome.happened}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
