"""Contacts join the draft: the import of the file, or who is taken over from another campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show
from trd_tui.tui.new_campaign.audience.mapping import AudienceMapping
from trd_tui.tui.new_campaign.reports import NOBODY, report_lines

if TYPE_CHECKING:
    from trd_tui.tui.desk.new_campaign import Watch


class AudienceStoring(AudienceMapping):
    """Stores whom the step names; what is stored already is not stored again."""

    _loaded_for: tuple[object, ...] = ()
    """The file, and what was said of it, that was imported last."""

    async def save(self) -> bool:
        """Import, or take; what is stored already is not stored again."""
        if not await self.steps.store() and not self.sheet.campaign_id:
            self.steps.lacks("Give the campaign a name and a sender first: step 1.")
            return False
        if self.from_file:
            return await self._import()
        if not self.sheet.other:
            return self._told_nobody("Choose the campaign whose contacts are taken: enter in the list.")
        joined = await self.steps.carried("Taking", "contacts", self._take)
        if joined is not None:
            were = "was" if joined == 1 else "were"
            taken = f"{show.plural(joined, 'contact')} {were} taken over"
            said = taken if joined else "nobody new was there to take"
            self.steps.typed(imported=(said,))
            self.notify(said[0].upper() + said[1:] + ".")
        await self._again()
        return bool(joined is not None and self.figures and self.figures.contacts and not joined)

    def _told_nobody(self, sentence: str) -> bool:
        if self.figures is not None and self.figures.contacts:
            return True  # others are in already, and the step is done
        self.steps.lacks(sentence)
        return False

    async def _take(self, watch: Watch) -> int:
        from trd_tui.services.views import ActCancelledError

        try:
            return await self.asked.take_contacts(self.sheet, watch)
        except ActCancelledError:
            self.notify("Called off; who was taken until then is in the draft.", severity="warning")
            return 0

    async def _import(self) -> bool:
        from trd_tui.services.imports import ContactFileError, ImportRefusedError

        what = self._what()
        if not self.sheet.file.strip() or what == self._loaded_for:
            return self._told_nobody("Name a CSV file, or choose one of the list.")
        if self._tried_for != what:
            await self._look()
            if self._tried_for != what:
                return False
        if self.found is not None and not self.found.rows:
            return self._told_nobody(NOBODY)
        try:
            report = await self.steps.carried(
                "Importing", "rows", lambda watch: self.asked.load(self.sheet, watch)
            )
        except (ContactFileError, ImportRefusedError) as error:
            self._fails(str(error))
            await self._again()
            return False
        if report is None:
            return False
        if not report.cancelled:
            self._loaded_for = what
        lines = report_lines(self.found, report)
        self.steps.typed(imported=tuple(line.plain for line in lines))
        if self.steps.is_open:
            self._report(Content("\n").join(lines))
        told = f"{show.plural(report.enrolled, 'contact')} of {show.plural(report.rows, 'row')} joined"
        told += " the draft."
        if report.rejects_file is not None:
            are = "is" if report.rejected == 1 else "are"
            told += f" {show.plural(report.rejected, 'rejected row')} {are} in {report.rejects_file}."
        if report.cancelled:
            told = f"Called off. {told} The same file can be imported again; nobody is doubled."
        if report.cancelled or self.steps.pane is not self or not self.steps.is_current:
            # else the report in front says it, and a toast would cover its end
            self.notify(told, severity="warning" if report.cancelled or report.rejected else "information")
        await self._again()
        return False

    async def _again(self) -> None:
        await self._standing()
        self.steps.faults = await self.asked.check(self.sheet)
        await self.steps.keep()

    async def emptied(self) -> None:
        """Nobody is in the draft any more; the same file may be imported again."""
        self._loaded_for = ()
        await self._again()
