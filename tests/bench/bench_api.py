"""The list over HTTP at 10,000 campaigns, against a bare FastAPI route whose answer has the same size.

Both are served by uvicorn on loopback from a process of their own, and asked in turn over one connection
each, so that what else the machine does falls on both.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path

import httpx
from fastapi import FastAPI

from tests.bench import seed
from tests.bench.table import Table, percentile

NOW = 1_767_600_000_000
CAMPAIGNS = 10_000
ROUNDS = 5
PATH = "/api/drip-campaign/list"
MOST_MS = 8.0
_SERVING = """
import asyncio, sys
from tests.bench.bench_api import bare_app, product_app
from trd_tui.api.server import listening, serve_until

async def main():
    app = bare_app(sys.argv[2]) if sys.argv[1] == "bare" else await product_app(sys.argv[2])
    listener = listening("127.0.0.1", 0)
    print(listener.getsockname()[1], getattr(app.state, "secret", ""), flush=True)
    await serve_until(app, listener, asyncio.Event())

asyncio.run(main())
"""


def bare_app(file: str) -> FastAPI:
    """One route that answers what is in a file."""
    app = FastAPI()
    answer = json.loads(Path(file).read_text())

    @app.get(PATH)
    async def list_campaigns() -> dict[str, object]:
        return dict(answer)

    return app


async def product_app(url: str) -> FastAPI:
    """The API on a database, with a token in ``app.state.secret``."""
    from tests.support.api import ANN, NO_LIMIT
    from trd_tui.api.app import create_app
    from trd_tui.services import tokens
    from trd_tui.settings import Settings
    from trd_tui.wiring import open_product

    product = open_product(Settings(database_url=url))
    app = create_app(product, limits=NO_LIMIT)
    app.state.secret = (await tokens.create(product.db, product.clock, ANN, "bench")).secret
    return app


@contextmanager
def _served(what: str, argument: str) -> Iterator[httpx.Client]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVING, what, argument], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port, _, secret = process.stdout.readline().strip().partition(" ")
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            yield client
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def _queries() -> list[str]:
    """Filters, searches, sorts and depths as a front end asks for them."""
    return [
        f"{PATH}?limit=20&offset={offset}&status={status}&search={search}&sort={sort}"
        for sort in ("activity", "name", "next", "rate")
        for status in ("all", "active")
        for search in ("", "spring", "00")
        for offset in (0, 20, 1_000)
    ]


def _ms(client: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200
    return (time.perf_counter() - begun) * 1_000


def measure(product: httpx.Client, bare: httpx.Client, table: Table) -> None:
    """Ask both in turn, and keep each query's quickest round."""
    asked = _queries()
    ours, theirs = [inf] * len(asked), [inf] * len(asked)
    for each in asked[:10]:
        _ms(product, each)
        _ms(bare, PATH)
    for _ in range(ROUNDS):
        for at, path in enumerate(asked):
            ours[at] = min(ours[at], _ms(product, path))
            theirs[at] = min(theirs[at], _ms(bare, PATH))
    for name, spent in (("the list over HTTP", ours), ("a bare route of the same size", theirs)):
        table.row(name, f"p50 / p99 {percentile(spent, 0.5):.1f} / {percentile(spent, 0.99):.1f} ms")
    p50, p99 = (percentile(ours, share) for share in (0.5, 0.99))
    table.row("p50 against the bare route", "", f"{p50 / percentile(theirs, 0.5):.2f}")
    table.within_ms("the list over HTTP, p99", p99, MOST_MS)


def main(*, quick: bool = False) -> Table:
    """Measure and return the table. The promise is about 10,000 campaigns, and that is quick anyway."""
    del quick
    table = Table("api", f"{CAMPAIGNS:,} campaigns over HTTP; each query's best of {ROUNDS}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trd.db"
        url = seed.new_database(file)
        with seed.opened(file) as connection:
            seed.campaigns(connection, CAMPAIGNS, NOW)
        with _served("product", url) as product:
            answer = Path(folder) / "answer.json"
            answer.write_text(product.get(f"{PATH}?limit=20").text)
            with _served("bare", str(answer)) as bare:
                measure(product, bare, table)
    return table


if __name__ == "__main__":
    main().show()
