"""Backups made while others write, and their way back: stopped, checked, and nothing destroyed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.engine.conftest import OPTIONS
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.clock import VirtualClock
from trd_tui.engine.scheduler import Engine
from trd_tui.services import control as acts
from trd_tui.services.actor import Actor
from trd_tui.services.safekeeping import ConsentError, SafekeepingError, make_backup, restore
from trd_tui.store import audit, backup, control, home, lease
from trd_tui.store.database import Database
from trd_tui.store.errors import DatabaseBusyError, NewerDatabaseError, NotADatabaseError
from trd_tui.store.verify import differences

ANN = Actor.local("ann")
REAL = 1_795_000_000_000
DAY_MS = 86_400_000


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def reopened(world: World) -> World:
    world.close()
    return World(world.file.parent)


def test_a_backup_is_of_one_instant_and_holds_up_no_writer(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.campaign(contacts=50)
    monkeypatch.setattr(backup, "PAGES_A_STEP", 5)
    steps: list[int] = []
    with closing(sqlite3.connect(world.file, timeout=0)) as writer:

        def commit(done: int, _total: int) -> None:
            steps.append(done)
            assert len(steps) < 1_000  # a copy that begins anew with every commit never ends
            writer.execute("UPDATE control SET fence = fence + 1")
            writer.execute("UPDATE campaigns SET sent_count = sent_count + 1")
            writer.commit()

        contents = make_backup(world.url, file, commit)
    assert len(steps) >= 10
    assert steps == sorted(set(steps))  # it never began anew
    assert (contents.campaigns, contents.contacts, contents.sent) == (1, 50, 0)
    assert world.one("SELECT fence FROM control") == len(steps)
    assert world.one("SELECT sent_count FROM campaigns") == len(steps)
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT fence FROM control").fetchone() == (0,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [name for name in names(file.parent) if "backup" in name] == ["backup.db"]


def test_a_backup_never_takes_the_place_of_a_file(world: World, file: Path) -> None:
    file.write_text("a letter")
    with pytest.raises(SafekeepingError, match="exists already; name a new file"):
        make_backup(world.url, file)
    assert file.read_text() == "a letter"


def test_a_damaged_database_makes_no_backup(world: World, file: Path) -> None:
    world.campaign(contacts=50)
    world.close()
    with open(world.file, "r+b") as raw:
        raw.seek(40_000)
        raw.write(os.urandom(20_000))
    with pytest.raises((SafekeepingError, NotADatabaseError), match=rf"{world.file} is damaged"):
        make_backup(world.url, file)
    assert [name for name in names(file.parent) if "backup" in name] == []


@pytest.mark.parametrize("call", [make_backup, lambda url, file: restore(url, file, ANN, REAL)])
def test_on_a_server_its_own_tools_are_named(call: object, file: Path) -> None:
    with pytest.raises(
        SafekeepingError, match=r"trd on db.example is on a PostgreSQL server.*use pg_"
    ) as said:
        call("postgresql://ann:secret@db.example/trd", file)  # type: ignore[operator]
    assert "secret" not in str(said.value)


async def send(world: World, carrier: ListedCarrier, clock: VirtualClock, *, until: int) -> None:
    engine = Engine(world.url, lambda: carrier, clock, OPTIONS, description="test")
    async with asyncio.timeout(30):
        await engine.run(asyncio.Event(), until_idle=True, until=until)


async def start(world: World, clock: VirtualClock) -> None:
    db = Database(world.url)
    assert await acts.start(db, clock, ANN)
    await db.close()


async def test_what_was_restored_sends_nothing_before_a_person_starts_it_and_nothing_twice_that_is_known(
    world: World, file: Path
) -> None:
    clock = VirtualClock.starting(START, jumps=True)
    carrier = ListedCarrier(clock)
    world.campaign(contacts=3, days=(1, 3, 5))
    await send(world, carrier, clock, until=START + DAY_MS)
    make_backup(world.url, file)
    await send(world, carrier, clock, until=START + 3 * DAY_MS)
    assert len(carrier.calls) == 6
    world.close()
    with pytest.raises(
        ConsentError, match="newer: 6 messages sent, 3 contacts and 0 acts against 3, 3 and 0"
    ):
        restore(world.url, file, ANN, REAL)
    done = restore(world.url, file, ANN, REAL, consent=True)
    world = reopened(world)
    state = world.db.read(control.read_control)
    assert (state.stopped, state.by, state.reason) == (True, "system", done.reason)
    assert f"restored from {file}" in done.reason
    assert world.db.read(audit.latest)[0][2:5] == ("ann", ANN.login, "restore")
    assert world.db.read(home.warning) is None
    await send(world, carrier, clock, until=START + 9 * DAY_MS)
    assert len(carrier.calls) == 6
    # The call journal beside it knows of calls that the backup does not: those wait for a person.
    assert world.rows("SELECT state, count(*) FROM scheduled_messages GROUP BY state") == [
        ("held", 3),
        ("sent", 3),
    ]
    await start(world, clock)
    await send(world, carrier, clock, until=START + 9 * DAY_MS)
    assert len(carrier.calls) == 6
    assert world.db.read(differences) == []
    # The former database is whole, stopped, and would be known for what it is.
    assert done.aside is not None
    with closing(sqlite3.connect(done.aside)) as former:
        assert former.execute("SELECT sum(sent_count) FROM campaigns").fetchone() == (6,)
        assert former.execute("SELECT stopped, stopped_at FROM control").fetchone() == (1, REAL)
    world.close()


def test_what_is_in_flight_in_a_backup_is_looked_for_whatever_a_journal_says(
    world: World, file: Path
) -> None:
    world.campaign(contacts=2, days=(1,))
    world.db.write(lease.acquire, "one", "first", REAL, 15_000)
    world.run(
        "UPDATE scheduled_messages SET state = 'sending', attempt_id = '1-1-1', attempts = 1,"
        " fencing_token = 1, attempted_at = 5, recipient = '+1', body = 'x', sender = '+2' WHERE id = 1"
    )
    world.run("UPDATE campaigns SET waiting_count = 1, in_flight_count = 1")
    world.run("UPDATE totals SET waiting_count = 1")
    make_backup(world.url, file)
    world.run("UPDATE leases SET token = 7, owner = NULL")
    world.close()
    restore(world.url, file, ANN, REAL, consent=True)
    world = reopened(world)
    assert world.rows("SELECT state, fencing_token FROM scheduled_messages ORDER BY id") == [
        ("unknown", 0),
        ("scheduled", None),
    ]
    held = world.db.read(lease.read)
    assert (held.token, held.owner) == (7, None)  # above every token that was ever given out here
    assert world.db.read(differences) == []
    world.close()


def test_a_database_in_use_is_not_replaced(world: World, file: Path) -> None:
    world.campaign(contacts=1)
    world.db.write(lease.acquire, "one", "trd run on alpha, process 7", REAL, 15_000)
    make_backup(world.url, file)
    before = world.rows("SELECT * FROM control")
    with pytest.raises(DatabaseBusyError, match=r"trd run on alpha, process 7.*end every TRD that uses it"):
        restore(world.url, file, ANN, REAL, consent=True)
    with pytest.raises(DatabaseBusyError):
        backup.replace(world.file, file, file.with_name("aside"), "test", REAL)
    assert world.rows("SELECT * FROM control") == before
    assert not [name for name in names(file.parent) if "before" in name or "restoring" in name]
    world.close()
    # Nobody has it open any more, so its sender is dead, whatever the lease says.
    assert restore(world.url, file, ANN, REAL, consent=True).aside is not None


def test_a_backup_that_is_damaged_foreign_or_newer_changes_nothing(world: World, file: Path) -> None:
    world.campaign(contacts=50)
    make_backup(world.url, file)
    world.close()
    before = dump(world.file)
    foreign, newer, damaged = (file.with_name(f"{name}.db") for name in ("foreign", "newer", "damaged"))
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE places (url TEXT)")
    people = file.with_name("people.csv")
    people.write_text("phone,first_name\n" + "+12125550100,Ann\n" * 100)
    shutil.copyfile(file, newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    content = file.read_bytes()
    damaged.write_bytes(content[:40_000] + os.urandom(20_000) + content[60_000:])
    for bad, kind, words in (
        (foreign, NotADatabaseError, f"{foreign} is no database of TRD"),
        (people, NotADatabaseError, f"{people} is no database of TRD; name a file that trd backup has made"),
        (newer, NewerDatabaseError, f"{newer} was made by a newer version"),
        (damaged, NotADatabaseError, f"{damaged} is damaged"),
        (world.file, SafekeepingError, "is the database itself"),
        (file.with_name("none"), SafekeepingError, "there is no "),
    ):
        with pytest.raises(kind, match=words):
            restore(world.url, bad, ANN, REAL, consent=True)
    assert dump(world.file) == before
    assert not [name for name in names(file.parent) if "before" in name or "restoring" in name]


def test_a_database_gives_its_place_only_to_a_persons_word(world: World, file: Path) -> None:
    make_backup(world.url, file)  # of a database that holds nothing: it may go unasked
    world.close()
    assert restore(world.url, file, ANN, REAL).aside is not None
    world = reopened(world)
    world.campaign(contacts=2)
    file.unlink()
    make_backup(world.url, file)
    world.close()
    before = dump(world.file)
    with pytest.raises(ConsentError, match=r"\(1 campaign, 2 contacts, 0 messages sent\) gives its place"):
        restore(world.url, file, ANN, REAL)
    assert dump(world.file) == before
    # in the same second as the first one: each former database is kept by a name of its own
    again = restore(world.url, file, ANN, REAL, consent=True).aside
    assert again is not None
    assert (again.name[-2:], again.exists()) == ("-2", True)


def test_a_database_that_is_lost_or_unreadable_comes_back(world: World, file: Path) -> None:
    world.campaign(contacts=2)
    make_backup(world.url, file)
    world.close()
    world.file.write_bytes(b"what the disk has made of it" * 1000)
    wal = Path(f"{world.file}-wal")
    wal.write_bytes(b"x" * 5000)
    with pytest.raises(ConsentError, match=r"is damaged or of another program; --yes puts it aside"):
        restore(world.url, file, ANN, REAL)
    done = restore(world.url, file, ANN, REAL, consent=True)
    assert done.aside is not None
    assert done.aside.read_bytes().startswith(b"what the disk")
    assert Path(f"{done.aside}-wal").read_bytes() == b"x" * 5000
    assert not wal.exists()
    world.file.unlink()
    assert restore(world.url, file, ANN, REAL).aside is None
    world = reopened(world)
    assert world.one("SELECT count(*) FROM contacts") == 2
    world.close()


def test_modes_and_version_follow(world: World, file: Path, tmp_path: Path) -> None:
    """A shared database stays shared; a backup of an older version is brought up to this one."""
    world.campaign(contacts=2)
    make_backup(world.url, file)
    with closing(sqlite3.connect(file)) as connection:
        for later in (
            "ALTER TABLE replies DROP COLUMN opt_out_type",
            "DROP TABLE touch_variants",
            "ALTER TABLE scheduled_messages DROP COLUMN variant",
            "DROP TABLE sessions",
            "ALTER TABLE suppressions DROP COLUMN actor",
            "ALTER TABLE control DROP COLUMN writes",
            "DROP INDEX idx_campaigns_next",
            *(f"ALTER TABLE control DROP COLUMN carrier_{name}" for name in ("trouble", "said", "since")),
            "DROP TABLE campaign_sheets",
            "DROP TABLE idempotent_answers",
            "DROP TABLE tokens",
            "DROP TABLE answers",
            "DROP TABLE conversations",
            "DROP TABLE reply_drafts",
            "DROP INDEX idx_replies_sender",
            "DROP INDEX idx_replies_received_at",
            "DROP INDEX idx_replies_unanswered",
            "ALTER TABLE replies DROP COLUMN answered_at",
            "DROP TABLE spend_days",
            "DROP TABLE outlays",
            "ALTER TABLE control DROP COLUMN price_milli",
            "ALTER TABLE scheduled_messages DROP COLUMN priced",
            "ALTER TABLE scheduled_messages DROP COLUMN spend_day",
            "ALTER TABLE campaigns DROP COLUMN price_milli",
            "ALTER TABLE campaigns DROP COLUMN by_hand_micros",
            "ALTER TABLE campaigns DROP COLUMN priced_micros",
            "ALTER TABLE campaigns DROP COLUMN daily_budget_micros",
            "DROP TABLE outbox",
            "DROP TABLE webhooks",
            "DROP TABLE consents",
            "ALTER TABLE contacts DROP COLUMN doubt",
            "ALTER TABLE enrolments DROP COLUMN recent_sends",
            "ALTER TABLE control DROP COLUMN home",
            "ALTER TABLE control DROP COLUMN heartbeat_at",
            "ALTER TABLE campaigns DROP COLUMN plan_terms",
            "ALTER TABLE campaigns DROP COLUMN brand",
            "ALTER TABLE touches DROP COLUMN removed",
            "DROP INDEX idx_audit_at",
            "DROP INDEX idx_audit_actor",
            "DROP INDEX idx_audit_act",
            "DROP INDEX idx_messages_held",
            "DROP INDEX idx_messages_open",
            "DROP INDEX idx_messages_errors",
            "ALTER TABLE leases DROP COLUMN held_since",
            "DROP INDEX idx_messages_campaign_id",
            "CREATE INDEX idx_messages_campaign_id ON scheduled_messages (campaign_id)",
            "DROP INDEX idx_campaigns_last_activity",
            "DROP INDEX idx_campaigns_created",
            "CREATE INDEX idx_messages_due ON scheduled_messages (campaign_id)",
            "CREATE INDEX idx_messages_sid ON scheduled_messages (sid)",
            "CREATE INDEX idx_messages_contact_sent ON scheduled_messages (contact_id)",
        ):
            connection.execute(later)
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()
    world.close()
    world.file.chmod(0o660)
    restore(world.url, file, ANN, REAL, consent=True)
    assert world.file.stat().st_mode & 0o777 == 0o660
    world = reopened(world)
    assert world.db.read(home.read) is None
    assert world.db.read(differences) == []
    world.close()
