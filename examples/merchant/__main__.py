"""`python -m examples.merchant`: the shop on its own port, in its own process."""

import argparse
from pathlib import Path

import uvicorn

from examples.merchant.shop import Settings, create_app


def main() -> None:
    """Serve the shop until interrupted."""
    wanted = argparse.ArgumentParser(prog="python -m examples.merchant", description=__doc__)
    wanted.add_argument("--port", type=int, default=8001)
    wanted.add_argument("--url", default="", help="address under which browsers and instances reach the shop")
    wanted.add_argument("--folder", type=Path, default=Path("shop"), help="where its keys and its visitors are kept")
    wanted.add_argument("--name", default=Settings._field_defaults["name"])
    wanted.add_argument("--domain", default=Settings._field_defaults["domain"], help="the domain it says is its own")
    wanted.add_argument("--instance", default="", help="address of a MesInfos to propose to visitors")
    given = wanted.parse_args()
    given.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = given.url.rstrip("/") or f"http://localhost:{given.port}"
    app = create_app(Settings(url, given.folder, given.name, given.domain, given.instance))
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
