"""W7: poisoned Host headers and absolute addresses at guarded routes, and ways out of the folder of static files.

Written to the socket as they are: a client would tidy them up.
"""

import socket
from itertools import product

from tests.campaign import Outcome
from tests.campaign.asker import ENDLESS
from tests.web.house import OPEN, House, house
from web.deps import SESSION_COOKIE

FULL = 200
EVIL = "zeta.example"
HOSTS = (
    *("", EVIL, f"{EVIL}:80", "127.0.0.1.zeta.example", "localhost.zeta.example", "zeta.example#127.0.0.1"),
    *("127.0.0.1@zeta.example", "zeta.example/127.0.0.1", "zeta.example?127.0.0.1", "a b", "[::", "[::1].zeta.example"),
    *("127.0.0.1\\.zeta.example", "127.0.0.1,zeta.example", "127.0.0.1 zeta.example", "127.0.0.1;zeta.example"),
    *("10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "[::ffff:10.0.0.1]", "[fe80::1]", "2130706434"),
    *("xn--lcalhost-54a", "locаlhost", "127。0。0。1.zeta.example", "%6c%6f", "localhost%00.zeta.example"),
    *(
        "{port}",
        ":{port}",
        "zeta.example:{port}",
        "http://127.0.0.1:{port}",
        "//127.0.0.1:{port}",
        "127.0.0.1:{port}/x",
    ),
    *("127.0.0.1:{port}@zeta.example", "127.0.0.1:{port}#", "user@127.0.0.1.zeta.example", "..", ".", "-", "_", "*"),
    *("localhost..", "local host", "localhost\tx", "intranet", "router", "unlock", "static", "api", "a" * 300),
)
"""Fifty of them; `{port}` is the port of the house."""
STEPS = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "....//", "..;/", "%252e%252e/", "..%c0%af", ".%00./")
GOALS = ("app.py", "security.py", "../pyproject.toml", "../data/instance.key", "etc/passwd", "../../../../etc/passwd")
STARTS = ("/static/", "/static/css/", "/static//", "/static/./", "/api/v1/../../static/")
SECRETS = (b"def create_app", b"class Guard", b"[project]", b"root:x:0", b"BEGIN")


def run(tries: int) -> Outcome:
    """Every host and absolute address at guarded routes, and that many ways out."""
    with house() as home, home.alices() as browser:
        cookie = f"{SESSION_COOKIE}={browser.cookies[SESSION_COOKIE]}"
        guarded = [home.fill(path) for method, path in home.routes() if method == "GET" and _is_guarded(path)]
        some = guarded if tries >= FULL else guarded[:4]
        passed = [f"{host!a} {path}" for host, path in product(HOSTS, some) if _host(home, host, path, cookie)]
        passed += [f"absolute {path}" for path in some if _absolute(home, path)]
        ways = [start + step * deep + goal for start, step, goal, deep in _ways()][:: max(1, 990 // tries)]
        files = [way for way in ways if any(word in _said(home, way) for word in SECRETS)]
    happened = f"{len(passed)} bypasses {passed[:4]}, {len(files)} files {files[:4]} of {len(ways)} ways"
    return Outcome(
        (len(HOSTS) + 1) * len(some) + len(ways), "none", happened, not (passed or files) and len(ways) >= tries
    )


def _ways() -> list[tuple[str, str, str, int]]:
    return list(product(STARTS, STEPS, GOALS, (1, 2, 6)))


def _is_guarded(path: str) -> bool:
    return path not in OPEN and not path.startswith("/api/") and not path.endswith((ENDLESS, "/folders"))


def _host(home: House, host: str, path: str, cookie: str) -> bool:
    """Whether Alice's own cookie, under a foreign name, got anything but a refusal: names can be rebound."""
    answer = _raw(home, f"GET {path}", host.format(port=home.served.port), f"Cookie: {cookie}\r\n")
    return _status(answer) not in {0, 400, 421}


def _absolute(home: House, path: str) -> bool:
    """Whether an address that names another site, or none of ours, gets past the door without a session."""
    ours = f"127.0.0.1:{home.served.port}"
    answers = [_raw(home, f"GET http://{EVIL}{path}", ours), _raw(home, f"GET http://{EVIL}{path}", EVIL)]
    answers.append(_raw(home, f"GET //{EVIL}{path}", ours))
    return any(_status(one) == 200 or EVIL.encode() in _location(one) for one in answers)


def _said(home: House, path: str) -> bytes:
    return _raw(home, f"GET {path}", f"127.0.0.1:{home.served.port}")


def _raw(home: House, line: str, host: str, more: str = "") -> bytes:
    """The whole answer to a request written by hand; b"" where the server hangs up."""
    with socket.create_connection(("127.0.0.1", home.served.port), timeout=30) as wire:
        wire.sendall(f"{line} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode())
        parts = []
        try:
            while part := wire.recv(65536):
                parts.append(part)
        except ConnectionError:
            pass
    return b"".join(parts)


def _status(answer: bytes) -> int:
    parts = answer.split(b" ", 2)
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def _location(answer: bytes) -> bytes:
    head = answer.partition(b"\r\n\r\n")[0].lower()
    return head.partition(b"\r\nlocation:")[2].partition(b"\r\n")[0]
