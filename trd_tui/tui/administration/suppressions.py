"""Suppressions: who must not be texted, why and since when; put on and taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from trd_tui.services.administration_views import SuppressionQuery, SuppressionRow
from trd_tui.tui.actions import page_bindings
from trd_tui.tui.administration.columns import SOURCES, suppression_columns
from trd_tui.tui.administration.page import AdministrationPage, named_choices
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from trd_tui.tui.table.column import TableColumn


class SuppressionsPage(AdministrationPage):
    """The page."""

    BINDINGS = page_bindings("administration_suppressions")
    SEARCHES = "search numbers, reasons"
    EMPTY = (
        "Nobody is suppressed. Who writes STOP comes here by themselves.\n"
        "a suppresses a number, i imports a file of them."
    )

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.query_now = SuppressionQuery()
        self._reasons: Sequence[tuple[str, int]] = ()

    def columns(self, zone: str) -> tuple[TableColumn, ...]:
        """Of suppressed numbers."""
        return suppression_columns(zone)

    def key(self, row: Any) -> Any:
        """Its number."""
        return row.number

    async def read(self, offset: int, limit: int) -> tuple[Sequence[SuppressionRow], int]:
        """A page of the list."""
        page = await self.asks.suppressed(replace(self.query_now, offset=offset, limit=limit))
        return page.rows, page.total

    async def rank(self, key: Any) -> int | None:
        """At which place a number stands."""
        return await self.asks.suppressed_rank(key, self.query_now)

    def say(self) -> None:
        """How many there are, and of which reason."""
        reason = self.query_now.reason
        parts = [self.counted("number")]
        if reason is not None:
            parts += [Part(" · reason "), Part(f" {reason} ", "chosen"), Part("  esc", "key", "back"),
                      Part(" shows all", "quiet", "back")]  # fmt: skip
        self.said(*parts)

    def whole(self, row: SuppressionRow) -> str:
        """The reason in full."""
        source = SOURCES.get(row.source, row.source)
        by = "" if row.by == source else f", by {row.by}"
        return f"{row.number}: {row.reason}\nFrom {source}{by}."

    def offers(self, action: str) -> bool:
        """What is about a number needs one under the cursor."""
        return self.table.row is not None or action not in ("suppress_lift", "suppress_open")

    # Filter and search

    def search_for(self, text: str) -> None:
        """Show the numbers, or reasons, that hold it."""
        self._show(replace(self.query_now, search=text))

    def _show(self, query: SuppressionQuery) -> None:
        self.query_now = query
        searched = f"No suppression matches “{query.search}”; esc shows all again." if query.search else ""
        chosen = "Nobody is suppressed for this reason any more; esc shows all." if query.reason else ""
        self.show_other(searched or chosen or self.EMPTY)

    def action_filter(self) -> None:
        """The menu of reasons."""
        self.launch(self._filter, group="reasons", exclusive=True)

    async def _filter(self) -> None:
        from trd_tui.tui.menu import Choice

        self._reasons = await self.asks.reasons()
        every = Choice("reason:all", "*", "All reasons", "")
        choices = named_choices("reason", self._reasons, lambda reason: reason[:50])
        self.pick("Show the reason", (every, *choices))

    def chosen(self, id: str) -> bool:
        """A reason was chosen."""
        kind, _, which = id.partition(":")
        if kind != "reason":
            return False
        reason = None if which == "all" else self._reasons[int(which)][0]
        self._show(replace(self.query_now, reason=reason))
        return True

    def leave(self) -> bool:
        """Take the filter away."""
        if self.query_now.reason is None:
            return False
        self._show(replace(self.query_now, reason=None))
        return True

    # Acts

    def action_open(self) -> None:
        """All that is known of it."""
        from trd_tui.tui.administration.reading import SuppressionScreen

        row = self.table.aimed_at("number")
        if row is not None:
            self.app.push_screen(SuppressionScreen(row, self.desk.zone))

    def action_add(self) -> None:
        """Suppress a number."""
        self.ask(self._add)

    async def _add(self) -> None:
        from trd_tui.tui.administration.ask import Ask
        from trd_tui.tui.administration.checks import wrong_number, wrong_reason

        app = self.frame.trd
        sentence = "Which number must not be texted? In any usual notation."
        number = await app.push_screen_wait(Ask("Suppress", sentence, "go on", check=wrong_number))
        if number is None:
            return
        sentence = (
            f"{number} gets no text from now on: its sequences end, and what waits for it is not sent. z does"
            " not take it back: x lifts the number, and what has ended stays ended. Why?"
        )
        reason = await app.push_screen_wait(Ask("Suppress", sentence, "suppress", check=wrong_reason))
        if reason is not None:
            known, said = await self.asks.suppress(number, reason)
            self.told(said, "Suppressed", at=known)

    def action_lift(self) -> None:
        """Take this number off the list."""
        row = self.table.aimed_at("number")
        if row is not None:
            self.ask(partial(self._lift, row))

    async def _lift(self, row: SuppressionRow) -> None:
        from trd_tui.tui.actions import ADMINISTRATION
        from trd_tui.tui.acts import Done
        from trd_tui.tui.administration.ask import Ask
        from trd_tui.tui.administration.checks import wrong_reason
        from trd_tui.tui.administration.lifting import own_opt_out
        from trd_tui.tui.dialogs import Confirm

        app = self.frame.trd
        sentence = (
            f"{row.number} is suppressed: {row.reason}\nWhy may it be texted again? The audit keeps it."
        )
        reason = await app.push_screen_wait(Ask("Lift", sentence, "go on", check=wrong_reason))
        if reason is None:
            return
        sentence = (
            f"{row.number} may be texted again, by every campaign that they are put in from now on; what has"
            " ended stays ended. z puts it back."
        )
        own = own_opt_out(row, self.desk.zone)
        notes = (*((f"▲ {own}",) if own else ()), f"Reason: {reason}")
        if await app.push_screen_wait(
            Confirm("Lift the suppression?", sentence, "Lift", notes=notes, danger=True)
        ):
            if not await self.asks.lift(row.number, reason):
                self.told(f"{row.number} was not on the list any more.", "Lifted")
                return
            app.did(Done(f"the lift of {row.number}", partial(self._put_back, row), "", ADMINISTRATION))
            self.said_of(f"{row.number} may be texted again · z puts it back", "Lifted", names_undo=True)

    async def _put_back(self, row: SuppressionRow) -> None:
        from trd_tui.tui.undoing import further

        app = self.frame.trd
        back = await self.asks.put_back(row)
        said = "gets no text again." if back else "was on the list again already."
        said = f"{row.number} {said}{further(app)}"
        self.said_of(said, "Taken back", at=row.number, names_undo=app.can_undo)

    def action_import(self) -> None:
        """Numbers of a file."""
        self.ask(self._import)

    async def _import(self) -> None:
        from trd_tui.tui.administration.list_import import import_list

        if await import_list(self.frame.trd, self.desk) and self.is_mounted:
            self.live()

    def action_export(self) -> None:
        """The whole list as a file."""
        from trd_tui.tui.administration.running import export
        from trd_tui.tui.work import begin

        app = self.frame.trd
        begin(app, partial(export, app, "suppressions", self.asks.export_suppressions), group="acts")
