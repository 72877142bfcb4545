"""``python -m tests.peer --port N --ledger FILE``: the peer as a process; prints its URL, ends on SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from tests.peer.server import ACCOUNT, TOKEN, posting, running_peer


async def _serve(args: argparse.Namespace) -> None:
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    async with running_peer(
        args.ledger,
        port=args.port,
        checked=args.checked,
        numbers=tuple(args.number),
        delivery_ms=args.delivery_ms,
    ) as peer:
        peer.book.weather.latency_ms = args.latency_ms
        print(f"{peer.url} {ACCOUNT} {TOKEN}", flush=True)
        if args.inbound_url is None:
            await end.wait()
            return
        async with posting(peer, args.inbound_url):
            await end.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.peer", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (default): any free one; the URL is printed")
    parser.add_argument("--ledger", type=Path, help="JSON-lines file of all that was taken or refused")
    parser.add_argument("--checked", action="store_true", help="hold all to Twilio's API description")
    parser.add_argument("--number", action="append", default=["+15005550006"], help="one more number of ours")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="of every answer")
    parser.add_argument("--delivery-ms", type=int, default=0, help="from acceptance to the final status")
    parser.add_argument(
        "--inbound-url", help="post webhooks: texts of contacts to this address, statuses where creates say"
    )
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
