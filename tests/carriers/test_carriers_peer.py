"""The peer itself: it must not be kinder than Twilio, and must be the same in a process and in a test."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.peer.book import PeerBook, Refused, Replier
from tests.peer.messages import PeerMessage
from tests.peer.server import ACCOUNT, TOKEN, Peer, running_peer

OURS = "+15005550006"
ANNA = "+14155550101"
ROOT = Path(__file__).parents[2]
FORM = {"To": ANNA, "From": OURS, "Body": "Hi"}


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client that knows the account."""
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
    async with aiohttp.ClientSession(url, headers=headers) as session:
        yield session


@contextmanager
def process(*args: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "tests.peer", *args]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            url, account, token = running.stdout.readline().split()
            assert (account, token) == (ACCOUNT, TOKEN)
            yield url, running
        finally:
            running.kill()


async def test_a_request_that_breaks_the_description_is_noticed() -> None:
    async with running_peer() as peer, bare(peer.url) as http:
        assert peer.contract is not None
        await http.get(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=5000")
        assert len(peer.contract.violations) == 1
        await http.post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data={**FORM, "ValidityPeriod": "0"})
        assert len(peer.contract.violations) == 2


async def test_an_answer_that_breaks_the_description_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = PeerMessage.show
    monkeypatch.setattr(PeerMessage, "show", lambda *args: {**shown(*args), "status": "teleported"})
    async with running_peer() as peer, bare(peer.url) as http:
        assert peer.contract is not None
        await http.post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data=FORM)
        assert len(peer.contract.violations) == 1


async def test_pages_do_not_shift_when_messages_come_in(peer: Peer) -> None:
    for number in range(5):
        peer.book.create({**FORM, "Body": f"{number}"})
    seen: list[str] = []
    uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=2"
    async with bare(peer.url) as http:
        while uri:
            page = await (await http.get(uri)).json()
            seen.extend(message["body"] for message in page["messages"])
            peer.book.create({**FORM, "Body": "new"})
            uri = page["next_page_uri"]
    assert seen == ["4", "3", "2", "1", "0"]


def test_the_book_survives_and_remembers_who_said_stop(tmp_path: Path) -> None:
    book = PeerBook(tmp_path / "peer.jsonl")
    book.repliers[ANNA] = Replier(2, "STOP")
    first = book.create(FORM)
    assert isinstance(first, PeerMessage)
    assert isinstance(book.create(FORM), PeerMessage)
    assert book.create(FORM) == Refused(21610)
    again = PeerBook(tmp_path / "peer.jsonl")
    assert again.messages == book.messages
    assert again.refused == {21610: 1}
    assert again.create(FORM) == Refused(21610)
    other = again.create({**FORM, "To": "+14155550102"})
    assert isinstance(other, PeerMessage)
    assert other.sid not in book.by_sid
    book.close()
    again.close()


async def test_as_a_process_it_is_told_and_asked_over_http(tmp_path: Path) -> None:
    ledger = tmp_path / "peer.jsonl"
    with process("--ledger", str(ledger)) as (url, running):
        async with bare(url) as http:
            await http.post("/_peer/faults", json=[{"kind": "throttle"}])
            await http.post("/_peer/repliers", json={ANNA: {"after": 1, "body": "Yes"}})
            await http.post("/_peer/failures", json={"+14155550102": ["undelivered", 30005]})
            await http.post("/_peer/settings", json={"latency_ms": 1, "delivery_ms": 0})
            path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
            assert (await http.post(path, data=FORM)).status == 429
            assert (await http.post(path, data=FORM)).status == 201
            assert (await http.post(path, data={**FORM, "To": "+14155550102"})).status == 201
            await http.post("/_peer/inbound", json={"from": ANNA, "body": "STOP"})
            assert (await (await http.post(path, data=FORM)).json())["code"] == 21610
            rows = await (await http.get("/_peer/ledger")).json()
            assert [(row["direction"], row["body"]) for row in rows] == [
                ("outbound-api", "Hi"),
                ("inbound", "Yes"),
                ("outbound-api", "Hi"),
                ("inbound", "STOP"),
            ]
            stats = await (await http.get("/_peer/stats")).json()
            assert stats == {"requests": 4, "most_at_once": 1, "sent": 2, "refused": {"21610": 1}}
        running.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(running.wait, 10) == 0
    events = [json.loads(line)["event"] for line in ledger.read_text().splitlines()]
    assert events == ["fault", "create", "inbound", "create", "inbound", "refused"]


async def test_a_killed_peer_has_what_it_answered(tmp_path: Path) -> None:
    ledger = tmp_path / "peer.jsonl"
    with process("--ledger", str(ledger)) as (url, running):
        async with bare(url) as http:
            path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
            sid = (await (await http.post(path, data=FORM)).json())["sid"]
        running.kill()
    book = PeerBook(ledger)
    assert sid in book.by_sid
    book.close()
