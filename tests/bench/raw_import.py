"""The baseline of the import: `csv` and `sqlite3` by hand, with the same numbers accepted and rejected."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import phonenumbers

from tests.bench.raw_sender import connect

_NUMBER = re.compile(r"(?:\+?1)?\D*([2-9]\d\d)\D*([2-9]\d\d)\D*(\d{4})")
_INSERT = (
    "INSERT INTO contacts (workspace_id, number, first_name, last_name, email, city, state, zip, custom,"
    " name_folded, created_at, updated_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (number, workspace_id) DO NOTHING"
)
_BATCH = 5_000


def import_people(file: Path, database: Path, now: int) -> dict[str, int]:
    """Import a file that `tests.bench.people` wrote; returns what was added, rejected and repeated."""
    connection = connect(database)
    counts = {"added": 0, "rejected": 0, "repeated": 0}
    batch: list[tuple[Any, ...]] = []
    for row in _rows(file, counts):
        number, first, last, email, city, state, zip_, source = row
        custom = json.dumps({"source": source}, ensure_ascii=False) if source else "{}"
        folded = f"{first} {last}".strip().casefold()
        batch.append((number, first, last, email, city, state, zip_, custom, folded, now, now))
        if len(batch) == _BATCH:
            counts["added"] += _store(connection, batch)
            batch = []
    counts["added"] += _store(connection, batch)
    connection.close()
    return counts


def _store(connection: sqlite3.Connection, batch: list[tuple[Any, ...]]) -> int:
    connection.execute("BEGIN IMMEDIATE")
    added = connection.executemany(_INSERT, batch).rowcount
    connection.execute("COMMIT")
    return added


def _rows(file: Path, counts: dict[str, int]) -> Iterator[list[str]]:
    exists: dict[str, bool] = {}
    seen: set[str] = set()
    with file.open(encoding="utf-8", newline="") as source:
        reader = csv.reader(source)
        width = len(next(reader))
        for row in reader:
            values = [value.strip() for value in row]
            match = _NUMBER.fullmatch(values[0])
            if match is None or len(values) != width:
                counts["rejected"] += 1
                continue
            prefix = match[1] + match[2]
            good = exists.get(prefix)
            if good is None:
                parsed = phonenumbers.parse(f"+1{prefix}0000")
                good = exists[prefix] = phonenumbers.is_valid_number(parsed)
            if not good:
                counts["rejected"] += 1
                continue
            number = f"+1{prefix}{match[3]}"
            if number in seen:
                counts["repeated"] += 1
                continue
            seen.add(number)
            values[0] = number
            yield values
