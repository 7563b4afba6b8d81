"""The process in which Apprise runs: one notice, one address, no keys, no database, and nowhere to go but out.

Apprise knows some two hundred and sixty services and guards none of their addresses. So it runs apart, and this
process has hooks that nothing in it can take off (PEP 578): it connects to public addresses on port 443, by whatever
name or redirect they were reached, and to the operator's own hosts; it reads no file but Python's own, writes none, and
starts nothing. Services that need more are refused by that, not by a list.
"""

import json
import resource
import socket
import sys
from contextlib import suppress
from pathlib import Path

import apprise
from apprise.manager_plugins import NotificationManager

from mesinfos.outbound import is_public

HTTPS = 443
READABLE = tuple(
    f"{Path(place).resolve()}/" for place in {sys.prefix, sys.base_prefix, "/usr/share/zoneinfo", "/usr/lib/ssl"}
)
FORBIDDEN = (
    *("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.", "ctypes."),
    *("socket.bind", "socket.sendto", "socket.sendmsg", "syslog.", "winreg.", "webbrowser.", "shutil."),
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"),
)
Place = tuple[str, int]


class Bounds:
    """What this process may do; `refused` tells that something was tried beyond it."""

    def __init__(self, own: set[Place]) -> None:
        self.refused = False
        self._own = own

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        """The hook: raises PermissionError, which to what runs here is a network that is down or a file not there."""
        if event == "socket.connect":
            allowed = self._may_reach(args[1])
        elif event == "open":
            allowed = _may_read(args)
        else:
            allowed = not event.startswith(FORBIDDEN)
        if not allowed:
            self.refused = True
            raise PermissionError("out of bounds")

    def _may_reach(self, place: object) -> bool:
        if not isinstance(place, tuple) or len(place) < 2:  # a socket of this machine is a path
            return False
        host, port = str(place[0]), int(place[1])
        return bool({(host, port), (host, 0)} & self._own) or (port == HTTPS and is_public(host))


def _may_read(args: tuple[object, ...]) -> bool:
    path, _, flags = args
    if isinstance(path, int):
        return True
    reading = isinstance(flags, int) and not flags & 0o3
    return reading and str(Path(str(path)).resolve()).startswith(READABLE)


def main() -> None:
    """Read {"url", "title", "body", "hosts"} and answer {"known", "service", "sent", "refused"}; no title only asks."""
    job = json.load(sys.stdin)
    plugins = NotificationManager()  # type: ignore[no-untyped-call]
    plugins.load_modules()  # type: ignore[no-untyped-call]
    bounds = Bounds(_own(job["hosts"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(bounds)
    sent = False
    found = None
    with suppress(Exception):  # whatever a plugin makes of an address, the answer is that it is none
        found = _service(job["url"])
    if found is not None and job["title"]:
        with suppress(Exception):
            sent = bool(found.notify(title=job["title"], body=job["body"]))
    service = str(found.service_name) if found else ""
    json.dump({"known": bool(found), "service": service, "sent": sent, "refused": bounds.refused}, sys.stdout)


def _service(url: str) -> "apprise.NotifyBase | None":
    """The service of an address, when it speaks HTTP: whatever else one speaks would be stopped at its first word."""
    found = apprise.Apprise.instantiate(url, asset=apprise.AppriseAsset(secure_logging=True, async_mode=False))
    module = sys.modules.get(type(found).__module__)
    return found if hasattr(module, "requests") else None


def _own(hosts: str) -> set[Place]:
    """The addresses of the operator's own hosts, each with its port, 0 for any."""
    places: set[Place] = set()
    for one in filter(None, hosts.split(",")):
        name, _, port = one.rpartition(":") if one[-1] != "]" and ":" in one else (one, "", "")
        with suppress(OSError):
            found = socket.getaddrinfo(name.strip("[]"), None, type=socket.SOCK_STREAM)
            places |= {(str(known[4][0]), int(port or 0)) for known in found}
    return places


if __name__ == "__main__":
    main()
