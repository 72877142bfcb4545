"""Who is told that something was written, and who is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from trd_tui.store import control, lease, receive
from trd_tui.store.changes import Changes
from trd_tui.store.database import Database, SyncDatabase
from trd_tui.store.driver import execute_many, fetch_all
from trd_tui.store.lookout import Lookout

OpenStore = Callable[[str], SyncDatabase]
Write = Callable[[Connection], object]

ADD = text(
    "INSERT INTO suppressions (workspace_id, number, reason, source, created_at)"
    " VALUES (1, :number, 'stop', 'test', 0)"
)
GIVE = text("UPDATE control SET fence = fence + 1 WHERE id = :id RETURNING fence")
MISS = text("UPDATE control SET fence = 9 WHERE id = 7")


def took(connection: Connection) -> None:
    lease.acquire(connection, "me", "a test", 0, 60_000)


def some_rows(connection: Connection) -> None:
    control.bump_fence(connection)


WRITES: dict[str, tuple[bool, Write]] = {
    "a statement": (True, some_rows),
    "rows that are answered": (True, lambda each: fetch_all(each, GIVE, {"id": 1})),
    "many rows": (True, lambda each: execute_many(each, ADD, [{"number": "+1212555010" + n} for n in "12"])),
    "no row": (False, lambda each: each.execute(MISS)),
    "a look": (False, lambda each: each.execute(text("SELECT * FROM control")).all()),
    "a lease renewed": (False, lambda each: lease.renew(each, "me", 1, 1, 60_000, downtime_ms=1_000)),
    "a mark moved": (False, lambda each: receive.set_polled_until(each, 5)),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_change_is_told_of_and_a_sign_of_life_is_not(
    database_url: str, open_store: OpenStore, what: str
) -> None:
    is_told, write = WRITES[what]
    store = open_store(database_url)
    for begun in (some_rows, took):
        store.write(begun)
    with_changes, lookout = Changes(database_url), Lookout(database_url)
    before = with_changes.token()
    lookout.look()
    seen = lookout.changes
    store.write(write)
    lookout.look()
    assert (with_changes.token() != before) == is_told
    assert (lookout.changes != seen) == is_told
    with_changes.close()
    lookout.close()


async def test_the_asyncio_side_tells_as_well(database_url: str) -> None:
    db = Database(database_url)
    changes = Changes(database_url)
    before = changes.token()
    await db.read(control.read_control)
    assert changes.token() == before
    await db.write(control.bump_fence)
    assert changes.token() != before
    for held in (True, False):
        await (db.write(control.stop, "ann", None, 1) if held else db.write(control.start))
        changes.token()
        assert changes.stopped is held
    changes.close()
    await db.close()


def test_what_was_taken_back_is_not_told_of(database_url: str, open_store: OpenStore) -> None:
    store = open_store(database_url)
    changes = Changes(database_url)
    before = changes.token()

    def fails(connection: Connection) -> None:
        control.bump_fence(connection)
        raise LookupError

    with pytest.raises(LookupError):
        store.write(fails)
    assert changes.token() == before
    changes.close()
