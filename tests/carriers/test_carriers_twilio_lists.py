"""Reading Twilio's lists: pages, days, errors, and what a report holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.peer.faults import PlannedFault
from tests.peer.server import ACCOUNT, KEY, KEY_SECRET, TOKEN, Peer
from trd_tui.carriers import twilio as twilio_module
from trd_tui.carriers.protocol import Accepted, CarrierListError, CarrierRefusedError, SendRequest
from trd_tui.carriers.twilio import TwilioCarrier
from trd_tui.clock import real_now

OURS = "+15005550006"
ANNA = "+14155550101"


def texts(peer: Peer, number: int, to: str = ANNA) -> None:
    for each in range(number):
        peer.book.create({"To": to, "From": OURS, "Body": f"text {each}"})


async def test_sent_to_finds_the_text_whose_answer_was_lost(twilio: TwilioCarrier, peer: Peer) -> None:
    started = real_now()
    peer.faults.plan("timeout_after_accept")
    await twilio.send(SendRequest("att", OURS, ANNA, "Was it sent?"))
    peer.book.receive(ANNA, OURS, "I got it")
    texts(peer, 1, to="+14155550102")
    (found,) = await twilio.sent_to(ANNA, started - 5_000)
    assert (found.body, found.inbound, found.sender, found.to) == ("Was it sent?", False, OURS, ANNA)
    assert abs(found.created_at - started) < 5_000


async def test_sent_to_sees_a_queued_text_which_has_no_date_of_sending(
    twilio: TwilioCarrier, peer: Peer
) -> None:
    peer.book.delivery_ms = 60_000
    texts(peer, 1)
    (found,) = await twilio.sent_to(ANNA, real_now() - 5_000)
    assert found.status == "queued"


async def test_sent_to_reads_all_pages_newest_first(
    twilio: TwilioCarrier, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_module, "RECONCILE_PAGE_SIZE", 2)
    texts(peer, 5)
    found = await twilio.sent_to(ANNA, real_now() - 5_000)
    assert sorted(message.body for message in found) == [f"text {each}" for each in range(5)]
    assert [m.created_at for m in found] == sorted((m.created_at for m in found), reverse=True)


async def test_sent_to_stops_at_older_ones(
    twilio: TwilioCarrier, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_module, "RECONCILE_PAGE_SIZE", 2)
    texts(peer, 10)
    assert await twilio.sent_to(ANNA, real_now() + 5_000) == []
    assert peer.api.requests == 1


async def test_changes_hold_receipts_failures_and_answers(twilio: TwilioCarrier, peer: Peer) -> None:
    peer.book.failures["+14155550102"] = ("undelivered", 30003)
    since = real_now()
    texts(peer, 1)
    texts(peer, 1, to="+14155550102")
    peer.book.receive(ANNA, OURS, "Yes please")
    found = {(m.status, m.error_code): m for m in await twilio.changes(since)}
    assert set(found) == {("delivered", None), ("undelivered", 30003), ("received", None)}
    assert found["delivered", None].price_micros == 8_300
    answer = found["received", None]
    assert (answer.inbound, answer.sender, answer.to, answer.body) == (True, ANNA, OURS, "Yes please")


async def test_a_character_that_no_database_keeps_does_not_stop_the_polls(
    twilio: TwilioCarrier, peer: Peer
) -> None:
    peer.book.receive("+12125550001", "+15005550006", "hi\0there")
    assert [message.body for message in await twilio.changes(0)] == ["hi\ufffdthere"]


async def test_changes_ask_for_the_utc_day(twilio: TwilioCarrier, peer: Peer) -> None:
    since = int(datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC).timestamp() * 1000)
    noon = int(datetime(2026, 3, 8, 12, tzinfo=UTC).timestamp() * 1000)
    peer.book.now = lambda: noon
    texts(peer, 1)
    peer.book.now = lambda: noon - 86_400_000
    texts(peer, 1, to="+14155550102")
    peer.book.now = lambda: noon + 1_000
    (found,) = await twilio.changes(since)
    assert (found.to, found.created_at) == (ANNA, noon)


async def test_polling_stops_at_a_page_without_news(
    twilio: TwilioCarrier, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_module, "PAGE_SIZE", 2)
    since = real_now()
    texts(peer, 6)
    assert len(await twilio.changes(since)) == 6
    before = peer.api.requests
    assert len(await twilio.changes(since + 1)) == 2
    assert peer.api.requests == before + 1
    texts(peer, 2)
    assert len(await twilio.changes(since + 2)) == 4


async def test_a_report_that_was_not_kept_comes_again(
    twilio: TwilioCarrier, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_module, "PAGE_SIZE", 2)
    since = real_now()
    texts(peer, 5)
    first = await twilio.changes(since)
    assert {m.sid for m in await twilio.changes(since)} == {m.sid for m in first}


async def test_a_list_that_breaks_off_has_told_nothing(
    twilio: TwilioCarrier, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_module, "PAGE_SIZE", 2)
    since = real_now()
    texts(peer, 4)
    await twilio.changes(since)
    texts(peer, 3)
    peer.faults.plan("error_before_accept", method="GET")
    with pytest.raises(CarrierListError):
        await twilio.changes(since + 1)
    assert len(await twilio.changes(since + 1)) == 6


async def test_a_connection_lost_after_a_good_answer_is_called_lost(peer: Peer) -> None:
    carrier = TwilioCarrier(ACCOUNT, (KEY, KEY_SECRET), api_base=peer.url, timeout_s=2)
    assert await carrier.sent_to(ANNA, 0) == []
    # Twice: an idempotent request is repeated once by the HTTP library when a reused connection breaks.
    peer.faults.plan("drop_before_accept", method="GET", times=2)
    with pytest.raises(CarrierListError, match="connection to Twilio was lost"):
        await carrier.sent_to(ANNA, 0)
    await carrier.close()


async def test_a_page_lost_in_the_middle_is_not_taken_for_an_odd_answer(
    twilio: TwilioCarrier, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_module, "RECONCILE_PAGE_SIZE", 1)
    texts(peer, 3)
    taken = peer.faults.take
    calls = 0

    def second_page(method: str, to: str | None) -> PlannedFault | None:
        nonlocal calls
        calls += 1
        return PlannedFault("drop_before_accept", method="GET") if calls > 1 else taken(method, to)

    monkeypatch.setattr(peer.faults, "take", second_page)
    with pytest.raises(CarrierListError, match="connection to Twilio was lost"):
        await twilio.sent_to(ANNA, 0)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("unauthorised", "refused the credentials"),
        ("throttle", "fewer requests"),
        ("error_before_accept", "HTTP 503, code 20503"),
        ("html", "HTTP 502"),
        ("garbage", "could not be understood"),
        ("hang", "did not answer within"),
    ],
)
async def test_list_errors_are_one_sentence_without_numbers(
    twilio: TwilioCarrier, peer: Peer, kind: str, says: str
) -> None:
    peer.faults.plan(kind, method="GET")
    with pytest.raises(CarrierListError, match=says) as caught:
        await twilio.sent_to(ANNA, 0)
    assert isinstance(caught.value, CarrierRefusedError) == (kind == "unauthorised")
    assert ANNA not in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert "\x1b" not in str(caught.value)


async def test_fetch_knows_or_does_not(twilio: TwilioCarrier, peer: Peer) -> None:
    outcome = await twilio.send(SendRequest("att", OURS, ANNA, "Hi"))
    assert isinstance(outcome, Accepted)
    found = await twilio.fetch(outcome.sid)
    assert found is not None
    assert found.status == "delivered"
    assert await twilio.fetch("SM" + "9" * 32) is None
    peer.faults.plan("error_before_accept", method="GET")
    with pytest.raises(CarrierListError):
        await twilio.fetch(outcome.sid)


async def test_check_says_what_works_and_what_does_not(twilio: TwilioCarrier, peer: Peer) -> None:
    account = await twilio.check()
    assert account.said == "Twilio accepts the credentials; the account is active and has 1 number."
    assert account.numbers == frozenset({OURS})
    by_key = TwilioCarrier(ACCOUNT, (KEY, KEY_SECRET), api_base=peer.url)
    assert (await by_key.check()).said == "Twilio accepts the API key; the account has 1 number."
    await by_key.close()
    wrong = TwilioCarrier(ACCOUNT, (ACCOUNT, "wrong-token"), api_base=peer.url)
    with pytest.raises(CarrierListError, match="TRD_TWILIO_AUTH_TOKEN") as caught:
        await wrong.check()
    assert "wrong-token" not in str(caught.value)
    await wrong.close()
