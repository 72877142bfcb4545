"""A life of campaigns by chance, and an account of it that knows nothing of the product's counters."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tests.support.world import START, World
from trd_tui.carriers.protocol import Accepted, CarrierMessage, Rejected, Unknown
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.sequence import Sequence, Touch
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.ready import Done, NotCalled, NotSent, Ready, Unclear
from trd_tui.engine.receiving import receive_batch
from trd_tui.engine.recording import record_batch
from trd_tui.store import by_hand
from trd_tui.store.by_hand import Cost, OverBudgetError
from trd_tui.store.verify import differences

SEGMENT = 12_800
FAILED = 1_000
HOUR = 3_600_000
TABLES = (
    *("message_events", "scheduled_messages", "enrolments", "outlays", "spend_days", "touches", "contacts"),
    *("campaigns", "totals", "hourly_totals", "audit", "senders"),
)


def _segments(body: str) -> int:
    return 1 if len(body) <= 160 else -(-len(body) // 153)


def reset(world: World) -> None:
    """Empty the database but for who sends."""
    for table in TABLES:
        world.run(f"DELETE FROM {table}")
    world.run("UPDATE control SET price_milli = 1000")


@dataclass
class Paid:
    """One text: what it was thought to cost, what it really costs, and what is known of that."""

    campaign: str
    day: int
    estimate: int
    bill: int
    ready: Ready | None = None
    state: str = "flight"  # flight | unknown | accepted | nothing
    known: int | None = None

    @property
    def truth(self) -> int:
        """The real bill, also of what may have been sent."""
        return 0 if self.state == "nothing" else self.bill


class BillingAccount:
    """Lives through some days. ``dear`` lets the carrier bill above the table and count more segments."""

    def __init__(self, world: World, seed: int, *, dear: bool = False) -> None:
        self.world, self.random, self.dear = world, random.Random(seed), dear
        self.blind = False
        self.now = START
        self.paid: list[Paid] = []
        self.dearest: dict[str, int] = {}
        draw = self.random
        self.shared = self._limit(0.5, 8)
        self.budgets: dict[str, int | None] = {}
        self.days: dict[str, int | None] = {}
        for at in range(draw.randint(1, 3)):
            id_ = f"camp_{at}"
            touches = [
                Touch(day, day, f"{id_} {day} " + "x" * draw.choice((20, 200, 400))) for day in range(1, 4)
            ]
            world.campaign(id_, contacts=draw.randint(2, 6), first=10 * at, sequence=Sequence(tuple(touches)))
            self.budgets[id_], self.days[id_] = self._limit(0.6, 20), self._limit(0.6, 6)

    def _limit(self, chance: float, most: int) -> int | None:
        draw = self.random
        return draw.randint(0, most) * SEGMENT + draw.randint(0, SEGMENT) if draw.random() < chance else None

    def live(self, steps: int) -> None:
        """Claims, answers, reports, texts by hand, in any order; after each the budgets are looked at."""
        for id_ in self.budgets:
            told = (None, None) if self.blind else (self.budgets[id_], self.days[id_])
            self.world.run(
                "UPDATE campaigns SET budget_micros = :budget, daily_budget_micros = :day WHERE id = :id",
                budget=told[0], day=told[1], id=id_,
            )  # fmt: skip
        acts = (self._claim, self._claim, self._settle, self._report, self._by_hand, self._later)
        for _ in range(steps):
            self.random.choice(acts)()
            if not self.dear:
                self.check()

    def check(self) -> None:
        """What was really billed, or may be, against every budget."""
        for name, limit, texts in self._purses():
            if limit is not None:
                spent = sum(each.truth for each in texts)
                assert spent <= limit, f"{name} is over its budget: {spent} of {limit}"

    def sound(self) -> None:
        """The product's own counters are those of its rows."""
        assert self.world.db.read(differences, 1) == []

    def _purses(self) -> Iterator[tuple[str, int | None, list[Paid]]]:
        for id_, limit in self.budgets.items():
            yield id_, limit, [each for each in self.paid if each.campaign == id_]
        for day in {each.day for each in self.paid}:
            of_day = [each for each in self.paid if each.day == day]
            yield f"day {day}", self.shared, of_day
            for id_, limit in self.days.items():
                yield f"{id_} on day {day}", limit, [each for each in of_day if each.campaign == id_]

    def _foreseen(self, texts: list[Paid], dearest: int) -> int:
        """What is known by now, and the rest as dear as it may get."""
        known = sum(each.known for each in texts if each.known is not None)
        rest = sum(each.estimate for each in texts if each.known is None and each.state != "nothing")
        return known + -(-rest * dearest // 1_000)

    def _later(self) -> None:
        self.now += self.random.choice((1, 5, 24)) * HOUR

    def _today(self) -> int:
        return datetime.fromtimestamp(self.now / 1000, ZoneInfo("America/New_York")).toordinal()

    def _claim(self) -> None:
        claimer = Claimer(daily_budget=None if self.blind else self.shared)
        slots = self.random.randint(1, 9)
        batch = self.world.db.write(
            claimer.claim, token=1, now=self.now, real=1, slots=slots, horizon_ms=1_000
        ).batch
        fresh = [self._pay(ready.campaign_id, _segments(ready.request.body), ready) for ready in batch]
        if self.dear:
            worst = max(self.dearest.values(), default=1_000)
            for name, limit, texts in self._purses():
                if limit is None or not any(each is new for each in texts for new in fresh):
                    continue
                own = self.dearest.get(name.split(" ")[0], 1_000) if name.startswith("camp") else worst
                assert self._foreseen(texts, own) <= limit, f"{name} is over its budget"
        self._answer(fresh)

    def _pay(self, campaign: str, parts: int, ready: Ready | None) -> Paid:
        estimate = parts * SEGMENT
        most = 3 * estimate if self.dear else estimate
        bill = self.random.choice((estimate, self.random.randint(0, most)))
        paid = Paid(campaign, self._today(), estimate, bill, ready)
        self.paid.append(paid)
        return paid

    def _answer(self, texts: list[Paid]) -> None:
        """The carrier answers, or does not."""
        done: list[Done] = []
        for paid in texts:
            assert paid.ready is not None
            kind = self.random.choice(
                ("accepted", "accepted", "priced", "more", "bad", "later", "not", "none")
            )
            outcome: Accepted | Rejected | Unknown | NotCalled
            if kind in ("accepted", "priced") or (kind == "more" and not self.dear):
                outcome = self._accepted(paid, priced=kind == "priced")
            elif kind == "more":
                parts = paid.estimate // SEGMENT + 1
                self._learn(paid, parts * SEGMENT)
                paid.estimate = parts * SEGMENT
                outcome = Accepted(self._sid(paid), parts)
                paid.state = "accepted"
            elif kind == "none":
                outcome, paid.state = Unknown("no answer"), "unknown"
            else:
                refusals: dict[str, Rejected | NotCalled] = {
                    "bad": Rejected(21_614, FailureClass.BAD_NUMBER, "no mobile"),
                    "later": Rejected(20_429, FailureClass.RETRY, "too many", 1.0),
                    "not": NotCalled("stopped"),
                }
                outcome = refusals[kind]
                paid.state = "nothing"
            done.append(Done(paid.ready, outcome))
        self.world.db.write(record_batch, Claimer().sequences, done, self.now, 1)

    def _accepted(self, paid: Paid, *, priced: bool) -> Accepted:
        paid.state = "accepted"
        if priced:
            self._learn(paid, paid.bill)
            paid.known = paid.bill
        return Accepted(self._sid(paid), None, paid.bill if priced else None)

    def _sid(self, paid: Paid) -> str:
        assert paid.ready is not None
        return f"SM{paid.ready.request.attempt_id}"

    def _learn(self, paid: Paid, cost: int) -> None:
        milli = -(-cost * 1_000 // paid.estimate)
        self.dearest[paid.campaign] = max(self.dearest.get(paid.campaign, 1_000), milli)

    def _settle(self) -> None:
        """Something unknown is found, or not, or nobody can say."""
        unknown = [each for each in self.paid if each.state == "unknown" and each.ready is not None]
        if not unknown:
            return
        paid = self.random.choice(unknown)
        assert paid.ready is not None
        kind = self.random.choice(("found", "found", "hold", "retry", "unclear"))
        outcome: Accepted | NotSent | Unclear
        if kind == "found":
            outcome = self._accepted(paid, priced=self.random.random() < 0.5)
        elif kind == "unclear":
            outcome, paid.state = Unclear("two may be it"), "unclear"
        elif kind == "hold":  # a list that does not show it proves nothing
            outcome, paid.state = NotSent("not listed", retry=False), "unclear"
        else:
            outcome, paid.state = NotSent("not listed", retry=True), "nothing"
        self.world.db.write(record_batch, Claimer().sequences, [Done(paid.ready, outcome)], self.now, 1)

    def _report(self) -> None:
        """A receipt, with the price or without; some failed and cost a fee."""
        sent = [each for each in self.paid if each.state == "accepted" and each.ready is not None]
        if not sent:
            return
        paid = self.random.choice(sent)
        assert paid.ready is not None
        kind = self.random.choice(("delivered", "undelivered", "price", "price", "failed"))
        price = None
        if kind == "price":
            if paid.known is None:
                self._learn(paid, paid.bill)
            price = paid.known = paid.bill
        elif kind == "failed" and paid.known is None:
            state = self.world.one(
                "SELECT state FROM scheduled_messages WHERE id = :id", id=paid.ready.message_id
            )
            if state == "sent" and not self.dear:
                paid.estimate = paid.bill = FAILED
        status = {"price": "sent", "failed": "delivered" if self.dear else "failed"}.get(kind, kind)
        if kind == "failed" and not self.dear and paid.bill != FAILED:
            status = "delivered"  # what arrived did not fail
        request = paid.ready.request
        message = CarrierMessage(
            self._sid(paid), False, request.sender, request.to, request.body, status,
            30_003 if status == "failed" else None, self.now, self.now, None, price,
        )  # fmt: skip
        self.world.db.write(receive_batch, [message], self.now, 1)

    def _by_hand(self) -> None:
        """Somebody answers in the name of a campaign."""
        id_, parts = self.random.choice(list(self.budgets)), self.random.randint(1, 3)
        cost = Cost("answer", id_, parts, parts * SEGMENT)
        limit = None if self.blind else self.shared

        def ask(connection: Connection) -> int:
            return by_hand.reserve(connection, cost, self.now, daily_budget=limit)

        try:
            outlay = self.world.db.write(ask)
        except OverBudgetError:
            return
        paid = self._pay(id_, parts, None)
        match self.random.choice(("accepted", "refused", "unknown")):
            case "accepted":
                self.world.db.write(by_hand.accepted, outlay, f"SMhand{outlay}", self.now)
                paid.state = "accepted"
            case "refused":
                self.world.db.write(by_hand.refused, outlay, self.now)
                paid.state = "nothing"
            case _:
                paid.state = "unknown"
