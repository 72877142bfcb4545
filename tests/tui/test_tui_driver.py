"""The input thread: it sleeps until there is something to read, and ends at once when it is told to."""

from __future__ import annotations

import errno
import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from textual.drivers.linux_driver import LinuxDriver
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

    def finite(self) -> list[float]:
        return [wait for wait in self.asked if wait is not None]

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
    with reading() as (driver, keys, thread):
        os.write(keys, b"j")
        assert driver.more.acquire(timeout=5)
        os.write(keys, b"\x1b")  # may be the beginning of an arrow key
        assert driver.more.acquire(timeout=5)
        assert 1 <= len(waits.finite()) <= 3, "it looks again and again whether it is an escape"
        os.write(keys, b"\x1b[")
        os.write(keys, b"A")
        assert driver.more.acquire(timeout=5)
        os.close(keys)  # the terminal is gone
        thread.join(5)
        assert not thread.is_alive()
    assert driver.came == ["j", "escape", "up"]
    assert all(0 <= wait <= 0.1 for wait in waits.finite())
    assert waits.asked.count(None) >= 3
    assert len(waits.asked) < 12


def test_a_terminal_whose_other_side_is_gone_ends_the_input_and_not_the_app(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The signal that says so may come later: a fault would end the app before what is half typed is kept."""

    def read(source: int, size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with reading() as (driver, keys, thread):
        monkeypatch.setattr("trd_tui.tui.wire.driver.os.read", read)
        os.write(keys, b"j")
        thread.join(5)
        monkeypatch.undo()
        os.close(keys)
    assert driver.came == []


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


def test_a_process_that_is_continued_without_having_been_stopped_reads_on_in_one_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line that is lost continues the processes at its end, says the system; one must not outlive that."""
    begun: list[threading.Thread] = []

    def start(self: PatientDriver) -> None:
        self._key_thread = threading.Thread(target=self.run_input_thread)
        self._key_thread.start()
        begun.append(self._key_thread)

    monkeypatch.setattr(LinuxDriver, "start_application_mode", start)
    source, keys = os.pipe()
    driver = Reading(source)
    driver._key_thread = None
    driver.start_application_mode()
    driver.start_application_mode()
    assert [thread.is_alive() for thread in begun] == [False, True]
    os.write(keys, b"k")
    assert driver.more.acquire(timeout=5)
    driver.exit_event.set()
    begun[1].join(5)
    assert not begun[1].is_alive()
    os.close(source)
    os.close(keys)
