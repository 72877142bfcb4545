"""The calendar of a campaign: weeks as rows, days as columns, the touches of each day with their counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from trd_tui.tui import format as show
from trd_tui.tui.actions.campaign_timeline import DAYS
from trd_tui.tui.actions.everywhere import moves
from trd_tui.tui.campaign.days import SYMBOLS, Day, weeks
from trd_tui.tui.table.column import Span, fit
from trd_tui.tui.tones import tone

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

MARGIN = 8
"""Cells of the week's own column."""

LEAST, MOST = 4, 8
"""Lines of a week: its dates, its touches, its costs."""

_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class CalendarView(ScrollView, can_focus=True):
    """The calendar. Its owner gives it days, and is told which one the cursor is on."""

    BINDINGS: ClassVar[list[BindingType]] = moves(
        *DAYS,
        day_after="move(1)", day_before="move(-1)", move_down="move(7)", move_up="move(-7)",
        page_down="move(28)", page_up="move(-28)", move_first="jump(0)", move_last="jump(-1)",
    )  # fmt: skip

    class Opened(Message):
        """A day was asked for by a double click."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.days: Mapping[int, Day] = {}
        self.today = self.cursor = 1
        self.followed: Callable[[Day | None], None] | None = None
        self._weeks: Sequence[int] = ()
        self._tones: dict[str, Style] = {}

    @property
    def day(self) -> Day | None:
        """The day under the cursor."""
        return self.days.get(self.cursor, Day(self.cursor)) if self._weeks else None

    def show(self, days: Mapping[int, Day], today: int) -> None:
        """Show other days; the cursor stays where it is while that is among the weeks."""
        if (days, today) == (self.days, self.today) and self._weeks:
            return
        first = not self._weeks
        self.days, self.today = days, today
        self._weeks = weeks(days, today)
        if first or not self._weeks[0] <= self.cursor < self._weeks[-1] + 7:
            self.cursor = today
        self._lay_out()
        self._keep_in_view()
        self._tell()

    # Moving

    def action_move(self, by: int) -> None:
        """By so many days."""
        if self._weeks:
            self.move_to(max(self._weeks[0], min(self._weeks[-1] + 6, self.cursor + by)))

    def action_jump(self, to: int) -> None:
        """To the first (0) or last (-1) day on which something goes."""
        if self.days:
            self.move_to(min(self.days) if to == 0 else max(self.days))

    def move_to(self, ordinal: int) -> None:
        """Put the cursor on a day."""
        if not self._weeks or not self._weeks[0] <= ordinal < self._weeks[-1] + 7:
            return
        before, self.cursor = self.cursor, ordinal
        for each in {before, ordinal}:
            self._refresh_day(each)
        self._keep_in_view()
        self._tell()

    def _tell(self) -> None:
        if self.followed is not None:
            self.followed(self.day)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a day, a double click opens it."""
        line = event.y - 1 + int(self.scroll_offset.y)
        column = (event.x - MARGIN) // self.cell if event.x >= MARGIN else -1
        if event.y < 1 or not 0 <= column < 7 or line // self.lines >= len(self._weeks):
            return
        self.move_to(self._weeks[line // self.lines] + column)
        if event.chain == 2:
            self.post_message(self.Opened())

    # Drawing

    @property
    def cell(self) -> int:
        """Cells of a day."""
        return max(9, min(22, (self.size.width - MARGIN) // 7))

    @property
    def lines(self) -> int:
        """Lines of a week: as many as its fullest day wants, as far as all weeks have room."""
        wanted = max((len(day.entries) for day in self.days.values()), default=1) + 2
        room = (self.size.height - 1) // max(1, len(self._weeks))
        return max(LEAST, min(MOST, wanted, room))

    def _lay_out(self) -> None:
        self.virtual_size = Size(self.size.width, 1 + self.lines * len(self._weeks))
        self.refresh()

    def on_resize(self) -> None:
        """The weeks take the room there is."""
        self._lay_out()
        self._keep_in_view()

    def _keep_in_view(self) -> None:
        if not self._weeks or self.size.height < 2:
            return
        top = (self.cursor - self._weeks[0]) // 7 * self.lines
        above, height = int(self.scroll_offset.y), self.size.height - 1
        if top < above or top + self.lines > above + height:
            at = top if top < above else top + self.lines - height
            self.scroll_to(y=at, animate=False, force=True, immediate=True)

    def _refresh_day(self, ordinal: int) -> None:
        week, column = divmod(ordinal - self._weeks[0], 7)
        top = week * self.lines - int(self.scroll_offset.y) + 1
        self.refresh(Region(MARGIN + column * self.cell, max(1, top), self.cell, self.lines))

    def notify_style_update(self) -> None:
        """Forget the tones of the old theme."""
        self._tones.clear()
        super().notify_style_update()

    def _tone(self, name: str) -> Style:
        if name not in self._tones:
            self._tones[name] = tone(self.app, name) if name else self.rich_style
        return self._tones[name]

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width, base = self.size.width, self._tone("")
        if y == 0:
            head = base + self._tone("header")
            names = [" " * MARGIN, *(f" {name}".ljust(self.cell) for name in _NAMES)]
            return Strip([Segment("".join(names), head)]).adjust_cell_length(width, head)
        week, line = divmod(y - 1 + int(self.scroll_offset.y), self.lines)
        if week >= len(self._weeks):
            return Strip.blank(width, base)
        if line == 0:  # a band of dates parts the weeks
            base += self._tone("header")
        monday = self._weeks[week]
        segments = self._segments(fit(self._margin(monday, line), MARGIN, right=False), base)
        for ordinal in range(monday, monday + 7):
            on_cursor = ordinal == self.cursor
            under = base
            if on_cursor:
                under += self._tone("cursor" if self.has_focus else "cursor-blurred")
            day = self.days.get(ordinal, Day(ordinal))
            spans = fit(self._day(day, line), self.cell - 2, right=False)
            plain = on_cursor and self.app.current_theme.ansi
            inner = [(text, "") for text, _ in spans] if plain else spans
            bar = ("▌" if on_cursor else " ", "sorted")
            segments += self._segments([bar, *inner, (" ", "")], under)
        return Strip(segments).adjust_cell_length(width, base)

    def _segments(self, spans: Sequence[Span], base: Style) -> list[Segment]:
        return [Segment(text, base + self._tone(name) if name else base) for text, name in spans]

    def _margin(self, monday: int, line: int) -> Sequence[Span]:
        """The week's own column: its month, and what goes in it."""
        if line == 0:
            return [(f" wk {date.fromordinal(monday):%V}", "quiet")]
        days = [self.days[each] for each in range(monday, monday + 7) if each in self.days]
        if line == 1 and days:
            return [(" " + show.count(sum(day.messages for day in days), 6), "strong")]
        if line == self.lines - 1 and days:
            return [(" " + short_usd(sum(day.cost_micros for day in days), 6), "quiet")]
        return []

    def _day(self, day: Day, line: int) -> Sequence[Span]:
        """A line of a day: its date and sum, its touches, its cost."""
        width = self.cell - 2
        if line == 0:
            at = date.fromordinal(day.ordinal)
            today = day.ordinal == self.today
            first = at.day == 1 or day.ordinal == self._weeks[0]
            word = f"{at.day} {at:%b}" if first else f"{at.day}"
            said = f"{word} today" if today and width >= 12 else f"{word}*" if today else word
            name = "sorted" if today else "strong" if day.entries else "quiet"
            total = show.count(day.messages, 5) if len(day.entries) > 1 else ""
            room = width - len(said)
            return [(said, name), (total.rjust(room) if len(total) < room else "", "strong")]
        room = self.lines - 2
        entries = day.entries
        if line <= room:
            if line == room and len(entries) > room:
                rest = entries[room - 1 :]
                more = show.count(sum(entry.tally.messages for entry in rest), 5)
                said = f"+{len(rest)} more"
                return [(said, "quiet"), (more.rjust(width - len(said)), "")]
            if line <= len(entries):
                entry = entries[line - 1]
                symbol, name = SYMBOLS[entry.kind]
                head = f"#{entry.touch}"
                count = show.count(entry.tally.messages, 5).rjust(max(0, width - len(head) - 2))
                return [(f"{symbol} ", name), (head, "quiet"), (count, "")]
            return []
        return [(short_usd(day.cost_micros, width).rjust(width), "quiet")] if entries else []


def short_usd(micros: int, width: int) -> str:
    """Money in so many cells: cents where they fit."""
    said = show.usd(micros)
    return said if len(said) <= width else f"${show.count(round(micros / 1_000_000), width - 1)}"
