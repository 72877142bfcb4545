"""A thread that tells of commits, on both databases."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue

import pytest
from sqlalchemy import Connection, text

from trd_tui.store import commit_rest, commit_watch, control
from trd_tui.store.changes import Changes
from trd_tui.store.commit_watch import CommitWatch
from trd_tui.store.database import SyncDatabase
from trd_tui.store.errors import StoreError
from trd_tui.store.lookout import Lookout
from trd_tui.store.signs import LogSigns, ServerSigns

OpenStore = Callable[[str], SyncDatabase]
LOOKS = 3
MANY = 200


class Watched:
    """A watch whose looks are counted, and what it told."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch, *, resting: float) -> None:
        self.looks: SimpleQueue[None] = SimpleQueue()
        self.told: SimpleQueue[None] = SimpleQueue()
        self.broken: Exception | None = None
        patch.setattr(commit_watch, "FIRST_S", 0)
        patch.setattr(commit_watch, "EVERY_S", 0.001)
        patch.setattr(commit_rest, "EVERY_S", 0.001)
        patch.setattr(commit_rest, "RESTING_S", resting)
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
def watching(url: str, patch: pytest.MonkeyPatch, *, resting: float = 0.001) -> Iterator[Watched]:
    watched = Watched(url, patch, resting=resting)
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


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> SimpleQueue[None]:
    """An entry whenever a watch lies down to sleep until something is written."""
    rests: SimpleQueue[None] = SimpleQueue()
    wait = LogSigns.wait

    def counted(signs: LogSigns, seconds: float) -> bool:
        rests.put(None)
        return wait(signs, seconds)

    monkeypatch.setattr(LogSigns, "wait", counted)
    return rests


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of writes")
def test_nobody_looks_while_nothing_is_written(
    sqlite_url: str, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch, rests: SimpleQueue[None]
) -> None:
    store = open_store(sqlite_url)
    with watching(sqlite_url, monkeypatch, resting=3600) as watched:
        watched.told.get(timeout=10)
        for _ in range(3):
            rests.get(timeout=10)
            for _ in range(watched.looks.qsize()):
                watched.looks.get()
            store.write(control.bump_fence)
            watched.told.get(timeout=10)
        rests.get(timeout=10)
        assert 1 <= watched.looks.qsize() < MANY
    assert rests.empty(), "its end wakes it"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of writes")
def test_where_no_sign_comes_it_looks_all_the_time(
    sqlite_url: str, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch, rests: SimpleQueue[None]
) -> None:
    store = open_store(sqlite_url)
    monkeypatch.setattr(LogSigns, "any", lambda _signs: False)
    with watching(sqlite_url, monkeypatch) as watched:
        watched.told.get(timeout=10)
        rests.get(timeout=10)
        store.write(control.bump_fence)
        assert watched.tells()
        while not rests.empty():
            rests.get()
        store.write(control.bump_fence)
        assert watched.tells()
        assert rests.empty(), "it sleeps no more"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of writes")
def test_a_database_that_is_back_is_slept_beside_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, rests: SimpleQueue[None]
) -> None:
    with watching(sqlite_url, monkeypatch) as watched:
        assert watched.tells()
        watched.broken = StoreError("the disk is gone")
        assert watched.tells()
        while not rests.empty():
            rests.get()
        watched.broken = None
        assert watched.tells()
        rests.get(timeout=10)


def test_one_that_never_began_can_be_closed(database_url: str) -> None:
    CommitWatch(database_url, lambda: None).close()


def test_an_idle_app_on_a_server_sleeps_until_it_is_told(
    postgres_url: str, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(postgres_url)
    rests: SimpleQueue[None] = SimpleQueue()
    wait = ServerSigns.wait

    def counted(signs: ServerSigns, seconds: float) -> bool:
        rests.put(None)
        return wait(signs, seconds)

    monkeypatch.setattr(ServerSigns, "wait", counted)
    with watching(postgres_url, monkeypatch, resting=3600) as watched:
        watched.told.get(timeout=10)
        for change in (control.bump_fence, _end_all_others):  # and then its own connection is gone
            rests.get(timeout=10)
            with suppress(StoreError):
                store.write(change)
            watched.told.get(timeout=10)
        watched.told.get(timeout=10)  # it is back
        rests.get(timeout=10)
        store.write(control.bump_fence)
        watched.told.get(timeout=10)
        rests.get(timeout=10)
    assert rests.empty(), "its end wakes it"


def _end_all_others(connection: Connection) -> None:
    connection.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )


@pytest.mark.parametrize("loses", ["DISCARD ALL", "UNLISTEN *"])
def test_where_a_server_tells_no_more_everybody_looks_again(
    postgres_url: str, open_store: OpenStore, loses: str
) -> None:
    store, changes, lookout = open_store(postgres_url), Changes(postgres_url), Lookout(postgres_url)
    try:
        for looking in (changes, lookout):
            with looking._asking() as cursor:
                cursor.execute(loses)
        tokens = []
        for _ in range(3):
            tokens.append(changes.token())
            lookout.look()
            assert lookout.changes is None
            store.write(control.bump_fence)
        assert len(set(tokens)) == 3
        assert not changes.is_told
        with pytest.raises(OSError, match="tells this connection of nothing"):
            changes.signs()
    finally:
        changes.close()
        lookout.close()
