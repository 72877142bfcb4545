"""Every way in which a create can end, through the real SDK."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tests.peer.server import ACCOUNT, KEY, KEY_SECRET, TOKEN, Peer, running_peer
from trd_tui.carriers.protocol import Accepted, Outcome, Rejected, SendRequest, Unknown
from trd_tui.carriers.twilio import TwilioCarrier
from trd_tui.domain.failures import NOT_REACHED, FailureClass

OURS = "+15005550006"
ANNA = "+14155550101"
SERVICE = "MG" + "e" * 32


def text(
    to: str = ANNA, body: str = "Hi Anna", sender: str = OURS, validity_s: int | None = None
) -> SendRequest:
    return SendRequest("att-1", sender, to, body, validity_s)


async def test_an_accepted_text_is_named_and_in_the_peers_book(twilio: TwilioCarrier, peer: Peer) -> None:
    outcome = await twilio.send(text(body="Grüße 🏠 & more=100%"))
    assert isinstance(outcome, Accepted)
    assert outcome.segments == 1
    message = peer.book.by_sid[outcome.sid]
    assert (message.sender, message.to, message.body) == (OURS, ANNA, "Grüße 🏠 & more=100%")


async def test_a_messaging_service_sends_without_a_number(twilio: TwilioCarrier, peer: Peer) -> None:
    outcome = await twilio.send(text(sender=SERVICE))
    assert isinstance(outcome, Accepted)
    assert outcome.segments is None, "the service has not picked a sender yet"
    assert peer.book.by_sid[outcome.sid].service == SERVICE


@pytest.mark.parametrize(("asked", "given"), [(600, 600), (0, 1), (999_999, 36_000)])
async def test_validity_stays_within_what_the_carrier_takes(
    twilio: TwilioCarrier, peer: Peer, asked: int, given: int
) -> None:
    await twilio.send(text(validity_s=asked))
    assert peer.book.sent[0].validity == given


async def test_the_attempt_rides_in_the_callback(peer: Peer) -> None:
    url = "https://trd.example/status?x=1"
    carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), api_base=peer.url, status_callback=url)
    await carrier.send(text())
    await carrier.close()
    assert peer.book.sent[0].callback == "https://trd.example/status?x=1&attempt=att-1"


@pytest.mark.parametrize(
    ("to", "code", "failure"),
    [
        ("+15005550001", 21211, FailureClass.BAD_NUMBER),
        ("+15005550002", 21612, FailureClass.BAD_NUMBER),
        ("+15005550003", 21408, FailureClass.REGION),
        ("+15005550004", 21610, FailureClass.OPTED_OUT),
        ("+15005550009", 21614, FailureClass.BAD_NUMBER),
    ],
)
async def test_magic_recipients(twilio: TwilioCarrier, to: str, code: int, failure: FailureClass) -> None:
    outcome = await twilio.send(text(to=to))
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.failure) == (code, failure)
    assert to not in outcome.reason


@pytest.mark.parametrize(
    ("sender", "code", "failure"),
    [
        ("+15005550001", 21212, FailureClass.SENDER),
        ("+15005550007", 21606, FailureClass.SENDER),
        ("+15005550008", 21611, FailureClass.RETRY_LATER),
        ("+14155550199", 21606, FailureClass.SENDER),
    ],
)
async def test_magic_senders(twilio: TwilioCarrier, sender: str, code: int, failure: FailureClass) -> None:
    outcome = await twilio.send(text(sender=sender))
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.failure) == (code, failure)


async def test_a_contact_who_said_stop_is_refused_until_start(twilio: TwilioCarrier, peer: Peer) -> None:
    peer.book.receive(ANNA, OURS, " Stop ")
    outcome = await twilio.send(text())
    assert isinstance(outcome, Rejected)
    assert outcome.failure is FailureClass.OPTED_OUT
    peer.book.receive(ANNA, OURS, "START")
    assert isinstance(await twilio.send(text()), Accepted)


AMBIGUOUS = {
    "timeout_after_accept": 1,
    "hang": 0,
    "error_after_accept": 1,
    "error_before_accept": 0,
    "drop_after_accept": 1,
    "drop_before_accept": 0,
    "garbage": 1,
    "html": 0,
}


@pytest.mark.parametrize("kind", AMBIGUOUS)
async def test_an_answer_that_tells_nothing_is_unknown_and_never_repeated(
    twilio: TwilioCarrier, peer: Peer, kind: str
) -> None:
    await twilio.send(text(body="warm-up: the connection is open and may be reused"))
    peer.faults.plan(kind)
    outcome = await twilio.send(text())
    assert isinstance(outcome, Unknown)
    assert "may have taken" in outcome.reason
    assert [message.body for message in peer.book.sent].count("Hi Anna") == AMBIGUOUS[kind]
    assert peer.api.requests == 2
    assert isinstance(await twilio.send(text(body="next")), Accepted), "the carrier goes on"


@pytest.mark.parametrize(
    ("told", "understood"), [("7", 7.0), ("0.5", 0.5), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)]
)
async def test_throttled_with_retry_after(told: str, understood: float | None) -> None:
    async with running_peer(checked=False) as peer:
        carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), api_base=peer.url)
        peer.faults.plan("throttle", retry_after=told)
        outcome = await carrier.send(text())
        await carrier.close()
        assert isinstance(outcome, Rejected)
        assert (outcome.code, outcome.failure) == (20429, FailureClass.RETRY)
        assert outcome.retry_after_s == understood
        assert peer.api.requests == 1
        assert peer.book.sent == []


async def test_throttled_without_retry_after(twilio: TwilioCarrier, peer: Peer) -> None:
    peer.faults.plan("throttle_bare")
    outcome = await twilio.send(text())
    assert isinstance(outcome, Rejected)
    assert (outcome.failure, outcome.retry_after_s) == (FailureClass.RETRY, None)


async def test_an_rfc_9457_answer_keeps_its_code(twilio: TwilioCarrier, peer: Peer) -> None:
    peer.faults.plan("problem", code=21610)
    outcome = await twilio.send(text())
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.failure) == (21610, FailureClass.OPTED_OUT)


async def test_wrong_credentials_are_the_accounts_fault_and_are_not_shown(
    peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, "s3cr3t-token"), api_base=peer.url)
    outcome = await carrier.send(text())
    await carrier.close()
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.failure) == (20003, FailureClass.CREDENTIALS)
    assert "s3cr3t" not in outcome.reason + caplog.text
    assert ANNA not in caplog.text


async def test_an_account_that_does_not_exist_pauses_everything(peer: Peer) -> None:
    other = "AC" + "f" * 32
    carrier = TwilioCarrier(other, (ACCOUNT, TOKEN), api_base=peer.url)
    outcome = await carrier.send(text())
    await carrier.close()
    assert isinstance(outcome, Rejected)
    assert outcome.failure is FailureClass.ACCOUNT


async def test_an_api_key_sends(peer: Peer) -> None:
    carrier = TwilioCarrier(ACCOUNT, (KEY, KEY_SECRET), api_base=peer.url)
    outcome = await carrier.send(text())
    await carrier.close()
    assert isinstance(outcome, Accepted)


async def test_no_connection_means_not_sent(unused_tcp_port: int) -> None:
    carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), api_base=f"http://127.0.0.1:{unused_tcp_port}")
    outcome = await carrier.send(text())
    await carrier.close()
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.failure) == (NOT_REACHED, FailureClass.RETRY)
    assert TOKEN not in outcome.reason


async def test_the_pool_carries_as_many_as_it_was_made_for() -> None:
    async with running_peer(checked=False) as peer:
        peer.book.weather.latency_ms = 150
        carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), api_base=peer.url, concurrency=150)
        tasks: list[asyncio.Task[Outcome]] = [
            asyncio.create_task(carrier.send(text(body=f"text {number}"))) for number in range(150)
        ]
        outcomes = await asyncio.gather(*tasks)
        await carrier.close()
        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert peer.api.most_at_once > 100, "aiohttp's own limit would be 100"
        assert len({message.body for message in peer.book.sent}) == 150
