"""A list as it is shown, as a CSV file: read a page at a time, whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from trd_tui.domain.instants import iso
from trd_tui.services.export import harmless
from trd_tui.services.export_files import ExportRefusedError, made, whole_or_not_at_all

List = Literal["contacts", "replies", "activity", "timeline"]

COLUMNS: dict[List, tuple[str, ...]] = {
    "contacts": (
        *("number", "first_name", "last_name", "company", "status", "sent_count", "touches_planned"),
        *("last_touch", "last_state", "last_at", "next_touch", "next_at", "next_state", "reason"),
    ),
    "replies": ("at", "number", "name", "touch", "kind", "counted", "answered_at", "body"),
    "activity": ("at", "actor", "login", "act", "before", "after"),
    "timeline": ("date", "hour", "touch", "state", "messages", "segments", "cost_usd"),
}
"""What each row holds, in the order of the file."""

_INSTANTS = frozenset({"at", "last_at", "next_at", "answered_at"})

Page = Callable[[int], Awaitable[tuple[Sequence[Any], int]]]
"""Offset -> rows from there on, and how many there are in all."""


async def write_list(
    what: List, folder: Path, name: str, page: Page, progress: Callable[[int, int], None]
) -> int:
    """Write a list into a new file for its owner only; returns how many rows.

    Args:
        what: which list.
        folder: where; made if it is not there.
        name: of the file.
        page: reads the list.
        progress: told after every page how many are written, of how many; what it raises ends the export
            and leaves no file.

    Raises:
        ExportRefusedError: the file cannot be written.
    """
    done = 0
    try:
        with whole_or_not_at_all(made(folder), name) as (_, out):
            writer = csv.writer(out)
            writer.writerow(COLUMNS[what])
            total = 1
            while done < total:
                rows, total = await page(done)
                if not rows:
                    break
                writer.writerows(_values(what, row) for row in rows)
                done += len(rows)
                progress(done, total)
    except OSError as error:
        raise ExportRefusedError(f"{folder} cannot be written ({error.strerror}); make room there") from error
    return done


def _values(what: List, row: Any) -> list[object]:
    if isinstance(row, (list, tuple)):
        return list(row)
    return [_plain(name, getattr(row, name)) for name in COLUMNS[what]]


def _plain(name: str, value: Any) -> object:
    if name in _INSTANTS:
        return iso(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    return harmless(name, value)
