"""The last question is asked with the connection in hand: what is refused then never reaches the carrier."""

from __future__ import annotations

import asyncio

import pytest

from tests.peer.server import ACCOUNT, TOKEN, Peer
from trd_tui.carriers.protocol import Accepted, NotBegunError, SendRequest
from trd_tui.carriers.twilio import TwilioCarrier

REQUEST = SendRequest("att-1", "+15005550006", "+14155550101", "Hi Anna")


async def test_what_is_refused_with_the_connection_in_hand_is_not_sent(
    twilio: TwilioCarrier, peer: Peer
) -> None:
    def refuse() -> None:
        raise NotBegunError("the emergency stop is on")

    with pytest.raises(NotBegunError, match="emergency stop"):
        await twilio.send(REQUEST, refuse)
    assert peer.book.sent == []
    assert isinstance(await twilio.send(REQUEST), Accepted)  # its connection was given back
    assert peer.api.requests == 1


async def test_a_send_asks_once_and_a_list_never(twilio: TwilioCarrier) -> None:
    asked: list[int] = []
    await twilio.send(REQUEST, lambda: asked.append(1))
    await twilio.changes(0)
    await twilio.sent_to(REQUEST.to, 0)
    assert asked == [1]


async def test_nobody_is_asked_before_there_is_a_connection(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sends on one connection: the second one asks when the first has had its answer."""
    monkeypatch.setattr("trd_tui.carriers.twilio_http._SPARE_CONNECTIONS", 0)
    carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), api_base=peer.url, concurrency=1)
    order: list[str] = []

    async def send(name: str) -> None:
        await carrier.send(REQUEST, lambda: order.append(f"{name} begins"))
        order.append(f"{name} is answered")

    await asyncio.gather(send("first"), send("second"))
    await carrier.close()
    assert order == ["first begins", "first is answered", "second begins", "second is answered"]


async def test_nobody_is_asked_where_nobody_listens() -> None:
    asked: list[int] = []
    carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), api_base="http://127.0.0.1:1", timeout_s=2)
    await carrier.send(REQUEST, lambda: asked.append(1))
    await carrier.close()
    assert asked == []
