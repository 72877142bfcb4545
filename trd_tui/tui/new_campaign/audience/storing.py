"""Contacts join the draft: the import of the file, or who is taken over from another campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.domain.sheet import AUDIENCE
from trd_tui.tui import format as show
from trd_tui.tui.new_campaign.audience.look import Look, named_by
from trd_tui.tui.new_campaign.reports import NOBODY, report_lines

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Sheet
    from trd_tui.services.draft_audience import AudienceFigures
    from trd_tui.services.imports import ImportReport
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


class Storing:
    """Who is in the draft, and who joins it; what is stored already is not stored again.

    Args:
        steps: the screen, which carries it out and keeps what is typed; its desk stores them.
        look: goes before an import, and says afterwards what it did.
    """

    def __init__(self, steps: NewCampaignScreen, look: Look) -> None:
        self._steps, self._desk, self._look = steps, steps.ready.new_campaign, look
        self.figures: AudienceFigures | None = None
        self._imported: tuple[object, ...] = ()
        """The file, and what was said of it, that was imported last."""

    async def read(self) -> None:
        """Read who is in the draft."""
        self.figures = await self._desk.audience(self._steps.sheet.campaign_id)

    def waits(self, sheet: Sheet) -> bool:
        """Whether its file is still to be imported."""
        return bool(sheet.file.strip()) and named_by(sheet) != self._imported

    async def load(self, sheet: Sheet) -> bool:
        """Import the file, after a look at it; answers whether the step is done."""
        from trd_tui.services.imports import ContactFileError, ImportRefusedError

        steps, look = self._steps, self._look
        if not self.waits(sheet):
            return self._told_nobody("Name a CSV file, or choose one of the list.")
        if not look.has_tried(sheet):
            return False
        if look.found is not None and not look.found.rows:
            return self._told_nobody(NOBODY)
        try:
            report = await steps.carried("Importing", "rows", lambda watch: self._desk.load(sheet, watch))
        except (ContactFileError, ImportRefusedError) as error:
            look.fails(str(error))
            await self._again()
            return False
        if report is None:
            return False
        if not report.cancelled:
            self._imported = named_by(sheet)
        lines = report_lines(look.found, report)
        steps.typed(imported=tuple(line.plain for line in lines))
        if steps.is_open:
            look.say(Content("\n").join(lines))
        if report.cancelled or steps.sheet.step != AUDIENCE or not steps.is_current:
            # else the report in front says it, and a toast would cover its end
            warns = report.cancelled or report.rejected
            steps.notify(_told(report), severity="warning" if warns else "information")
        await self._again()
        return False

    async def take(self, sheet: Sheet) -> bool:
        """Take those of another campaign over; answers whether the step is done."""
        if not sheet.other:
            return self._told_nobody("Choose the campaign whose contacts are taken: enter in the list.")
        from trd_tui.services.views import ActCancelledError

        steps, desk = self._steps, self._desk
        try:
            joined = await steps.carried("Taking", "contacts", lambda watch: desk.take_contacts(sheet, watch))
        except ActCancelledError:
            joined = 0
            steps.notify("Called off; who was taken until then is in the draft.", severity="warning")
        if joined is not None:
            were = "was" if joined == 1 else "were"
            taken = f"{show.plural(joined, 'contact')} {were} taken over"
            said = taken if joined else "nobody new was there to take"
            steps.typed(imported=(said,))
            steps.notify(said[0].upper() + said[1:] + ".")
        await self._again()
        return bool(joined is not None and self.figures and self.figures.contacts and not joined)

    async def emptied(self) -> None:
        """Nobody is in the draft any more; the same file may be imported again."""
        self._imported = ()
        await self._again()

    def _told_nobody(self, sentence: str) -> bool:
        if self.figures is not None and self.figures.contacts:
            return True  # others are in already, and the step is done
        self._steps.lacks(sentence)
        return False

    async def _again(self) -> None:
        await self.read()
        self._steps.faults = await self._desk.check(self._steps.sheet)
        await self._steps.keep()


def _told(report: ImportReport) -> str:
    """What an import did, where its report is not seen."""
    told = f"{show.plural(report.enrolled, 'contact')} of {show.plural(report.rows, 'row')} joined"
    told += " the draft."
    if report.rejects_file is not None:
        are = "is" if report.rejected == 1 else "are"
        told += f" {show.plural(report.rejected, 'rejected row')} {are} in {report.rejects_file}."
    if report.cancelled:
        told = f"Called off. {told} The same file can be imported again; nobody is doubled."
    return told
