"""When a campaign has sent and will send: a calendar of the sends made and of what a dry run finds."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from trd_tui.tui.actions import page_bindings
from trd_tui.tui.campaign.calendar import CalendarView
from trd_tui.tui.campaign.days import Day, merged
from trd_tui.tui.campaign.panel import PanelPage
from trd_tui.tui.campaign.timeline_lines import day_content, day_title, line_parts, note_content
from trd_tui.tui.lines import Part, update
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.content import Content
    from textual.widget import Widget

    from trd_tui.domain.timeline import Timeline
    from trd_tui.tui.desk.timeline import DryRun

AT_ONCE = 20_000
"""Up to so many messages ahead a dry run begins by itself: it takes seconds. More of them are asked for."""

LOOKS_S = 0.2
"""Seconds between two looks at a dry run that is under way."""

MADE_EVERY = 20
"""Sends made are read again after so many times what reading them takes: it goes through every contact."""


class TimelinePage(PanelPage):
    """The page."""

    BINDINGS = page_bindings("campaign_timeline")
    NOTHING = "There is no day under the cursor."

    def __init__(self, campaign_id: str, *, id: str) -> None:
        super().__init__(campaign_id, id=id)
        self.made: Timeline | None = None
        self._made_of = -1
        self._read_again = 0.0
        self._begun = False
        self._sides: tuple[Timeline | None, Timeline | None] | None = None
        self._days: dict[int, Day] = {}

    def between(self) -> ComposeResult:
        """What the dry run takes for granted."""
        yield Static("", id="timeline-note", markup=False)

    def walked(self) -> Widget:
        """The calendar."""
        return CalendarView(id="calendar")

    def on_mount(self) -> None:
        """The panel follows the calendar's cursor."""
        self.calendar.followed = self.followed

    @property
    def calendar(self) -> CalendarView:
        """The calendar."""
        return self.query_one(CalendarView)

    @property
    def run_now(self) -> DryRun | None:
        """The last dry run."""
        return self.desk.timeline.latest(self.campaign_id)

    def to_focus(self) -> Widget:
        """The calendar."""
        return self.calendar

    # Reading

    def shown(self) -> None:
        """Read the sends made; a dry run begins where it takes seconds only."""
        self._read_made()
        run = self.run_now
        if run is not None and run.running:
            self._watch()
        else:
            self._begin_first()

    def say(self) -> None:
        """The campaign was read, perhaps for the first time."""
        super().say()
        if self.made is None:
            self._read_made()
        self._begin_first()
        self._say()

    def live(self) -> None:
        """More may have been sent."""
        super().live()
        if time.monotonic() >= self._read_again:
            self._read_made()

    def aged(self) -> None:
        """Today may be another day."""
        super().aged()
        self._say()

    def _read_made(self) -> None:
        if self.detail is not None and self.detail.row.sent_count != self._made_of:
            self.launch(self._made, group="made", exclusive=True)

    async def _made(self) -> None:
        detail = self.detail
        if detail is not None:
            begun = time.monotonic()
            self.made = await self.desk.timeline.made(self.campaign_id, detail.timezone)
            self._made_of = detail.row.sent_count
            ended = time.monotonic()
            self._read_again = ended + MADE_EVERY * (ended - begun)
            self._say()

    # The dry run

    @property
    def ahead(self) -> int:
        """About how many messages a dry run goes through."""
        row = None if self.detail is None else self.detail.row
        return 0 if row is None else row.touches_planned - row.touches_resolved

    @property
    def over(self) -> bool:
        """Nothing more of the campaign is sent, whatever one does."""
        return self.detail is not None and self.detail.row.status in ("completed", "archived")

    def _begin_first(self) -> None:
        if self.detail is None or self._begun or self.over:
            return
        self._begun = True
        if self.run_now is None and self.ahead <= AT_ONCE:
            self.action_compute()

    def action_compute(self) -> None:
        """Begin a dry run, in place of the last."""
        if self.detail is None or self.over:
            return
        run = self.run_now
        if run is None or not run.running:
            self.desk.timeline.begin(self.detail)
        self._watch()

    def _watch(self) -> None:
        self.launch(self._look_at_run, group="dry-run", exclusive=True)

    async def _look_at_run(self) -> None:
        while (run := self.run_now) is not None and run.running:
            self._say()
            await asyncio.sleep(LOOKS_S)
        self._say()

    def leave(self) -> bool:
        """Close the panel, else call the dry run off."""
        if super().leave():
            return True
        run = self.run_now
        if run is None or not run.running:
            return False
        run.cancel()
        self._say()
        return True

    def offers(self, action: str) -> bool:
        """What is over is not computed again."""
        return super().offers(action) and not (action == "dry_run" and self.over)

    # Saying

    def _say(self) -> None:
        from trd_tui.domain.zones import local_ordinal

        detail, run = self.detail, self.run_now
        if detail is None or not self.is_mounted:
            return
        width = self.app.size.width
        now, zone = self.desk.now(), self.desk.zone
        left, right = line_parts(run, detail, now, zone, ahead=self.ahead, over=self.over, width=width)
        self.line.show([Part(" "), *left], right)
        note = self.query_one("#timeline-note", Static)
        said = note_content(run, detail)
        note.display = bool(said)
        update(note, said)
        both = (self.made, self._coming())
        if both != (None, None):
            if self._sides is None or self._sides[0] is not both[0] or self._sides[1] is not both[1]:
                self._sides, self._days = both, merged(*both)
            self.calendar.show(self._days, local_ordinal(now, detail.timezone))

    def _coming(self) -> Timeline | None:
        """What the dry run has found, while anything is still sent."""
        run = self.run_now
        found = None if run is None else run.found
        return None if found is None or self.over else found.coming

    # One day

    def chosen_one(self) -> Day | None:
        """The day under the cursor."""
        return self.calendar.day

    def key_of(self, chosen: Any) -> Any:
        """The whole day: its figures may change while it stays, and so may what is known of it."""
        return chosen, self._coming() is None

    async def look_at(self, chosen: Day) -> Day:
        """Everything is here already."""
        return chosen

    def told(self, found: Day, width: int) -> tuple[str, Content]:
        """Its hours and touches."""
        said = day_content(found, self.made, self._coming(), self.detail, width, over=self.over)
        return day_title(found), said

    def action_open(self) -> None:
        """Open the day, or close it."""
        self.turn_panel()

    def on_calendar_view_opened(self, event: CalendarView.Opened) -> None:
        """A double click opens, too."""
        event.stop()
        self.open_panel()

    def action_export(self) -> None:
        """Write both sides into a file, hour by hour, once both are known."""
        from trd_tui.tui.campaign.timeline_export import export_hours

        if self.detail is not None:
            work = partial(export_hours, self.campaign.trd, self.desk, self.detail)
            begin(self.campaign.trd, work, group="acts")
