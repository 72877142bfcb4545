"""The input thread: it sleeps until there is something to read, and ends at once when it is told to."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from textual.events import Key
from textual.message import Message

from trd_tui.tui.wire.driver import Ending, PatientDriver


class Reading(PatientDriver):
    """Reads from a pipe instead of a terminal, and keeps what it hands over."""

    def __init__(self, source: int) -> None:
        self.fileno, self._debug, self.exit_event = source, False, Ending()
        self.came: list[str] = []
        self.more = threading.Semaphore(0)

    def process_message(self, message: Message) -> None:
        assert isinstance(message, Key)
        self.came.append(message.key)
        self.more.release()


class Waits:
    """Notes for how long it is asked to wait, and waits."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.asked: list[float | None] = []
        self._select = select.select
        patch.setattr("trd_tui.tui.wire.driver.select.select", self)

    def __call__(self, sources: list[int], to: list[int], odd: list[int], wait: float | None) -> object:
        self.asked.append(wait)
        return self._select(sources, to, odd, wait)


@contextmanager
def reading() -> Iterator[tuple[Reading, int, threading.Thread]]:
    source, keys = os.pipe()
    driver = Reading(source)
    thread = threading.Thread(target=driver.run_input_thread)
    thread.start()
    try:
        yield driver, keys, thread
    finally:
        driver.exit_event.set()
        thread.join(5)
        os.close(source)
    assert not thread.is_alive()


def test_it_waits_for_ever_but_for_a_lone_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = Waits(monkeypatch)
    with reading() as (driver, keys, _thread):
        os.write(keys, b"j")
        assert driver.more.acquire(timeout=5)
        os.write(keys, b"\x1b")  # may be the beginning of an arrow key
        begun = time.monotonic()
        assert driver.more.acquire(timeout=5)
        assert time.monotonic() - begun < 1
        os.write(keys, b"\x1b[")
        os.write(keys, b"A")
        assert driver.more.acquire(timeout=5)
        os.close(keys)  # the terminal is gone: it is readable for ever, and not asked again
    assert driver.came == ["j", "escape", "up"]
    assert all(wait is None or 0 <= wait <= 0.1 for wait in waits.asked)
    assert waits.asked.count(None) >= 3
    assert len(waits.asked) < 12


def test_it_can_begin_again_after_a_while_in_the_shell() -> None:
    with reading() as (driver, keys, thread):
        for _ in range(2):
            driver.exit_event.set()
            thread.join(5)
            assert not thread.is_alive()
            driver.exit_event.clear()
            thread = threading.Thread(target=driver.run_input_thread)
            thread.start()
            os.write(keys, b"k")
            assert driver.more.acquire(timeout=5)
        driver.exit_event.set()
        thread.join(5)
        os.close(keys)
    assert driver.came == ["k", "k"]
