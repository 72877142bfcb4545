"""The peer's weather: what befalls requests by chance must really befall them, and the ledger must tell."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.peer.server import ACCOUNT, KEY_SECRET, Peer, running_peer
from tests.peer.weather import Weather
from trd_tui.carriers.protocol import Accepted, CarrierListError, SendRequest, Unknown
from trd_tui.carriers.twilio import TwilioCarrier
from trd_tui.clock import real_now

ANNA = "+14155550101"


def request(number: int) -> SendRequest:
    return SendRequest(f"a-{number}", "+15005550006", ANNA, f"Hi {number}")


def carrier_of(peer: Peer, key: str) -> TwilioCarrier:
    return TwilioCarrier(ACCOUNT, (key, KEY_SECRET), api_base=peer.url, timeout_s=2)


async def test_the_ledger_tells_who_asked_and_what_was_not_taken(tmp_path: Path) -> None:
    ledger = tmp_path / "peer.jsonl"
    async with running_peer(ledger, checked=False) as peer:
        one, other = carrier_of(peer, "SK" + "1" * 32), carrier_of(peer, "SK" + "2" * 32)
        assert isinstance(await one.send(request(1)), Accepted)
        peer.book.weather.change({"calls": {"error_before_accept": 1.0}})
        assert isinstance(await other.send(request(2)), Unknown)
        await one.close()
        await other.close()
    lines = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert [(line["event"], line["key"][:3]) for line in lines] == [("create", "SK1"), ("fault", "SK2")]
    assert lines[0]["asked_at"] <= lines[0]["created_at"]
    assert lines[1]["form"]["Body"] == "Hi 2"


async def test_lists_lag_repeat_go_back_and_fail() -> None:
    async with running_peer(checked=False) as peer:
        carrier = carrier_of(peer, "SK" + "1" * 32)
        peer.book.weather.change({"listing_lag_ms": 60_000, "seed": 3})
        await carrier.send(request(1))
        assert list(await carrier.sent_to(ANNA, 0)) == []
        peer.book.weather.change({"listing_lag_ms": 0, "repeated": 1.0, "stale": 1.0, "stale_ms": 9_000})
        await carrier.send(request(2))
        peer.book.messages[-1].created_at = peer.book.messages[-1].final_at = real_now() - 10_000
        shown = await carrier.sent_to(ANNA, 0)
        assert len(shown) == 2
        assert {message.body for message in shown} == {"Hi 2"}
        peer.book.weather.change({"lists": {"error_before_accept": 1.0}})
        with pytest.raises(CarrierListError):
            await carrier.sent_to(ANNA, 0)
        await carrier.close()


async def test_a_slow_text_is_taken_before_its_answer_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    taken: list[int] = []
    answered: list[bool] = []
    async with running_peer(checked=False) as peer:

        async def sleep(seconds: float) -> None:
            """Where the peer lets time pass, it tells what it has taken and whether it has answered."""
            waits.append(seconds)
            taken.append(len(peer.book.messages))
            answered.append(sending.done())

        monkeypatch.setattr("tests.peer.app.asyncio", SimpleNamespace(sleep=sleep))
        peer.book.weather.change({"calls": {"slow": 1.0}, "slow_ms": 150})
        carrier = carrier_of(peer, "SK" + "1" * 32)
        sending = asyncio.create_task(carrier.send(request(1)))
        assert isinstance(await sending, Accepted)
        await carrier.close()
    assert taken == [0, 1]
    assert answered == [False, False]
    assert waits[1] > 0
    assert sum(waits) == pytest.approx(0.15)


def test_unknown_weather_is_refused() -> None:
    for wrong in ({"rain": 1}, {"calls": {"frogs": 0.1}}, {"_chance": 1}):
        with pytest.raises(ValueError, match="no"):
            Weather().change(wrong)
