"""Exports as files that appear when they are complete, for their owner only, and never over another."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from trd_tui.domain.finding import one_or_many
from trd_tui.domain.refused import RefusedError
from trd_tui.services import export
from trd_tui.services.drafts import Progress
from trd_tui.services.listing import campaign_detail
from trd_tui.services.views import ActCancelledError, ActResult
from trd_tui.store.database import Database

_SLUG = 40
"""Letters of a campaign's name in a file's name."""


class ExportRefusedError(RefusedError):
    """A file cannot be written where it was asked for; the message says why and what to do."""


@contextmanager
def whole_or_not_at_all(folder: Path, name: str) -> Iterator[tuple[Path, IO[str]]]:
    """A new file that appears when it is complete, readable by its owner only: it holds people's numbers.

    Raises:
        ExportRefusedError: there is such a file, there is no such folder, or the name would lead out of it.
    """
    if Path(name).name != name:
        raise ExportRefusedError(
            f"{name.partition('-')[0]} is no campaign's ID; `trd campaign list` shows all"
        )
    file = folder / name
    if file.exists():
        raise ExportRefusedError(f"{file} exists already; remove it or name another one")
    if not folder.is_dir():  # whoever mistyped it would look for people's numbers in the wrong place
        raise ExportRefusedError(f"{file} cannot be written: there is no folder {folder}; make it first")
    partial = file.with_name(name + ".part")
    partial.unlink(missing_ok=True)
    try:
        handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            yield file, out
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def made(folder: Path) -> Path:
    """The product's own folder for what is exported on screens, which nobody has typed."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def new_folder(base: Path, name: str) -> Path:
    """A folder of its own for an export: made now, so that no other export gets it too.

    Raises:
        ExportRefusedError: it cannot be made.
    """
    try:
        base.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            folder = base / (name if number == 1 else f"{name}-{number}")
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise ExportRefusedError(
            f"{base} cannot be written ({error.strerror}); make room there, or use trd campaign export"
        ) from error
    raise ExportRefusedError(f"{base} holds a thousand exports of this minute; remove some")


async def export_to(
    db: Database, ids: Sequence[str], folder: Path, progress: Progress | None = None
) -> list[ActResult]:
    """Write contacts and messages of campaigns into a folder, two CSV files each.

    Args:
        db: the database.
        ids: campaigns; all are tried.
        folder: where; made by `new_folder`. It goes again when nothing came into it.
        progress: told every 1,000 rows how many are written, of about how many; what it raises ends the
            export, and the campaign that was under way leaves no file.

    Returns:
        A result a campaign; those after an `ActCancelledError` of the listener are not ``ok``.
    """
    details = {id_: await campaign_detail(db, id_) for id_ in ids}
    known = [detail.row for detail in details.values() if detail is not None]
    total = sum(row.contact_count + row.sent_count + row.waiting_count for row in known)
    done = 0

    def told(before: int, rows: int) -> None:
        if progress:
            so_far = done + before + rows
            progress(so_far, max(total, so_far))

    results: list[ActResult] = []
    for id_, detail in details.items():
        if detail is None:
            results.append(ActResult(id_, id_, False, f"there is no campaign {id_}"))
            continue
        name = detail.row.name
        files: list[Path] = []
        rows = 0
        try:
            told(0, 0)
            for what in export.COLUMNS:
                with whole_or_not_at_all(folder, f"{_slug(name)}{id_}-{what}.csv") as (file, out):
                    rows += await export.write_csv(db, id_, what, out, partial(told, rows))
                files.append(file)
        except ActCancelledError:
            _remove(files)
            results += [ActResult(i, d.row.name if d else i, False, "not exported: it was called off")
                        for i, d in list(details.items())[len(results):]]  # fmt: skip
            break
        except OSError as error:
            _remove(files)
            results.append(ActResult(id_, name, False, f"cannot be written to {folder}: {error.strerror}"))
            continue
        done += rows
        results.append(ActResult(id_, name, True, one_or_many(rows, "row"), {"rows": rows}))
    if not any(result.ok for result in results):
        await asyncio.to_thread(folder.rmdir)
    return results


def _remove(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _slug(name: str) -> str:
    words = re.sub(r"[^0-9a-z]+", "-", name.casefold())[:_SLUG].strip("-")
    return f"{words}-" if words else ""
