"""The simulated carrier's own book: which texts it took, what became of them, who answered.

It stands in a file of its own, because it plays the other party: the product must find out by asking
what the carrier knows, also after the product was killed. Plain ``sqlite3`` on purpose, in the caller's
thread: a helper thread would fight the event loop for the interpreter lock at every row.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from trd_tui.beside import open_beside
from trd_tui.carriers.protocol import CarrierListError, CarrierMessage
from trd_tui.carriers.simulated_rows import (
    COLUMNS,
    COMING,
    INSERT,
    MATURE,
    SCHEMA,
    Entry,
    message_of,
    sid_of,
)

GROUP = 256
"""Rows that may wait for a common commit."""

_RUN_BITS = 40


class SimulatedLedger:
    """One open ledger file.

    Args:
        path: the file; made with its folder when missing.
        real: the real clock, milliseconds since the epoch.

    Raises:
        CarrierListError: the file cannot be opened or is not a ledger.
    """

    def __init__(self, path: Path, real: Callable[[], int]) -> None:
        self.path = path
        self._real = real
        self._waiting: list[tuple[object, ...]] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(open_beside(path, os.O_CREAT | os.O_RDWR))
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._open()
        except (sqlite3.Error, OSError) as error:
            raise CarrierListError(f"the simulated carrier cannot open its ledger {path}: {error}") from error

    def _open(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing with NORMAL; only a power cut could, and this is a simulation.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        self._db.execute("BEGIN IMMEDIATE")
        # Rows of an earlier run: whoever waited for their answers may have died before reading them.
        self._db.execute(
            "UPDATE messages SET change = updated_at WHERE change IS NULL AND status <> ?", (COMING,)
        )
        run = self._db.execute("INSERT INTO runs DEFAULT VALUES RETURNING number").fetchone()[0]
        self._change: int = self._db.execute("SELECT coalesce(max(change), 0) FROM messages").fetchone()[0]
        self._db.execute("COMMIT")
        # The run's number goes into the key, so that two processes never give out the same id.
        self._seq: int = run << _RUN_BITS
        self.durable = self._seq

    def add(self, entry: Entry) -> tuple[int, str]:
        """Take down a text; it is durable once :attr:`durable` has reached the returned number.

        Returns:
            Its number in this ledger and its id.
        """
        self._seq += 1
        real = self._real()
        untold = self._next_change() if entry.untold else None
        self._waiting.append(
            (
                self._seq,
                entry.mark,
                int(entry.inbound),
                entry.sender,
                entry.to,
                entry.service,
                entry.body,
                entry.attempt_id,
                entry.segments,
                entry.accepted_at,
                real,
                real,
                COMING if entry.inbound else "sent",
                untold,
                entry.next_at,
                entry.next_status,
                entry.next_error,
            )
        )
        return self._seq, sid_of(entry.mark, self._seq)

    @property
    def full(self) -> bool:
        """Whether a group is ready to be committed."""
        return len(self._waiting) >= GROUP

    def flush(self) -> None:
        """Commit all that waits, in one transaction.

        Raises:
            sqlite3.Error: it could not be written; it goes on waiting.
        """
        if not self._waiting:
            return
        last = self._seq
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(INSERT, self._waiting)
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._waiting.clear()
        self.durable = last

    def mature(self, now: int, limit: int) -> int:
        """Let up to ``limit`` pending statuses and answers whose campaign instant has come happen.

        Returns:
            How many happened.
        """
        due = self._db.execute("SELECT 1 FROM messages WHERE next_at <= ? LIMIT 1", (now,)).fetchone()
        if due is None:
            return 0
        given = {"real": self._real(), "change": self._next_change(), "now": now, "limit": limit}
        self._db.execute("BEGIN IMMEDIATE")
        try:
            happened = self._db.execute(MATURE, given).rowcount
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return happened

    def changed_after(
        self, change: int, seq: int, limit: int
    ) -> list[tuple[tuple[int, int], CarrierMessage]]:
        """Untold changes after a place (change instant, row), oldest first, each with its own place."""
        rows = self._db.execute(
            f"SELECT {COLUMNS}, change FROM messages WHERE change IS NOT NULL AND (change, seq) > (?, ?)"
            " ORDER BY change, seq LIMIT ?",
            (change, seq, limit),
        )
        return [((row[-1], row[0]), message_of(row)) for row in rows]

    def sent_to(self, number: str, since: int) -> list[CarrierMessage]:
        """Texts to a number since a real instant, newest first."""
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM messages WHERE to_number = ? AND inbound = 0 AND created_at >= ?"
            " ORDER BY seq DESC",
            (number, since),
        )
        return [message_of(row) for row in rows]

    def fetch(self, sid: str) -> CarrierMessage | None:
        """One message by its id."""
        try:
            seq = int(sid[-16:], 16)
        except ValueError:
            return None
        row = self._db.execute(
            f"SELECT {COLUMNS} FROM messages WHERE seq = ? AND status <> ?", (seq, COMING)
        ).fetchone()
        return message_of(row) if row is not None and sid_of(row[1], seq) == sid else None

    def next_at(self) -> int | None:
        """Campaign instant of the earliest pending status or answer."""
        instant: int | None = self._db.execute(
            "SELECT min(next_at) FROM messages WHERE next_at IS NOT NULL"
        ).fetchone()[0]
        return instant

    def has_changes(self) -> bool:
        """Whether there is any change that no answer has told."""
        return (
            self._db.execute("SELECT 1 FROM messages WHERE change IS NOT NULL LIMIT 1").fetchone() is not None
        )

    def answers(self) -> list[tuple[str, str, str, int]]:
        """All answers, come or coming: our number, the contact's, the text, the campaign instant."""
        rows = self._db.execute(
            "SELECT to_number, sender, body, coalesce(next_at, accepted_at) FROM messages WHERE inbound = 1"
            " ORDER BY seq"
        )
        return list(rows)

    def count_to(self, numbers: Sequence[str]) -> dict[str, int]:
        """How many texts each of these numbers got."""
        counts = {}
        for number in numbers:
            counts[number] = self._db.execute(
                "SELECT count(*) FROM messages WHERE to_number = ? AND inbound = 0", (number,)
            ).fetchone()[0]
        return counts

    def close(self) -> None:
        """Commit what waits and close the file."""
        try:
            self.flush()
        finally:
            self._db.close()

    def _next_change(self) -> int:
        # Strictly rising even when the system's clock is set back: a poll must never miss a change.
        self._change = max(self._change + 1, self._real())
        return self._change
