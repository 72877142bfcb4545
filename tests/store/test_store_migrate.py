from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from tests.support.databases import OpenStore
from tests.support.world import START, World
from trd_tui.carriers.protocol import Rejected
from trd_tui.domain.failures import FailureClass
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.ready import Done, NotSent, Unclear
from trd_tui.engine.recording import record_batch
from trd_tui.store import lease, migrate, verify
from trd_tui.store.errors import NewerDatabaseError, NotADatabaseError
from trd_tui.store.migrate import HEAD, ensure_schema, stored_revision
from trd_tui.store.schema import metadata

SEVERAL = "the carrier lists several messages that may be it: SM1, SM2"
UNSEEN_COLUMNS = ("contact_id", "message_id", "attempt_id", "tried_at")
_POSTGRES_CATALOGUE = (
    "SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable || ' '"
    " || coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
)


def catalogue(connection: Connection) -> dict[str, str]:
    """Every table, column, constraint and index as the database itself describes it."""
    statements = (
        ("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL",)
        if connection.dialect.name == "sqlite"
        else _POSTGRES_CATALOGUE
    )
    found = {row[0]: row[1] for statement in statements for row in connection.execute(text(statement))}
    # SQLite keeps a table's text as it was written, and an added column is written without a new line.
    return {
        name: " ".join(said.split())
        for name, said in found.items()
        if "alembic_version" not in f"{name} {said}"
    }


def test_the_last_migration_is_the_revision_that_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_migrations_make_the_tables_of_the_schema_on_sqlite(
    sqlite_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    plain = open_store(f"sqlite:///{tmp_path / 'plain.db'}")
    plain.write(metadata.create_all)
    assert open_store(sqlite_url).read(catalogue) == plain.read(catalogue)


def test_migrations_make_the_tables_of_the_schema_on_postgresql(
    postgres_url: str, empty_postgres_url: str, open_store: OpenStore
) -> None:
    plain = open_store(empty_postgres_url)
    plain.write(metadata.create_all)
    migrated = open_store(postgres_url).read(catalogue)
    assert len(migrated) > 100
    assert migrated == plain.read(catalogue)


def test_sqlite_tables_are_strict_and_the_required_indexes_exist(
    sqlite_url: str, open_store: OpenStore
) -> None:
    found = open_store(sqlite_url).read(catalogue)
    tables = {name: said for name, said in found.items() if name.startswith("table ")}
    assert len(tables) == len(metadata.tables)
    assert all(said.rstrip().endswith("STRICT") for said in tables.values())
    for index in (
        "idx_campaigns_status",
        "idx_campaigns_user_id",
        "idx_messages_campaign_id",
        "idx_messages_scheduled_for",
    ):
        assert f"index {index}" in found


def test_a_database_that_is_up_to_date_is_recognised_without_alembic(sqlite_url: str) -> None:
    program = (
        "import sys; from trd_tui.store.migrate import ensure_schema;"
        f" ensure_schema({sqlite_url!r}); print('alembic' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_processes_that_create_one_database_at_once_wait_for_each_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'trd.db'}"
    program = f"from trd_tui.store.migrate import ensure_schema; ensure_schema({url!r})"
    running = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]


def test_creating_twice_changes_nothing(empty_postgres_url: str, open_store: OpenStore) -> None:
    ensure_schema(empty_postgres_url)
    ensure_schema(empty_postgres_url)
    assert open_store(empty_postgres_url).read(stored_revision) == HEAD


def test_a_newer_database_is_refused_and_left_alone(database_url: str, open_store: OpenStore) -> None:
    store = open_store(database_url)
    store.write(
        lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    with pytest.raises(
        NewerDatabaseError, match=r"newer version of TRD \(revision 9999.*pip install --upgrade"
    ):
        ensure_schema(database_url)
    assert store.read(stored_revision) == "9999"


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE places (url TEXT)")
    other.close()
    with pytest.raises(NotADatabaseError, match=r"tables of another program \(places, \.\.\.\)"):
        ensure_schema(f"sqlite:///{file}")
    other = sqlite3.connect(file)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("places",)]
    other.close()


def test_a_new_database_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "trd.db"
    ensure_schema(f"sqlite:///{file}")
    assert file.stat().st_mode & 0o777 == 0o600


BEFORE_UNSEEN = (
    "DROP INDEX idx_campaigns_next",
    "DROP INDEX idx_outlays_unseen",
    *(f"ALTER TABLE control DROP COLUMN carrier_{name}" for name in ("trouble", "said", "since")),
    *(f"ALTER TABLE outlays DROP COLUMN {name}" for name in UNSEEN_COLUMNS),
)


def test_what_was_held_unseen_before_counts_from_the_migration_on(
    tmp_path: Path, database_url: str, open_store: OpenStore
) -> None:
    """Of three that are held nobody knows the fate of two; one of these counted for budgets already."""
    world = World(tmp_path, url=database_url)
    world.db.write(lease.acquire, "us", "test", 1, 2**50)
    world.campaign(contacts=3, days=(1,))
    claimer = Claimer()
    batch = world.db.write(claimer.claim, token=1, now=START, real=1, slots=9, horizon_ms=1_000).batch
    refused = Rejected(30_034, FailureClass.CONTENT, "no")
    outcomes: list[NotSent | Unclear | Rejected] = [
        NotSent("the carrier does not list it after 3 looks", retry=False),
        Unclear(SEVERAL),
        refused,
    ]
    done = [Done(ready, outcome) for ready, outcome in zip(batch, outcomes, strict=True)]
    world.db.write(record_batch, claimer.sequences, done, START, 1)
    kept = "SELECT contact_id, message_id, attempt_id, tried_at FROM outlays ORDER BY message_id"
    as_now = world.rows(kept)
    assert (len(as_now), world.db.read(verify.differences, 1)) == (2, [])
    cost = world.one("SELECT min(cost_micros) FROM outlays")
    world.run("DELETE FROM outlays WHERE message_id = (SELECT min(message_id) FROM outlays)")
    world.run("UPDATE campaigns SET by_hand_micros = by_hand_micros - :cost", cost=cost)
    world.run("UPDATE spend_days SET spent_micros = spent_micros - :cost", cost=cost)
    for statement in (*BEFORE_UNSEEN, "UPDATE alembic_version SET version_num = '0022'"):
        world.run(statement)
    world.close()
    ensure_schema(database_url)
    store = open_store(database_url)
    assert [tuple(row) for row in store.read(lambda c: c.exec_driver_sql(kept).all())] == as_now
    assert store.read(verify.differences, 1) == []


def test_answers_of_before_the_outlays_are_paid_by_them(tmp_path: Path, open_store: OpenStore) -> None:
    """What they have cost counts once, before and after; of what is under way it stays reserved."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    ensure_schema(url)
    back = (
        *BEFORE_UNSEEN,
        "ALTER TABLE suppressions DROP COLUMN actor",
        "ALTER TABLE control DROP COLUMN writes",
        "DROP TABLE reply_drafts",
        "ALTER TABLE answers DROP COLUMN outlay_id",
        "ALTER TABLE answers ADD COLUMN cost_micros INTEGER DEFAULT 0 NOT NULL",
        *(f"DROP INDEX idx_audit_{name}" for name in ("at", "actor", "act")),
        "UPDATE alembic_version SET version_num = '0018'",
        "INSERT INTO campaigns (id, name, name_folded, sender, timezone, send_time, window_days, window_from,"
        " window_to, created_at, last_activity_at, cost_micros, reserved_micros)"
        " VALUES ('camp_1', 'A', 'a', '+1', 'UTC', 1, 1, 1, 1, 1, 1, 12, 5)",
        "INSERT INTO answers (number, campaign_id, sender, body, state, attempt_id, attempted_at,"
        " cost_micros, sid, sent_at, actor, login, created_at, updated_at) VALUES"
        " ('+1', 'camp_1', '+2', 'x', 'delivered', 'a', 5, 12, 'SM1', 5, 'ann', 'ann', 5, 5),"
        " ('+1', 'camp_1', '+2', 'x', 'unknown', 'b', 5, 5, NULL, NULL, 'ann', 'ann', 5, 5),"
        " ('+1', NULL, '+2', 'x', 'failed', 'c', 5, 3, NULL, NULL, 'ann', 'ann', 5, 5)",
    )
    with closing(sqlite3.connect(tmp_path / "old.db")) as raw, raw:
        for statement in back:
            raw.execute(statement)
    ensure_schema(url)
    store = open_store(url)
    paid = (
        "SELECT a.attempt_id, o.state, o.cost_micros, o.sid FROM answers a"
        " JOIN outlays o ON o.id = a.outlay_id"
    )
    assert [tuple(row) for row in store.read(lambda c: c.exec_driver_sql(paid).all())] == [
        ("a", "spent", 12, "SM1"),
        ("b", "reserved", 5, None),
        ("c", "free", 3, None),
    ]
    sums = "SELECT cost_micros, reserved_micros, by_hand_micros FROM campaigns"
    assert tuple(store.read(lambda c: c.exec_driver_sql(sums).one())) == (0, 0, 17)
    wrong = store.read(verify.differences, real=0)
    assert [each for each in wrong if "the total of" not in each] == []
