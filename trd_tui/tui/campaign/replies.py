"""What came in on one campaign: who, when, on which touch, and whether it counts; the thread beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from trd_tui.services.people_views import CampaignReply, ReplyQuery
from trd_tui.tui import format as show
from trd_tui.tui.actions import page_bindings
from trd_tui.tui.campaign.list_page import ListPage
from trd_tui.tui.columns_people import reply_columns
from trd_tui.tui.lines import Part
from trd_tui.tui.menu import Choice
from trd_tui.tui.table.window_table import Source, WindowTable

if TYPE_CHECKING:
    from textual.content import Content
    from textual.widget import Widget

    from trd_tui.services.inbox_views import WholeConversation

KINDS: tuple[tuple[str | None, str, str], ...] = (
    (None, "all", "a"),
    ("reply", "replies", "r"),
    ("unclear", "unclear", "u"),
    ("opt_out", "opt-outs", "o"),
    ("opt_in", "opt-ins", "i"),
    ("help", "help", "h"),
    ("auto", "automatic", "m"),
)
"""Kinds of what comes in: as it is stored, as it is read, and the letter that chooses it."""


class RepliesPage(ListPage):
    """The page."""

    TABLE = "reply-table"

    BINDINGS = page_bindings("campaign_replies")
    SEARCHES = "search replies"
    NOTHING = "There is no conversation under the cursor."

    def __init__(self, campaign_id: str, *, id: str) -> None:
        super().__init__(campaign_id, id=id)
        self.query_now = ReplyQuery()
        self.counts: Mapping[tuple[int | None, str], int] = {}

    def walked(self) -> Widget:
        """The list."""
        return WindowTable((), id="reply-table", markable=False, empty="No replies.")

    def on_mount(self) -> None:
        """Say where the rows come from."""
        table, desk = self.table, self.desk
        table.columns = reply_columns(desk.zone)
        table.now = desk.now
        table.followed = self.followed
        table.source = Source(self._page, self._rank)
        self._say_empty()

    def shown(self) -> None:
        """Read the rows in view and the counts."""
        super().shown()
        self._count()

    def live(self) -> None:
        """Read them again."""
        super().live()
        self._count()

    def say(self) -> None:
        """The width may have changed, and what an empty list says."""
        super().say()
        self._say_empty()
        self._say_line()

    def tick(self) -> None:
        """Instants grow older."""
        super().tick()
        self.table.redraw_aged()

    # The list

    async def _page(self, offset: int, limit: int) -> tuple[Sequence[CampaignReply], int]:
        query = replace(self.query_now, offset=offset, limit=limit)
        page = await self.desk.people.replies(self.campaign_id, query)
        return page.rows, page.total

    async def _rank(self, reply_id: int) -> int | None:
        return await self.desk.people.reply_rank(self.campaign_id, reply_id, self.query_now)

    def search_for(self, text: str) -> None:
        """Show those whose name, number or text holds it."""
        if text != self.query_now.search:
            self.show_replies(replace(self.query_now, search=text))

    def show_replies(self, query: ReplyQuery) -> None:
        """Show those of a query."""
        self.query_now = query
        self._say_empty()
        self.table.reload(to_top=True)
        self._say_line()

    def _count(self) -> None:
        self.launch(self._read_counts, group="reply-counts", exclusive=True)

    async def _read_counts(self) -> None:
        self.counts = await self.desk.people.reply_counts(self.campaign_id)
        self._say_line()

    def _number(self, *, kind: str | None = None, touch: int | None = None) -> int:
        return sum(
            number
            for (each_touch, each_kind), number in self.counts.items()
            if kind in (None, each_kind) and touch in (None, each_touch)
        )

    def _say_line(self) -> None:
        query = self.query_now
        parts = [Part(" "), Part("f", "key", "on_page('filter')"), Part(" ")]
        for kind, word, letter in KINDS:
            number = self._number(kind=kind, touch=query.touch)
            if not number and kind not in (None, query.kind):
                continue
            symbol = "" if kind is None else f"{show.REPLY[kind][0]} "
            tone = "chosen" if kind == query.kind else ""
            parts.append(
                Part(f" {symbol}{word} {show.count(number, 5)} ", tone, f"on_page('kind', '{letter}')")
            )
        touch = "all touches" if query.touch is None else f"on touch #{query.touch}"
        right = [Part("t", "key", "on_page('touch')"), Part(f" {touch} ", "", "on_page('touch')")]
        self.line.show(parts, right)

    def _say_empty(self) -> None:
        query = self.query_now
        if query.search:
            said = f"Nothing that came in matches “{query.search}”. esc clears the search."
        elif query.kind or query.touch is not None:
            said = "Nothing of that kind came in. f, then a, shows every kind; t, then a, every touch."
        elif self.detail is not None and not self.detail.row.sent_count:
            said = "Nothing came in: nothing was sent yet. What contacts write appears here by itself."
        else:
            said = "Nobody has written yet. What contacts write appears here by itself."
        self.table.empty_text = said

    # Filters

    def action_filter(self) -> None:
        """The menu of kinds; a letter chooses."""
        touch = self.query_now.touch
        choices = tuple(
            Choice(f"kind:{letter}", letter, word.capitalize(), f"{self._number(kind=kind, touch=touch):,}")
            for kind, word, letter in KINDS
        )
        self.campaign.menu().open("Show", choices, x=self.region.x + 1, y=self.region.y + 1)

    def action_touch(self) -> None:
        """The menu of touches: who has answered which."""
        days = {} if self.detail is None else {each.position: each.day for each in self.detail.touches}
        touches = sorted({*days, *(touch for touch, _ in self.counts if touch is not None)})
        letters = "123456789bcdefhilmnopqrstuvwxyz"
        choices = [Choice("touch:", "a", "All touches", f"{self._number():,}")]
        for touch, letter in zip(touches, letters, strict=False):
            day = f"day {days[touch]} · " if touch in days else ""
            choices.append(
                Choice(f"touch:{touch}", letter, f"Touch #{touch}", f"{day}{self._number(touch=touch):,}")
            )
        at = self.region
        self.campaign.menu().open("Who answered", tuple(choices), x=at.right - 30, y=at.y + 1)

    def chosen(self, id: str) -> bool:
        """A kind or a touch was chosen."""
        what, _, name = id.partition(":")
        if what == "kind":
            self.action_kind(name)
        elif what == "touch":
            self.show_replies(replace(self.query_now, touch=int(name) if name else None))
        return what in ("kind", "touch")

    def action_kind(self, letter: str) -> None:
        """Show one kind."""
        for kind, _word, key in KINDS:
            if key == letter:
                self.show_replies(replace(self.query_now, kind=kind))

    # The conversation

    def chosen_one(self) -> CampaignReply | None:
        """The reply under the cursor."""
        return cast("CampaignReply | None", self.table.row)

    def key_of(self, chosen: Any) -> Any:
        """By its row."""
        return chosen.id

    async def look_at(self, chosen: CampaignReply) -> WholeConversation | None:
        """Everything with their number."""
        return await self.desk.people.conversation(chosen.number)

    def told(self, found: WholeConversation, width: int) -> tuple[str, Content]:
        """Both directions."""
        from trd_tui.tui.campaign.thread_lines import thread_content

        title = f"Conversation · {f'{found.name} {found.number}'.strip()}"
        return title, thread_content(found, self.desk.now(), self.desk.zone, self.campaign_id, width)

    def action_look(self) -> None:
        """Show the conversation beside the list, or close it."""
        self.turn_panel()

    def action_open(self) -> None:
        """Open the conversation where it is answered."""
        chosen = self.table.aimed_at("reply")
        if chosen is not None:
            self.campaign.trd.ways.conversation(chosen.number)

    def on_window_table_opened(self, event: WindowTable.Opened) -> None:
        """A double click opens, too."""
        event.stop()
        self.action_open()

    def action_export(self) -> None:
        """Write what is listed into a file."""
        from trd_tui.tui.campaign.exporting import export

        query = self.query_now
        export(self, "replies", partial(self.desk.people.export_replies, self.campaign_id, query))
