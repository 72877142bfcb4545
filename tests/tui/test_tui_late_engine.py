"""The scheduler begins behind the first rows, once, and not at all where the app was left before."""

from __future__ import annotations

import threading

from tests.support.real_desk import RestingEngine
from trd_tui.engine.state import Role
from trd_tui.tui.service_desk.late_engine import LateEngine


def test_it_begins_when_rows_are_there_and_then_the_rest_is_imported() -> None:
    begun, rest = threading.Event(), threading.Event()

    class Made(RestingEngine):
        def start(self) -> None:
            begun.set()

    late = LateEngine(Made, then=rest.set)
    late.start()
    assert late.state().role is Role.STARTING
    late.begin_now()
    assert rest.wait(10)
    assert begun.is_set()
    assert late.state().role is Role.SENDING
    assert late.stop()


def test_who_leaves_before_that_starts_nothing() -> None:
    made: list[RestingEngine] = []

    def make() -> RestingEngine:
        made.append(RestingEngine())
        return made[-1]

    late = LateEngine(make, then=lambda: None)
    late.start()
    assert late.stop()
    assert made == []


def test_one_that_cannot_be_made_is_said_to_have_ended() -> None:
    ended = threading.Event()

    def make() -> RestingEngine:
        raise ImportError("no such module")

    late = LateEngine(make, then=ended.set)
    told = threading.Event()
    late.told = told.set
    late.start()
    late.begin_now()
    assert ended.wait(10)
    assert told.is_set(), "nothing is written that would tell of it"
    state = late.state()
    assert state.role is Role.ENDED
    assert "no such module" in (state.last_error or "")
    assert late.stop()
