"""Importing contacts: streamed from a file, in short transactions, with a reason for every row left out.

The work runs in a thread of its own on a connection of its own; between two transactions the scheduler gets
its turn. Importing the same file again changes nothing but what it adds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.services import campaigns
from trd_tui.services.actor import Actor
from trd_tui.services.consent_rows import StatedConsent
from trd_tui.services.contact_file import ContactFile, ContactFileError, look_through
from trd_tui.services.drafts import Progress
from trd_tui.services.import_run import ContactImport
from trd_tui.services.import_views import (
    ImportRefusedError,
    ImportReport,
    ImportStoppedError,
    RejectedRow,
)
from trd_tui.services.rejects import RejectsFile
from trd_tui.store.database import Database, SyncDatabase
from trd_tui.store.errors import StoreError

if TYPE_CHECKING:
    from trd_tui.domain.definition import CampaignDefinition

__all__ = [
    "ContactFile",
    "ContactFileError",
    "ImportRefusedError",
    "ImportReport",
    "ImportStoppedError",
    "RejectedRow",
    "StatedConsent",
    "create_with_contacts",
    "import_contacts",
    "look_through",
]

_CACHE_KIB = 4_096
"""SQLite's page cache of an import; its memory does not grow with the file."""


async def import_contacts(
    db: Database,
    clock: Clock,
    actor: Actor,
    file: ContactFile,
    *,
    campaign_id: str | None = None,
    dry_run: bool = False,
    consent: StatedConsent | None = None,
    require_consent: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """Import a file that `look_through` has found to be one.

    Args:
        db: names the database; the import opens a connection of its own.
        clock: campaign time.
        actor: who asks.
        file: what `look_through` returned.
        campaign_id: enrol the contacts, new or not, into this campaign; one that runs takes them in at once.
        dry_run: store nothing; say what would happen.
        consent: what the person who imports says of the whole file; a row's own columns stand before it.
        require_consent: let nobody join a campaign that has been started who has no consent on record.
        rejects: where to write rejected rows; it may be the file that is being imported.
        progress: told after every transaction how many rows are done, of how many; from another thread.
        cancelled: asked after every transaction, from another thread.

    Raises:
        ImportRefusedError: the campaign takes no contacts, or what is said of consent cannot be recorded.
        ImportStoppedError: database or disk could not go on; what was stored until then stays, and the same
            file can be imported again.
    """
    options: dict[str, Any] = {
        "campaign_id": campaign_id,
        "dry_run": dry_run,
        "stated": consent or StatedConsent(),
        "require_consent": require_consent,
    }
    return await _in_thread(db, clock, actor, file, rejects, progress, cancelled, options)


async def create_with_contacts(
    db: Database,
    clock: Clock,
    actor: Actor,
    definition: CampaignDefinition,
    file: ContactFile,
    *,
    consent: StatedConsent | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """Make a draft and import its contacts: both, or neither.

    Returns:
        The report; its ``campaign_id`` is the new campaign's.

    Raises:
        ImportRefusedError: no row can be imported; no campaign is left.
        ImportStoppedError: the import was cancelled, or the database could not go on; no campaign is left,
            unless that cannot be stored either: the message then names it.
    """
    made: list[str] = []
    stated = consent or StatedConsent()
    options: dict[str, Any] = {"draft": definition, "made": made.append, "stated": stated}
    try:
        report = await _in_thread(db, clock, actor, file, rejects, progress, cancelled, options)
        if report.cancelled:
            raise ImportStoppedError("the import was cancelled, no campaign was made", report)
    except BaseException as error:
        if made:
            try:
                await campaigns.delete(db, clock, actor, made)
            except StoreError:
                if not isinstance(error, ImportStoppedError):
                    raise
                left = f"; the draft {made[0]} could not be removed: delete it"
                raise ImportStoppedError(error.reason, error.report, left) from error
        raise
    return report


async def _in_thread(
    db: Database,
    clock: Clock,
    actor: Actor,
    file: ContactFile,
    rejects: Path | None,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
    options: dict[str, Any],
) -> ImportReport:
    given_up = False

    def asked_to_end() -> bool:
        return given_up or (cancelled is not None and cancelled())

    def work() -> ImportReport:
        with ExitStack() as stack:
            store = SyncDatabase(db.url.render_as_string(hide_password=False))
            stack.callback(store.close)
            store.read(_shrink)
            place = stack.enter_context(RejectsFile(rejects, file)) if rejects else None
            run = ContactImport(store, clock, actor, file, rejects=place, progress=progress, **options)
            run.cancelled = asked_to_end
            return run.run()

    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        # a thread cannot be interrupted: let it end its transaction before the caller cleans up
        given_up = True
        await asyncio.wait([thread])
        raise


def _shrink(conn: Connection) -> None:
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
