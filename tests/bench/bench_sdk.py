"""The real SDK against the local peer, beside bare aiohttp that posts the same form to the same peer."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import aiohttp

from tests.bench.table import Table
from tests.support.peer_process import PeerProcess, peer_process
from tests.support.world import number
from trd_tui.carriers.protocol import Accepted, SendRequest
from trd_tui.carriers.twilio import TwilioCarrier

CONCURRENCY = 100
MESSAGES = 4_000
MESSAGES_QUICK = 1_000
SENDER = "+15005550006"

Send = Callable[[int], Awaitable[None]]


async def flood(send: Send, messages: int) -> tuple[float, float]:
    """Send with `CONCURRENCY` at once; returns seconds, and seconds of this process's processor time."""
    waiting = iter(range(messages))

    async def worker() -> None:
        for at in waiting:
            await send(at)

    gc.collect()
    begun, begun_cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    return time.perf_counter() - begun, time.process_time() - begun_cpu


async def bare(peer: PeerProcess, messages: int) -> tuple[float, float]:
    """The same POST by aiohttp alone; its answer is read as JSON."""
    account = peer.settings["TRD_TWILIO_ACCOUNT_SID"]
    token = peer.settings["TRD_TWILIO_AUTH_TOKEN"]
    url = f"{peer.url}/2010-04-01/Accounts/{account}/Messages.json"
    headers = {"Authorization": aiohttp.encode_basic_auth(account, token)}
    connector = aiohttp.TCPConnector(limit=CONCURRENCY)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def send(at: int) -> None:
            form = {"To": number(at), "From": SENDER, "Body": f"Hi Ann, message {at}."}
            async with session.post(url, data=form) as answer:
                assert answer.status == 201
                assert (await answer.json())["sid"]

        return await flood(send, messages)


async def sdk(peer: PeerProcess, messages: int) -> tuple[float, float]:
    """The product's carrier."""
    account = peer.settings["TRD_TWILIO_ACCOUNT_SID"]
    auth = (account, peer.settings["TRD_TWILIO_AUTH_TOKEN"])
    carrier = TwilioCarrier(account, auth, api_base=peer.url, concurrency=CONCURRENCY)

    async def send(at: int) -> None:
        outcome = await carrier.send(SendRequest(f"1-{at:x}-1", SENDER, number(at), f"Hi Ann, message {at}."))
        assert isinstance(outcome, Accepted), outcome

    try:
        return await flood(send, messages)
    finally:
        await carrier.close()


def main(*, quick: bool = False) -> Table:
    """Measure in turns and return the table."""
    messages = MESSAGES_QUICK if quick else MESSAGES
    table = Table("SDK", f"{messages:,} messages to the local peer, {CONCURRENCY} at once, no latency")
    with tempfile.TemporaryDirectory() as folder, peer_process(Path(folder)) as peer:
        asyncio.run(bare(peer, 200))
        asyncio.run(sdk(peer, 200))
        rounds = [(asyncio.run(bare(peer, messages)), asyncio.run(sdk(peer, messages))) for _ in range(3)]
    for name, at in (("bare aiohttp", 0), ("the SDK carrier", 1)):
        seconds = median(both[at][0] for both in rounds)
        busy = median(both[at][1] for both in rounds) / messages * 1000
        figure = f"{messages / seconds:,.0f}/s, {busy:.2f} ms of processor each"
        if at == 0:
            table.row(name, figure, "1.00")
        else:
            table.at_least(name, figure, median(both[0][0] / both[1][0] for both in rounds), 0.5)
    return table


if __name__ == "__main__":
    main().show()
