"""`python -m bench [--mails N] [--rounds N] [--only sync,pages,walk,reads]`: every figure of README, in one run."""

import argparse
import os
import platform

from bench import pages, reads, sync, walk
from bench.peers import missing
from tests.servers.dovecot import is_available

PARTS = ("sync", "pages", "walk", "reads")


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for; 1 when a peer is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000, help="mails in the mailbox")
    parser.add_argument("--rounds", type=int, default=3, help="times that we and a peer are measured, in turn")
    parser.add_argument("--records", default="10000,100000", help="sizes of the vaults whose pages are measured")
    parser.add_argument(
        "--messages", type=int, default=50_000, help="messages of the vault whose every page is asked for"
    )
    parser.add_argument("--looks", type=int, default=60, help="times that each page is asked for")
    parser.add_argument("--seconds", type=int, default=8, help="how long merchants read")
    parser.add_argument("--no-solid", action="store_true", help="do not compare reads with a Solid server's, from npm")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, between commas")
    chosen = parser.parse_args(arguments)
    wanted = [part for part in PARTS if part in chosen.only.split(",")]
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}")
    if "sync" in wanted and (missing() or not is_available()):
        print("sync needs Debian's dovecot-imapd, isync, maildir-utils and notmuch; missing:", ", ".join(missing()))
        return 1
    sizes = tuple(int(size) for size in chosen.records.split(","))
    if "sync" in wanted:
        sync.bench(chosen.mails, chosen.rounds)
    if "pages" in wanted:
        pages.bench(sizes, chosen.looks)
    if "walk" in wanted:
        walk.bench(chosen.messages, chosen.looks)
    if "reads" in wanted:
        reads.bench(sizes[0], chosen.seconds, chosen.rounds, peer=not chosen.no_solid)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
