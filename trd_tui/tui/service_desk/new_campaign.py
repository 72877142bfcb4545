"""The real desk's part for the steps of a new campaign."""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trd_tui.domain.consent import without_consent
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.law_in_force import in_force
from trd_tui.domain.sentences import begun, closed
from trd_tui.domain.sheet import Fault, Sheet, TypedTouch, house_touches
from trd_tui.domain.window import format_time
from trd_tui.services import (
    control,
    csv_files,
    draft_audience,
    imports,
    linting,
    listing,
    new_campaign,
    typed_texts,
)
from trd_tui.services.estimates import campaign_cost
from trd_tui.services.views import ListQuery
from trd_tui.tui import format as show
from trd_tui.tui.desk.new_campaign import FilesHere, Review, Texts, Watch
from trd_tui.tui.service_desk.asking import Asking, Watched

if TYPE_CHECKING:
    from trd_tui.domain.finding import Finding
    from trd_tui.domain.outlook import Outlook
    from trd_tui.services.csv_files import FileLook
    from trd_tui.services.draft_audience import AudienceFigures
    from trd_tui.services.draft_news import DraftNews
    from trd_tui.services.imports import ImportReport
    from trd_tui.services.new_campaign import KnownSender

MOST_CAMPAIGNS = 200
"""Campaigns to copy from that are offered, the latest first."""


class Steps:
    """Asks the services for one person; everything runs on the desk's loop or in a thread of it."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._product, self._person = asking.product, asking.person
        self._db, self._clock = asking.product.db, asking.product.clock

    async def open(self, campaign_id: str) -> Sheet:
        """What was typed before."""
        policy = self._product.settings.resume_policy
        return await self._asking.ask(
            lambda: new_campaign.open_sheet(self._db, self._person, campaign_id, policy)
        )

    async def unfinished(self, campaign_id: str) -> bool:
        """Whether the steps were left before their end."""
        return await self._asking.ask(lambda: new_campaign.unfinished(self._db, self._person, campaign_id))

    async def keep(self, sheet: Sheet) -> None:
        """Keep what is typed."""
        await self._asking.ask(lambda: new_campaign.keep(self._db, self._clock, self._person, sheet))

    async def check(self, sheet: Sheet) -> Sequence[Fault]:
        """What keeps steps from being done."""
        return await self._asking.ask(lambda: new_campaign.check(self._db, sheet))

    async def save(self, sheet: Sheet) -> tuple[Sheet, Sequence[Fault]]:
        """Store what is right."""
        return await self._asking.ask(lambda: new_campaign.save(self._db, self._clock, self._person, sheet))

    async def heard(self, sheet: Sheet) -> DraftNews:
        """What others have done to the draft."""
        return await self._asking.ask(lambda: new_campaign.heard(self._db, sheet))

    async def hand_over(self, sheet: Sheet) -> bool:
        """Typed touches wait on the Touches page."""
        return await self._asking.ask(
            lambda: new_campaign.hand_over(self._db, self._clock, self._person, sheet)
        )

    async def finish(self, sheet: Sheet) -> None:
        """The draft alone is kept."""
        await self._asking.ask(lambda: new_campaign.forget(self._db, self._person, sheet))

    async def senders(self) -> Sequence[KnownSender]:
        """Who can send."""
        return await self._asking.ask(lambda: new_campaign.known_senders(self._db, self._clock))

    async def audience(self, campaign_id: str) -> AudienceFigures:
        """Who is in the draft."""
        return await self._asking.ask(lambda: draft_audience.audience(self._db, campaign_id))

    # Files

    async def files(self) -> FilesHere:
        """Which files may hold contacts."""
        folder = Path.cwd()
        found = await asyncio.to_thread(csv_files.found_files, folder)
        return FilesHere(str(folder), found, copying(folder), self._clock.real())

    async def complete(self, typed: str) -> tuple[str, Sequence[str]]:
        """What a half-typed path can be completed to."""
        return await asyncio.to_thread(csv_files.complete, typed)

    async def look(self, sheet: Sheet, watch: Watch) -> tuple[FileLook, ImportReport | None]:
        """A first look, and what an import would do."""
        file, found = await asyncio.to_thread(csv_files.look, sheet.file, sheet.mapping)
        if file is None:
            return found, None
        watched = Watched(watch)
        report = await self._asking.ask(
            lambda: imports.import_contacts(
                self._db, self._clock, self._person, file,
                campaign_id=sheet.campaign_id or None, dry_run=True, consent=_stated(sheet),
                require_consent=self._product.settings.require_consent,
                progress=watched, cancelled=watched.cancelled,
            )
        )  # fmt: skip
        return found, report

    async def load(self, sheet: Sheet, watch: Watch) -> ImportReport:
        """Import into the draft."""
        file, found = await asyncio.to_thread(csv_files.look, sheet.file, sheet.mapping)
        if file is None:
            raise imports.ContactFileError(found.problem)
        watched = Watched(watch)
        rejects = csv_files.rejects_place(found.path, Path.home())
        return await self._asking.ask(
            lambda: imports.import_contacts(
                self._db, self._clock, self._person, file,
                campaign_id=sheet.campaign_id, consent=_stated(sheet), rejects=rejects,
                require_consent=self._product.settings.require_consent,
                progress=watched, cancelled=watched.cancelled,
            )
        )  # fmt: skip

    # Other campaigns

    async def take_contacts(self, sheet: Sheet, watch: Watch) -> int:
        """Enrol those of another campaign who have not answered."""
        return await self._asking.ask(
            lambda: draft_audience.take_contacts(self._db, self._clock, self._person, sheet, watch.report)
        )

    async def empty(self, sheet: Sheet, watch: Watch) -> int:
        """Take everybody out of the draft."""
        id_ = sheet.campaign_id
        return await self._asking.ask(
            lambda: draft_audience.empty_audience(self._db, self._clock, self._person, id_, watch.report)
        )

    async def campaigns(self, but: str) -> Sequence[tuple[str, str, str]]:
        """Campaigns to copy from."""
        page = await self._asking.ask(lambda: listing.page(self._db, ListQuery(limit=MOST_CAMPAIGNS)))
        return [
            (
                row.id,
                row.name,
                f"{row.status}, {one_or_many(row.contact_count, 'contact')}, {row.replied_count:,} replied",
            )
            for row in page.rows
            if row.id != but
        ]

    async def touches(self, campaign_id: str) -> tuple[TypedTouch, ...]:
        """The touches of a campaign, or of the house."""
        if not campaign_id:
            return house_touches()
        return await self._asking.ask(lambda: new_campaign.touches_of(self._db, campaign_id))

    async def texts(self, sheet: Sheet, touch: int, person: int) -> Texts:
        """A touch as somebody reads it, and the lint."""

        async def work() -> Texts:
            there = 0 <= touch < len(sheet.touches)
            text = await typed_texts.typed_text(self._db, sheet, touch, person) if there else None
            custom = await draft_audience.audience_fields(self._db, sheet.campaign_id)
            return Texts(text, tuple(typed_texts.typed_findings(sheet, custom)))

        return await self._asking.ask(work)

    # The dry run

    async def review(self, sheet: Sheet, watch: Watch) -> Review:
        """The dry run, the estimate, the lint and the notes."""
        figures = await self.audience(sheet.campaign_id)
        notes, hindrance = _law_notes(figures), await self._hindrance(sheet)
        findings: Sequence[Finding] = typed_texts.typed_findings(sheet, figures.custom)
        cost = None
        if figures.contacts <= linting.AT_ONCE:  # contact by contact; the dry run itself has no such limit
            id_ = sheet.campaign_id
            findings = (await self._asking.ask(lambda: linting.lint_campaign(self._db, id_))).findings
            cost = await self._asking.ask(lambda: campaign_cost(self._db, id_, self._product.prices))
        watched = Watched(watch)
        outlook, problem = await asyncio.to_thread(self._foresee, sheet.campaign_id, watched)
        return Review(outlook, problem, cost, tuple(findings), tuple(notes), hindrance)

    def _foresee(self, campaign_id: str, watched: Watched) -> tuple[Outlook | None, str]:
        from trd_tui.foresight import ForesightCancelledError, NotForeseenError, Question, foresee
        from trd_tui.wiring import engine_options

        settings = self._product.settings
        question = Question(campaign_id, self._clock.now())
        try:
            return foresee(
                settings.database_url, engine_options(settings), question,
                progress=watched, cancelled=watched.cancelled,
            ), ""  # fmt: skip
        except ForesightCancelledError:
            return None, "The dry run was called off; ctrl+s runs it again."
        except NotForeseenError as error:
            return None, str(error)

    async def _hindrance(self, sheet: Sheet) -> str:
        ids, now, zone = [sheet.campaign_id], self._clock.now(), self._asking.zone
        for each in await self._asking.ask(lambda: control.paused_senders(self._db, self._clock, ids)):
            until = "" if each.until is None else show.when(each.until, now, zone)
            return closed(begun(each.sentence(until=until)))
        return ""


def _stated(sheet: Sheet) -> imports.StatedConsent:
    return imports.StatedConsent(
        sheet.consent or None, sheet.consent_source.strip() or None, sheet.consent_at.strip() or None
    )


def _law_notes(figures: AudienceFigures) -> list[str]:
    """What the law asks, with the figures of this audience."""
    law = in_force()
    opens, closes = map(format_time, law.federal)
    notes = [
        f"Quiet hours hold beside the window: {opens}-{closes} in every zone a number may be in, stricter in"
        f" {len(law.rules)} states (of {law.dated})."
    ]
    if figures.without_consent:
        said = without_consent(figures.without_consent, figures.contacts)
        notes.append(f"Consent: {said}. Marketing texts need it in writing before the first one.")
    if figures.suppressed:
        notes.append(f"{figures.suppressed:,} are on the do-not-contact list; they get nothing.")
    notes.append("A reply or STOP ends a contact's sequence at once. This is no legal advice.")
    return notes


def copying(folder: Path, environ: Mapping[str, str] = os.environ) -> str:
    """How a file gets here from one's own computer."""
    line = environ.get("SSH_CONNECTION", "").split()
    host = line[2] if len(line) == 4 else socket.gethostname()
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "you"
    return f"scp FILE.csv {user}@{host}:{folder}/"
