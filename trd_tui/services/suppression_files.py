"""The do-not-contact list from and to a CSV file, streamed."""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.instants import iso
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.contact_file import REASON, ContactFile
from trd_tui.services.contact_rows import RowError, surplus_values
from trd_tui.services.export_files import whole_or_not_at_all
from trd_tui.services.import_views import RejectedRow, kind_of_reason
from trd_tui.services.quoted_lines import LineReader
from trd_tui.services.rejects import RejectsFile, is_rejection
from trd_tui.services.seen import SeenNumbers
from trd_tui.services.suppressions import CHUNK, checked_reason, put_on_list
from trd_tui.store import audit, suppressions
from trd_tui.store.database import Database

COLUMNS = ("phone", "reason", "source", "since")
"""What an export holds; an import reads the first two of them."""

_SHOWN = 20
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class ListImport:
    """What an import of the list did.

    Attributes:
        file: the file's name.
        rows: rows read.
        added: numbers that are new on the list.
        known: rows whose number was on it, or stood in the file before.
        rejected: rows that hold no number.
        ended: sequences that ended by it.
        cancelled: it was stopped; what was read until then is on the list.
        reasons: rejected rows by what is wrong with them.
        dry_run: nothing was stored; it says what would happen.
        rejects: the first rejected rows.
        rejects_file: where all of them were written, if a place was named and there were any.
        empty: rows beside those, of nothing but separators.
    """

    file: str
    rows: int
    added: int
    known: int
    rejected: int
    ended: int
    cancelled: bool
    reasons: Mapping[str, int]
    dry_run: bool
    rejects: tuple[RejectedRow, ...]
    rejects_file: Path | None
    empty: int = 0

    @property
    def nobody(self) -> bool:
        """No row holds anything."""
        return not self.rows


async def import_list(
    db: Database,
    clock: Clock,
    actor: Actor,
    file: ContactFile,
    reason: str | None = None,
    *,
    dry_run: bool = False,
    rejects: Path | None = None,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ListImport:
    """Put every number of a file on the list; their sequences end in the same transactions.

    A row's own ``reason`` column stands before ``reason``. A bad row keeps no other row out. The same file
    can be imported again.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        file: what `look_through` returned.
        reason: why, for rows that do not say; "imported from FILE" by default.
        dry_run: store nothing; say what would happen.
        rejects: where to write rejected rows.
        cancelled: asked between two transactions.
        progress: told after every transaction, or look at the list, how many rows are read, of how many.

    Raises:
        SuppressionError: the reason is of no use; nothing was changed.
    """
    why = checked_reason(f"imported from {file.path.name}" if reason is None else reason)
    file = _with_own_reasons(file)
    rows = added = good = ended = rejected = empty = 0
    shown: list[RejectedRow] = []
    reasons: Counter[str] = Counter()
    seen = SeenNumbers() if dry_run else None  # what would be on the list by then

    async def step(numbers: dict[str, str]) -> None:
        nonlocal added, ended
        if dry_run:
            new, over = await db.read(_tried, list(numbers))
        else:
            new, over = await db.write(_put, clock, actor, numbers)
        added, ended = added + new, ended + over

    stopped = False
    batch: dict[str, str] = {}
    with ExitStack() as stack:
        place = stack.enter_context(RejectsFile(rejects, file)) if rejects else None
        for line, row, found in _read(file, why):
            rows += 1
            if isinstance(found, str):
                if not any(value.strip() for value in row):
                    rows -= 1  # spreadsheets leave lines of bare separators behind the last row
                    empty += 1
                    continue
                rejected += 1
                reasons[kind_of_reason(found)] += 1
                if len(shown) < _SHOWN:
                    at = file.columns.number
                    shown.append(RejectedRow(line, row[at].strip() if at < len(row) else "", found))
                if place:
                    place.add(line, row, found)
                continue
            good += 1
            if seen is not None and not seen.add(int(found[0])):
                continue
            batch.setdefault(*found)
            if len(batch) == CHUNK:
                await step(batch)
                batch = {}
                if progress is not None:
                    progress(rows, file.rows)
                if cancelled is not None and cancelled():
                    stopped = True
                    break
        if batch:
            await step(batch)
    report = ListImport(
        file=str(file.path),
        rows=rows,
        added=added,
        known=good - added,
        rejected=rejected,
        ended=ended,
        cancelled=stopped,
        reasons=dict(reasons.most_common()),
        dry_run=dry_run,
        rejects=tuple(shown),
        rejects_file=rejects if rejected else None,
        empty=empty,
    )
    if not dry_run:
        await db.write(_audited, clock, actor, report, why)
    return report


def _with_own_reasons(file: ContactFile) -> ContactFile:
    """The file with its last column, where that holds reasons of its rows and not why they were rejected.

    A contacts file of which the last column is ``reason`` is a rejects file; a list may well end with one.
    """
    if file.width == len(file.header):
        return file
    said = (row[file.width - 1].strip() for _, row, _ in file.read() if len(row) >= file.width)
    first = next(filter(None, said), "")
    return file if is_rejection(first) else replace(file, header=(*file.header, REASON))


def _read(file: ContactFile, reason: str) -> Iterator[tuple[int, list[str], tuple[str, str] | str]]:
    """Each row's line, values, and its number with the reason; or the sentence that says why not."""
    quoted = LineReader(file.delimiter, file.columns.number, file.width, file.narrowest, "US")
    titles = [title.strip().casefold() for title in file.header]
    at_reason = titles.index("reason") if "reason" in titles else None
    for line, row, lines in file.read():
        try:
            yield line, row, _row(file, row, lines, quoted, at_reason, reason)
        except (RowError, PhoneError) as error:
            yield line, row, str(error)


def _row(
    file: ContactFile, row: list[str], lines: list[str], quoted: LineReader, at: int | None, reason: str
) -> tuple[str, str]:
    if surplus := surplus_values(row, file.width):
        named = len(file.header)
        raise RowError(
            f"{named + len(surplus)} values for {one_or_many(named, 'column')}; is a quote missing?"
        )
    number = normalise(row[file.columns.number].strip() if file.columns.number < len(row) else "")
    if len(lines) > 1 and (lost := quoted.lost_quote(lines, number)) is not None:
        raise RowError(lost)
    own = " ".join(row[at].split())[:500] if at is not None and at < len(row) else ""
    return number, own or reason


def _tried(conn: Connection, numbers: list[str]) -> tuple[int, int]:
    known = suppressions.which(conn, numbers, WORKSPACE)
    return len(numbers) - len(known), suppressions.open_sequences(conn, numbers, WORKSPACE)


def _put(conn: Connection, clock: Clock, actor: Actor, batch: dict[str, str]) -> tuple[int, int]:
    known = suppressions.which(conn, batch, WORKSPACE)
    ended = put_on_list(conn, clock, actor, list(batch), list(batch.values()), "import")
    return len(batch) - len(known), ended


def _audited(conn: Connection, clock: Clock, actor: Actor, report: ListImport, reason: str) -> None:
    name = Path(report.file).name
    counts = {key: getattr(report, key) for key in ("rows", "added", "known", "rejected", "ended")}
    after = {"reason": reason, **counts}
    audit.record(conn, actor, "import", "suppression", name, None, after, at=clock.real())


async def export_list(db: Database, path: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Write the whole list to a new file, the oldest first; returns how many numbers.

    Args:
        db: the database.
        path: the file.
        progress: told after every page how many are written, of how many; what it raises ends the export
            and leaves no file.

    Raises:
        ExportRefusedError: there is such a file.
    """
    after = count = 0
    total = await db.read(suppressions.count, "", WORKSPACE) if progress else 0
    with whole_or_not_at_all(path.parent, path.name) as (_, out):
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        while True:
            rows, after = await db.read(suppressions.rows_after, after, _PAGE, WORKSPACE)
            writer.writerows((row.number, row.reason, row.source, iso(row.created_at)) for row in rows)
            count += len(rows)
            if progress:
                progress(count, total)
            if len(rows) < _PAGE:
                break
            await asyncio.sleep(0)
    return count
