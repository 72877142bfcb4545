"""What the other party (Twilio's peer, the simulated carrier) has written down, as it stands on disk."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple


class Accepted(NamedTuple):
    """A text that the carrier took; instants are real, in epoch milliseconds.

    ``asked_at`` is when the request came in, ``key`` which sender's it was; a simulated one knows neither.
    """

    sid: str
    number: str
    body: str
    at: int
    asked_at: int
    key: str


@dataclass(slots=True)
class Book:
    """Everything a carrier has written down so far.

    Attributes:
        accepted: texts that it took, oldest first.
        not_taken: number and text of creates that came in and were not taken, with how often.
        received: creates that came in, by key.
        refused: number and carrier's code of refusals for good.
        answered: numbers that have written to us, with the instant of the first time.
        undelivered: numbers with a text that was accepted and did not arrive.
        finals: the final status of each text that has one by now, by the carrier's id.
    """

    accepted: list[Accepted] = field(default_factory=list)
    not_taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    refused: set[tuple[str, int]] = field(default_factory=set)
    answered: dict[str, int] = field(default_factory=dict)
    undelivered: set[str] = field(default_factory=set)
    finals: dict[str, str] = field(default_factory=dict)


class PeerLedger:
    """The peer's file, read on from where it was read to."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = 0
        self._book = Book()

    def book(self) -> Book:
        """What it holds by now."""
        if self._file.exists():
            with self._file.open("rb") as lines:
                lines.seek(self._read)
                # The last line may still be being written.
                whole, _, _ = lines.read().rpartition(b"\n")
            if whole:
                self._read += len(whole) + 1
                for line in whole.splitlines():
                    self._take(json.loads(line))
        return self._book

    def _take(self, line: dict[str, Any]) -> None:
        book = self._book
        match line["event"]:
            case "create":
                accepted = Accepted(
                    line["sid"], line["to"], line["body"], line["created_at"], line["asked_at"], line["key"]
                )
                book.accepted.append(accepted)
                book.received[accepted.key] += 1
                if line["error_code"] is not None:
                    book.undelivered.add(accepted.number)
            case "inbound":
                book.answered.setdefault(line["sender"], line["created_at"])
            case "refused":
                book.received[line["key"]] += 1
                book.not_taken[line["form"]["To"], line["form"]["Body"]] += 1
                book.refused.add((line["form"]["To"], line["code"]))
            case "fault":
                book.received[line["key"]] += 1
                book.not_taken[line["form"]["To"], line["form"]["Body"]] += 1


class SimulatedBook:
    """The simulated carrier's file, read with plain sqlite3."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def book(self) -> Book:
        """What it holds by now."""
        book = Book()
        for mark, seq, inbound, sender, to, body, at, status in self._rows():
            if not inbound:
                sid = f"SM{mark}{seq:016x}"
                book.accepted.append(Accepted(sid, to, body, at, at, ""))
                book.received[""] += 1
                if status != "sent":
                    book.finals[sid] = status
                if status in ("failed", "undelivered"):
                    book.undelivered.add(to)
            elif status != "coming":
                book.answered.setdefault(sender, at)
        return book

    def _rows(self) -> Sequence[tuple[Any, ...]]:
        if not self._file.exists():
            return []
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=10)) as connection:
            try:
                return connection.execute(
                    "SELECT mark, seq, inbound, sender, to_number, body, created_at, status FROM messages"
                    " ORDER BY created_at, seq"
                ).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):  # the first victim has only begun to make it
                    return []
                raise
