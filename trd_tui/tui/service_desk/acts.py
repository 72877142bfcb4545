"""The real desk's acts: in steps that can be called off, with what their undo must know."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from trd_tui.clock import Clock
from trd_tui.services import campaigns, drafts, listing, undo
from trd_tui.services.actor import Actor
from trd_tui.services.export_files import export_to, new_folder
from trd_tui.services.giving_up import give_up
from trd_tui.services.views import ActCancelledError, ActResult, CampaignRow
from trd_tui.store.database import Database
from trd_tui.tui.desk import Progress

AT_ONCE = 50
"""Campaigns of a bulk act between two looks whether it was called off."""

SENT_BEFORE, WAS = "sent_before", "was"
"""Figures of a result that its undo needs: messages sent and status before the act."""

EXPORTS = "trd-exports"
"""Folder in the user's home that holds a folder for every export."""


class Acts:
    """Acts of one person on one database; everything is awaited on the desk's own loop."""

    def __init__(
        self, db: Database, clock: Clock, person: Actor, max_lateness_ms: int, require_consent: bool
    ) -> None:
        self._db, self._clock, self._person, self._late = db, clock, person, max_lateness_ms
        self._require_consent = require_consent

    async def act(
        self,
        act: str,
        ids: Sequence[str],
        name: str | None,
        progress: Progress | None,
        versions: Mapping[str, int] | None = None,
    ) -> Sequence[ActResult]:
        """Do it, a few campaigns at a time; see `Desk.act`."""
        wanted = list(dict.fromkeys(ids))
        if act in ("start", "resume"):
            rows = await self._rows(wanted)
            gone = sorted(set(wanted) - {row.id for row in rows})
            return _knowing(rows, await self._plan(act, rows, gone, progress, versions))
        before = await self._rows(wanted) if act == "delete" else ()
        step = 1 if act == "duplicate" else AT_ONCE
        results: list[ActResult] = []
        for begin in range(0, len(wanted), step):
            try:
                if progress:
                    progress(begin, len(wanted))
            except ActCancelledError:
                results += [ActResult(i, i, False, "called off") for i in wanted[begin:]]
                break
            results += await self._some(act, wanted[begin : begin + step], name)
        return _knowing(before, results)

    async def _some(self, act: str, ids: Sequence[str], name: str | None) -> Sequence[ActResult]:
        db, clock, who = self._db, self._clock, self._person
        if act == "pause":
            return await campaigns.pause(db, clock, who, ids)
        if act == "archive":
            return await campaigns.archive(db, clock, who, ids)
        if act == "delete":
            return await campaigns.delete(db, clock, who, ids)
        return [await drafts.duplicate(db, clock, who, id_, name) for id_ in ids]

    async def _plan(
        self,
        act: str,
        rows: Sequence[CampaignRow],
        gone: Sequence[str],
        progress: Progress | None,
        versions: Mapping[str, int] | None,
    ) -> Sequence[ActResult]:
        """Start or resume one after another: called off, only one of them can be half way."""
        db, clock, who = self._db, self._clock, self._person
        resume = partial(campaigns.resume, max_lateness_ms=self._late)
        start = partial(campaigns.start, require_consent=self._require_consent, versions=versions)
        do = start if act == "start" else resume
        total, before = sum(row.contact_count for row in rows), 0

        def told(done: int, _of: int) -> None:
            if progress:
                progress(before + done, total)

        results = [ActResult(i, i, False, "is gone; somebody has deleted it") for i in gone]
        for number, row in enumerate(rows):
            try:
                told(0, row.contact_count)
                results += await do(db, clock, who, [row.id], progress=told)
            except ActCancelledError:
                results.append(await give_up(db, clock, who, act, row.id))
                results += [ActResult(r.id, r.name, False, f"is {r.status}, as before")
                            for r in rows[number + 1 :]]  # fmt: skip
                break
            before += row.contact_count
        return results

    async def _rows(self, ids: Sequence[str]) -> Sequence[CampaignRow]:
        details = [await listing.campaign_detail(self._db, id_) for id_ in ids]
        return [detail.row for detail in details if detail is not None]

    async def undo(self, act: str, results: Sequence[ActResult]) -> Sequence[ActResult]:
        """Take an act back."""
        db, clock, who = self._db, self._clock, self._person
        ids = [result.campaign_id for result in results]
        if act == "pause":
            planned = {r.campaign_id: int(r.figures[campaigns.PLANNED] or 0) for r in results}
            return await undo.unpause(db, clock, who, ids, planned=planned)
        if act in ("resume", "start"):
            before = {r.campaign_id: int(r.figures[SENT_BEFORE] or 0) for r in results}
            return await undo.unresume(db, clock, who, before, resumed=act == "resume")
        if act == "delete":
            active = [r.campaign_id for r in results if r.figures.get(WAS) == "active"]
            return await undo.undelete(db, clock, who, ids, were_active=active)
        copies = [str(result.figures["new_campaign_id"]) for result in results]
        return await campaigns.delete(db, clock, who, copies)

    async def export(self, ids: Sequence[str], progress: Progress | None) -> tuple[str, Sequence[ActResult]]:
        """Write contacts and messages into a new folder of the user's home.

        Returns:
            The folder as people write it, and a result a campaign.

        Raises:
            ExportRefusedError: the folder cannot be made.
        """
        home = Path.home()
        at = time.strftime("%Y-%m-%d-%H%M", time.localtime(self._clock.real() / 1000))
        folder = new_folder(home / EXPORTS, at)
        results = await export_to(self._db, list(dict.fromkeys(ids)), folder, progress)
        return f"~/{folder.relative_to(home)}", results


def _knowing(before: Sequence[CampaignRow], results: Sequence[ActResult]) -> Sequence[ActResult]:
    """Results that say how their campaigns were before, for the undo."""
    were: dict[str, dict[str, int | str]] = {
        row.id: {SENT_BEFORE: row.sent_count, WAS: row.status} for row in before
    }
    return [replace(r, figures={**r.figures, **were.get(r.campaign_id, {})}) for r in results]
