"""A thread that tells of commits, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

import pytest

from trd_tui.store import commit_watch, control
from trd_tui.store.changes import Changes
from trd_tui.store.commit_watch import CommitWatch
from trd_tui.store.database import SyncDatabase
from trd_tui.store.errors import StoreError

OpenStore = Callable[[str], SyncDatabase]
LOOKS = 3


class Watched:
    """A watch whose looks are counted, and what it told."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        self.looks: SimpleQueue[None] = SimpleQueue()
        self.told: SimpleQueue[None] = SimpleQueue()
        self.broken: Exception | None = None
        patch.setattr(commit_watch, "FIRST_S", 0)
        patch.setattr(commit_watch, "EVERY_S", 0.001)
        token = Changes.token

        def counted(changes: Changes) -> int:
            self.looks.put(None)
            if self.broken:
                raise self.broken
            return token(changes)

        patch.setattr(Changes, "token", counted)
        self.watch = CommitWatch(url, lambda: self.told.put(None))

    def tells(self) -> bool:
        """Whether it tells of something once, and of nothing in the looks that follow."""
        self.told.get(timeout=10)
        return self.is_silent()

    def is_silent(self) -> bool:
        """Whether some looks bring nothing."""
        while not self.looks.empty():
            self.looks.get()
        for _ in range(LOOKS):
            self.looks.get(timeout=10)
        try:
            self.told.get_nowait()
        except Empty:
            return True
        return False


@contextmanager
def watching(url: str, patch: pytest.MonkeyPatch) -> Iterator[Watched]:
    watched = Watched(url, patch)
    watched.watch.start()
    yield watched
    watched.watch.close()


def test_each_change_is_told_once(
    database_url: str, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(database_url)
    with watching(database_url, monkeypatch) as watched:
        assert watched.tells(), "the first look tells of what was there before"
        for _ in range(3):
            store.write(control.bump_fence)
            assert watched.tells()


@pytest.mark.parametrize("fault", [StoreError("the disk is gone"), RuntimeError("nobody thought of it")])
def test_a_database_that_cannot_be_asked_is_told_of_once_and_so_is_its_return(
    database_url: str, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    with watching(database_url, monkeypatch) as watched:
        assert watched.tells()
        watched.broken = fault
        assert watched.tells()
        watched.broken = None
        assert watched.tells()


def test_one_that_never_began_can_be_closed(database_url: str) -> None:
    CommitWatch(database_url, lambda: None).close()
