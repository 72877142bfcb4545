"""A look at the file: what its columns hold and what an import would do; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui.new_campaign.reports import report_lines

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Sheet
    from trd_tui.services.csv_files import FileLook
    from trd_tui.tui.desk.new_campaign import StepsDesk, Watch


def named_by(sheet: Sheet) -> tuple[object, ...]:
    """What of a sheet an import goes by: of another one a look says nothing."""
    return (
        sheet.file.strip(), tuple(sheet.mapping.items()), sheet.consent, sheet.consent_source,
        sheet.consent_at, sheet.campaign_id,
    )  # fmt: skip


class Look:
    """What was found in the file, what is said of it, and what is wrong with it.

    Args:
        desk: reads the file.
        typed: the sheet as it is now.
        shown: called when there is something else to show.
    """

    def __init__(self, desk: StepsDesk, typed: Callable[[], Sheet], shown: Callable[[], object]) -> None:
        self._desk, self._typed, self._shown = desk, typed, shown
        self.said: Content | None = None
        """What is said of the file; ``None`` while one is still to be chosen."""
        self.found: FileLook | None = None
        self.wrong: dict[str, str] = {}
        """What is wrong with the file or with what is said of consent, by field."""
        self._tried: tuple[object, ...] = ()

    def has_tried(self, sheet: Sheet) -> bool:
        """Whether an import of this sheet was gone through to its end."""
        return self._tried == named_by(sheet)

    async def begin(self, watch: Watch) -> None:
        """Look at the file that is typed; what is typed meanwhile was not looked at, and nothing is found."""
        from trd_tui.services.imports import ContactFileError, ImportRefusedError

        what = named_by(sheet := self._typed())
        self.say(Content("Looking at the file …"))
        found, tried, problem = None, None, ""
        try:
            found, tried = await self._desk.look(sheet, watch)
        except (ContactFileError, ImportRefusedError) as error:
            problem = str(error)
        if what != named_by(self._typed()):
            self.put_away()
        elif found is None:
            self.fails(problem)
        else:
            self.found = found
            self.wrong = {"file": found.problem} if found.problem else {}
            self._tried = what if tried is not None and not tried.cancelled else ()
            self.say(Content("\n").join(report_lines(found, tried)))

    def say(self, said: Content) -> None:
        """Something else is said of the file."""
        self.said = said
        self._shown()

    def fails(self, problem: str) -> None:
        """The file cannot be imported as it is, or with what is said of consent."""
        about_consent = problem.startswith(("consent ", "a source or date"))
        if "no such file" in problem:
            problem += "; tab completes a path"
        self.wrong = {"consent" if about_consent else "file": problem}
        self.put_away()

    def put_away(self) -> None:
        """Another file, or another source, is to be chosen."""
        self.said = self.found = None
        self._shown()
