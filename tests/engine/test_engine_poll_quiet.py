"""A poll that brings no news writes nothing: every write wakes whoever watches the database."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from trd_tui.engine.asking import Asking
from trd_tui.engine.gate import Gate
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.poll import NOTE_EVERY_MS, OVERLAP_MS, Poller


class Noted:
    """A store that knows how far polls have come, and counts how often that was written."""

    def __init__(self) -> None:
        self.until = 0
        self.writes = 0

    async def read(self, _statement: object) -> int:
        return self.until

    async def write(self, _statement: object, until: int) -> None:
        self.until = until
        self.writes += 1


class Quiet:
    """A carrier that has nothing to tell, and remembers from when on it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def changes(self, since: int) -> list[Any]:
        self.asked.append(since)
        return []


def poller_at(real: Callable[[], int], store: Noted) -> Poller:
    """A poller without an engine around it."""

    async def all_recorded() -> None:
        pass

    asking = Asking(cast("Any", store), Gate(cast("Any", None)))
    dispatcher = SimpleNamespace(all_recorded=all_recorded, in_flight=0, last_sent_real=0, asking=asking)
    means = SimpleNamespace(
        store=store, carrier=Quiet(), clock=SimpleNamespace(real=real, speed=1.0), options=EngineOptions(),
        complain=lambda _: None,
    )  # fmt: skip
    return Poller(*cast("tuple[Any, ...]", (means, dispatcher)))


async def test_quiet_polls_write_how_far_they_have_come_twice_a_minute() -> None:
    now, store = 1_700_000_000_000, Noted()
    poller = poller_at(lambda: now, store)
    for _ in range(120):
        await poller.poll()
        now += 500
    assert store.writes == 2
    assert now - store.until <= OVERLAP_MS + NOTE_EVERY_MS + 500


async def test_no_answer_is_passed_over_when_the_clock_is_set_back() -> None:
    """A clock that ran an hour fast is put right: what came since is older than what polls have read."""
    now, store = 1_700_003_600_000, Noted()
    poller = poller_at(lambda: now, store)
    await poller.poll()
    now -= 3_600_000
    await poller.poll()
    assert cast("Quiet", poller.carrier).asked[-1] == now - OVERLAP_MS
    # an app that is opened hours later goes on from there
    assert store.until == now - OVERLAP_MS


async def test_what_begins_to_be_sent_quickens_the_polls_at_once() -> None:
    """An app that was opened just before a start must not hear of the first answers half a minute later."""
    now = 1_700_000_000_000
    poller = poller_at(lambda: now, Noted())
    assert poller.due_in() == 0, "nobody has asked yet"
    await poller.poll()
    now += 6_000
    assert poller.due_in() > 0
    poller.dispatcher.last_sent_real = now
    assert poller.due_in() == 0
    await poller.poll()
    assert poller.due_in() > 0
    now += 5_000
    assert poller.due_in() == 0
    await poller.poll()
    now -= 3_600_000
    assert poller.due_in() == 0, "the system's clock was set back"
