"""`make quality`: recognition measured on our own golden samples and on the real mails beside the project."""

import sys
from pathlib import Path

from scripts.quality.goods import goods_report
from scripts.quality.measure import outcomes
from scripts.quality.report import report

ROOT = Path(__file__).parents[2]
SETS = {
    "golden": ROOT / "tests" / "golden",
    "samples": ROOT / "tests" / "samples",
    "real": ROOT.parent / "shared" / "mail",
}


def main(arguments: list[str]) -> int:
    """Print the report of every set that exists; `-v` names the mails that failed."""
    for name, folder in SETS.items():
        if any(folder.glob("*.json*")):
            print(report(name, list(outcomes(folder)), wrong="-v" in arguments))
        else:
            print(f"\n{name}: the folder {folder.name} is not here, so nothing was measured.")
    print(goods_report(ROOT / "tests" / "golden" / "products.tsv", wrong="-v" in arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
