"""Webhooks: every event is posted, signed, at least once and with one id; a slow receiver delays nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.databases import OpenStore
from tests.support.receiver import Receiver, receiving
from tests.support.world import SENDER, START, World, number
from trd_tui.carriers.protocol import CarrierMessage, Outcome, Rejected, SendRequest
from trd_tui.clock import VirtualClock, real_now
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.webhook import DAY_MS, EVENTS, MOST_REFUSALS, Event, pause_ms
from trd_tui.engine.courier import Courier
from trd_tui.engine.means import Means
from trd_tui.engine.receiving import receive_batch
from trd_tui.engine.scheduler import Engine
from trd_tui.engine.threads import StoreThreads
from trd_tui.store import webhooks
from trd_tui.store.errors import DatabaseBusyError, StoreError

HOUR = 3_600_000
SECRET = "whsec_of_a_test"


class Desk:
    """A courier on a database, with real time that a test moves."""

    def __init__(self, world: World, store: StoreThreads) -> None:
        self.world = world
        self.real = real_now()
        self.said: list[str] = []
        self.store = store
        means = SimpleNamespace(store=store, clock=self, complain=self.said.append)
        self.courier = Courier(cast("Means", means), timeout_s=0.2)

    def hook(self, receiver: Receiver, name: str = "crm", events: str = ",".join(EVENTS)) -> None:
        receiver.secret = SECRET
        self.world.db.write(webhooks.add, name, receiver.url, SECRET, events.split(","), self.real)

    def happens(self, *events: Event) -> None:
        self.world.db.write(webhooks.emit, events or [Event("alert", {"reason": "why"})], self.real)

    async def deliver(self, later_ms: int = 0) -> None:
        self.real += later_ms
        await self.courier.begin()
        await self.courier.settled()

    def row(self, name: str = "crm") -> webhooks.Webhook:
        return next(each for each in self.world.db.read(webhooks.page) if each.name == name)

    def _real(self) -> int:
        return self.real


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    store = StoreThreads(world.url)
    made = Desk(world, store)
    # the clock that the courier sees
    made.courier._clock = cast("Any", SimpleNamespace(real=made._real))
    yield made
    await made.courier.close(farewell=False)
    store.close()


def a_reply(at: int, body: str, sid: str = "SM1") -> CarrierMessage:
    real = real_now()
    return CarrierMessage(sid, True, number(at), SENDER, body, "received", None, real, real)


async def test_an_event_is_posted_once_signed_and_forgotten(desk: Desk) -> None:
    desk.world.campaign()
    async with receiving() as receiver:
        desk.hook(receiver)
        desk.happens(
            Event("reply", {"text": "Grüße"}, number(0), "camp_1"), Event("alert", {"reason": "why"})
        )
        await desk.deliver()
        await desk.deliver()
    assert receiver.forged == 0
    assert [(said["event"], said["data"]) for said in receiver.got] == [
        ("reply", {"campaignId": "camp_1", "campaign": "camp_1", "text": "Grüße"}),
        ("alert", {"reason": "why"}),
    ]
    assert desk.world.one("SELECT count(*) FROM outbox") == 0
    row = desk.row()
    assert (row.delivered_count, row.waiting, row.delivered_at, row.last_error) == (2, 0, desk.real, None)


async def test_each_gets_only_what_it_wants(desk: Desk) -> None:
    async with receiving() as one, receiving() as other:
        desk.hook(one, "one", "reply,opt_out")
        desk.hook(other, "other", "alert")
        desk.happens(Event("reply", {}), Event("alert", {}), Event("completed", {}))
        await desk.deliver()
    assert ([said["event"] for said in one.got], [said["event"] for said in other.got]) == (
        ["reply"],
        ["alert"],
    )


async def test_a_receiver_that_fails_is_tried_again_ever_later_with_the_same_id(desk: Desk) -> None:
    async with receiving() as receiver:
        desk.hook(receiver)
        receiver.answer = lambda post: 503 if post < 4 else 200
        desk.happens()
        await desk.deliver()
        assert (desk.row().failures, desk.row().last_error) == (1, "answered 503")
        await desk.deliver(4_999)
        assert len(receiver.got) == 1
        await desk.deliver(1)
        await desk.deliver(9_999)
        assert len(receiver.got) == 2
        await desk.deliver(1)
        await desk.deliver(20_000)
    assert len(receiver.ids) == 4
    assert len(set(receiver.ids)) == 1
    row = desk.row()
    assert (row.delivered_count, row.failures, row.failing_since, row.last_error) == (1, 0, None, None)


async def test_after_a_day_it_is_given_up_with_a_mark(desk: Desk) -> None:
    async with receiving() as receiver:
        desk.hook(receiver)
        receiver.answer = lambda _post: 500
        desk.happens(Event("reply", {"text": "hello"}, number(0)))
        await desk.deliver()
        while desk.row().failing_since and desk.real < (desk.row().failing_since or 0) + DAY_MS - HOUR:
            await desk.deliver(HOUR)
        desk.happens()  # a young one
        assert desk.row().given_up_count == 0
        await desk.deliver(HOUR)
        row = desk.row()
        assert (row.given_up_count, row.waiting) == (1, 1)
        assert desk.world.rows("SELECT state, payload, number, error FROM outbox ORDER BY id LIMIT 1") == [
            ("given_up", None, None, "answered 500")
        ]
        assert "webhook crm has not taken 1 events within a day" in desk.said[-1]
        receiver.answer = lambda _post: 200
        await desk.deliver(HOUR)
        assert desk.row().waiting == 0
        await desk.deliver(31 * DAY_MS)
        desk.happens()
        await desk.deliver()
    assert desk.world.one("SELECT count(*) FROM outbox") == 0


async def test_what_a_receiver_refuses_does_not_keep_the_rest_waiting(desk: Desk) -> None:
    async with receiving() as receiver:
        desk.hook(receiver)
        receiver.answer = lambda _post: 422 if receiver.got[-1]["event"] == "alert" else 200
        desk.happens(Event("alert", {}), Event("reply", {}))
        await desk.deliver()
        assert [said["event"] for said in receiver.got] == ["alert", "reply"]
        row = desk.row()
        assert (row.delivered_count, row.waiting, row.failures, row.last_error) == (1, 1, 0, "answered 422")
        for refusal in range(1, MOST_REFUSALS):
            await desk.deliver(pause_ms(refusal))
        assert len(receiver.got) == 1 + MOST_REFUSALS
    row = desk.row()
    assert (row.waiting, row.given_up_count) == (0, 1)


def test_refusals_are_given_up_after_about_a_day() -> None:
    assert 0.9 * DAY_MS < sum(pause_ms(count) for count in range(1, MOST_REFUSALS)) < 1.1 * DAY_MS


async def test_a_redirect_is_not_followed(desk: Desk) -> None:
    async with receiving() as receiver:
        desk.hook(receiver)
        receiver.answer = lambda _post: 301
        desk.happens()
        await desk.deliver()
        assert len(receiver.got) == 1
    assert desk.row().last_error == "answered 301; redirects are not followed, name the new address"


async def test_one_that_hangs_holds_up_no_other_and_is_let_go(desk: Desk) -> None:
    async with receiving() as hanging, receiving() as quick:
        desk.hook(hanging, "hanging")
        desk.hook(quick, "quick")
        hanging.hangs = True
        desk.happens()
        await desk.courier.begin()
        await until(lambda: quick.got and hanging.got)
        desk.happens()
        while len(quick.got) < 2:
            await desk.courier.begin()
            await asyncio.sleep(0.005)
        assert len(hanging.got) == 1
        await desk.courier.settled()
        assert (desk.row("hanging").last_error, desk.row("hanging").waiting) == ("no answer within 0.2 s", 2)


async def test_nobody_at_the_address_is_a_failure_like_another(desk: Desk) -> None:
    async with receiving() as receiver:
        desk.hook(receiver)
    desk.happens()
    await desk.deliver()
    assert str(desk.row().last_error).startswith("no connection to ")
    assert desk.row().waiting == 1


async def test_a_crash_before_the_mark_posts_again_with_the_same_id(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> int:
        raise DatabaseBusyError("the database is busy")

    async with receiving() as receiver:
        desk.hook(receiver)
        desk.happens()
        with monkeypatch.context() as broken:
            broken.setattr(webhooks, "mark", full)
            await desk.deliver()
        assert desk.said == ["the database is busy"]
        await desk.deliver()
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert desk.row().waiting == 0


async def test_nothing_is_posted_while_a_transaction_is_held(desk: Desk) -> None:
    """The writer is free for the sender while a receiver thinks."""
    async with receiving() as receiver:
        desk.hook(receiver)
        receiver.hangs = True
        desk.happens()
        await desk.courier.begin()
        await until(lambda: receiver.got)
        desk.happens()  # writes at once
        assert desk.row().waiting == 2


async def test_a_copy_posts_nothing_before_it_is_at_home(desk: Desk) -> None:
    async with receiving() as receiver:
        desk.hook(receiver)
        desk.happens()
        elsewhere = '{"machine": "x", "thing": 1, "born": 1, "device": 1, "place": "y"}'
        desk.world.run("UPDATE control SET home = :home", home=elsewhere)
        await desk.deliver()
        assert receiver.got == []
        desk.world.run("UPDATE control SET home = NULL")
        await desk.deliver()
        assert len(receiver.got) == 1


async def test_without_a_receiver_the_outbox_stays_empty_and_is_seldom_looked_at(desk: Desk) -> None:
    desk.happens()
    await desk.deliver()
    assert desk.courier.pause() == 5.0
    assert desk.world.one("SELECT count(*) FROM outbox") == 0
    async with receiving() as receiver:
        desk.hook(receiver)
        await desk.deliver()
    assert (desk.courier.pause(), receiver.got) == (1.0, [])


def test_what_contacts_say_is_an_event_of_its_own_transaction(
    database_url: str, open_store: OpenStore
) -> None:
    world = open_store(database_url)
    world.write(webhooks.add, "crm", "http://127.0.0.1:9", SECRET, list(EVENTS), 0)
    messages = [
        a_reply(0, "who is this?", "SM1"),
        a_reply(0, "STOP", "SM2"),
        a_reply(1, "stop by tomorrow", "SM3"),
    ]
    messages += [a_reply(0, "HELP", "SM4"), messages[0]]

    def told(connection: Connection) -> list[tuple[Any, ...]]:
        found = connection.exec_driver_sql("SELECT event, number FROM outbox ORDER BY id")
        return [tuple(row) for row in found]

    def lost(connection: Connection) -> None:
        receive_batch(connection, messages, START, START)
        raise StoreError("the disk is full")

    with pytest.raises(StoreError):
        world.write(lost)
    assert world.read(told) == []
    for _ in range(2):  # what is known already happens once
        world.write(receive_batch, messages, START, START)
    assert world.read(told) == [("reply", number(0)), ("opt_out", number(0)), ("reply", number(1))]


def refusing(code: int, failure: FailureClass) -> Callable[[SendRequest, int], Outcome | None]:
    return lambda _request, call: Rejected(code, failure, "refused") if call == 1 else None


@pytest.mark.parametrize(
    ("code", "failure", "event", "data"),
    [
        (21610, FailureClass.OPTED_OUT, "opt_out", {"by": "carrier", "number": number(0)}),
        (20005, FailureClass.ACCOUNT, "alert", {"what": "all_stopped"}),
        (20003, FailureClass.CREDENTIALS, "alert", {"what": "credentials_refused"}),
        (21606, FailureClass.SENDER, "alert", {"what": "sender_paused", "sender": SENDER}),
    ],
)
async def test_what_the_carrier_says_is_an_event_and_is_posted_at_the_end(
    world: World, clock: VirtualClock, code: int, failure: FailureClass, event: str, data: dict[str, str]
) -> None:
    world.campaign(days=(1,))
    carrier = ListedCarrier(clock, refusing(code, failure))
    async with receiving() as receiver:
        receiver.secret = SECRET
        world.db.write(webhooks.add, "crm", receiver.url, SECRET, list(EVENTS), 0)
        engine = Engine(world.url, lambda: carrier, clock, OPTIONS, description="test")
        stop = asyncio.Event()
        run = asyncio.create_task(engine.run(stop))
        await until(lambda: receiver.got or world.one("SELECT count(*) FROM outbox"))
        stop.set()
        await run
    (said,) = [said for said in receiver.got if said["event"] == event]
    assert data.items() <= said["data"].items()
    assert receiver.forged == 0


async def test_the_end_of_a_campaign_and_of_its_budget_are_told(
    world: World, run_engine: RunEngine, carrier: ListedCarrier
) -> None:
    world.campaign("camp_1", days=(1,))
    world.campaign("camp_2", days=(1,), contacts=2, first=10, budget_micros=13_000)
    async with receiving() as receiver:
        receiver.secret = SECRET
        world.db.write(webhooks.add, "crm", receiver.url, SECRET, list(EVENTS), 0)
        await run_engine(carrier)
    told = sorted((said["event"], said["data"]["campaignId"]) for said in receiver.got)
    assert told == [("alert", "camp_2"), ("completed", "camp_1")]


async def test_the_send_path_asks_nothing_of_webhooks(
    world: World, run_engine: RunEngine, carrier: ListedCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With or without receivers: only an event is worth a statement."""
    asked: list[int] = []
    emit = webhooks.emit

    def counted(connection: Connection, events: list[Event], *args: int) -> None:
        driver: Any = connection.connection.dbapi_connection
        said: list[str] = []
        driver.set_trace_callback(said.append)
        try:
            emit(connection, events, *args)
        finally:
            driver.set_trace_callback(None)
        asked.append(len(said))
        assert bool(said) == bool(events)

    monkeypatch.setattr(webhooks, "emit", counted)
    world.campaign(contacts=20, days=(1, 3))
    await run_engine(carrier)
    assert len(carrier.calls) == 40
    assert sum(asked) == 1  # of the campaign's end: is there a receiver?
    assert world.one("SELECT count(*) FROM outbox") == 0


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while True:
            if condition():
                return
            await asyncio.sleep(0.001)
