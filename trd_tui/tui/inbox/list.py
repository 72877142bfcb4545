"""What the inbox shows: tabs, the list and one conversation, read in workers and kept live."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from trd_tui.domain.finding import one_or_many
from trd_tui.services.inbox_views import Conversation, Counts, InboxQuery, WholeConversation
from trd_tui.tui.actions import shown
from trd_tui.tui.inbox.answer import AnswerField
from trd_tui.tui.inbox.lines import TABS, columns, empty_text, hint_parts, tab_parts
from trd_tui.tui.inbox.thread import Thread, head_content
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.table.window_table import Source, WindowTable
from trd_tui.tui.topbar import TopBar

if TYPE_CHECKING:
    from trd_tui.tui.desk.inbox import InboxDesk

SETTLE = 0.1
"""Seconds that the cursor must rest on a conversation before it is read."""

COUNT_PAUSE = 1.0
"""Seconds between two counts of the tabs while much comes in: each walks all that was written."""


class InboxList(SearchingScreen):
    """The list and what is shown of it."""

    def __init__(self) -> None:
        super().__init__()
        self.query_now = InboxQuery(shown="unread")
        self.counts: Counts | None = None
        self.talk: WholeConversation | None = None
        self.drafts: frozenset[str] = frozenset()
        self.number: str | None = None
        self.reading = False
        self._let_go: str | None = None
        self._counted_lately = False
        self._count_again = False

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TopBar(id="topbar")
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        with Container(id="inbox"):
            yield WindowTable((), id="conversations", markable=False)
            with Vertical(id="talk"):
                yield Static("", id="talk-head", markup=False)
                yield Thread(id="thread")
                yield AnswerField()
        yield ActionLine(id="hints")

    @property
    def table(self) -> WindowTable:
        """The list."""
        return self.query_one("#conversations", WindowTable)

    @property
    def thread(self) -> Thread:
        """The texts of the conversation."""
        return self.query_one(Thread)

    @property
    def field(self) -> AnswerField:
        """Where an answer is written."""
        return self.query_one(AnswerField)

    @property
    def inbox(self) -> InboxDesk:
        """What the inbox asks."""
        return self.ready.inbox

    def on_mount(self) -> None:
        """Read the list."""
        desk, table = self.ready, self.table
        table.columns = columns(desk.zone, lambda: self.drafts)
        table.now = desk.now
        table.followed = self._followed
        table.source = Source(self._page, self._rank, lambda row: row.number)
        table.empty_text = empty_text(self.query_now.shown, "")
        self.say_tabs()
        self.say_hints()
        table.reload(to_top=True)
        self.count()
        self.launch(self._tell_drafts, group="drafts", exclusive=True)

    # Reading

    async def _page(self, offset: int, limit: int) -> tuple[Sequence[Conversation], int]:
        page = await self.inbox.page(self.query_now, offset, limit)
        self._let_go = None
        return page.rows, page.total

    async def _rank(self, number: str) -> int | None:
        return await self.inbox.rank(number, self.query_now)

    async def _tell_drafts(self) -> None:
        """What was half written may be in a conversation that was read, and so is not on the first tab."""
        await self._read_drafts()
        if self.drafts:
            many = one_or_many(len(self.drafts), "answer")
            key = shown("half_written", "h")
            self.trd.notify(f"{many} half written, marked ✎; {key} goes on with it.", title="Kept for you")

    async def _read_drafts(self) -> None:
        drafts = await self.inbox.drafted()
        if drafts != self.drafts:
            self.drafts = drafts
            self.table.redraw_changed()

    def count(self) -> None:
        """Count the tabs again; where that was done just now, once more a little later."""
        if self._counted_lately:
            self._count_again = True
        else:
            self._counted_lately = True
            self.launch(self._count, group="count")

    async def _count(self) -> None:
        try:
            self.counts = await self.inbox.counts()
            self.trd.unread = self.counts.unread
            self.say_tabs()
            self.query_one(TopBar).tick()
        finally:
            self.set_timer(COUNT_PAUSE, self._count_rested)

    def _count_rested(self) -> None:
        self._counted_lately = False
        if self._count_again:
            self._count_again = False
            self.count()

    def live(self) -> None:
        """Somebody changed the database."""
        self._hold_row()
        self.table.poll()
        self.count()
        self.launch(self._read_drafts, group="drafts", exclusive=True)
        if self.number is not None:
            self.launch(partial(self.read_talk, self.number), group="talk", exclusive=True)

    def _hold_row(self) -> None:
        """What others read or answer stays in the list while the cursor is on it: keys are about it.

        Another person would stand there, and the next key would be about them. What one does oneself lets
        its row go (``let_go``); while one reads, what is read is kept already.
        """
        row: Conversation | None = self.table.row
        if self.reading:
            return
        if row is None or row.number == self._let_go:
            self.query_now = self.query_now.keeping_nothing()
        elif row.number not in self.query_now.kept:
            self.query_now = self.query_now.keeping_nothing().keeping(row.number, unread=row.unread > 0)

    def let_go(self, number: str | None) -> None:
        """This conversation need not stay in the list: it is over with it."""
        self._let_go = number

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
        self.table.redraw_aged()
        self._say_head()

    def on_screen_resume(self) -> None:
        """Back from elsewhere: things may have changed meanwhile."""
        if self.desk is not None and self.table.total is not None:  # else it is being read already
            self.live()

    # One conversation

    def _followed(self, row: Conversation | None) -> None:
        """The conversation beside the list follows the cursor until one is opened."""
        self.trd.place_toasts()
        if not self.reading:
            self.show_talk(None if row is None else row.number, SETTLE)

    def show_talk(self, number: str | None, delay: float = 0.0) -> None:
        """Show another conversation."""
        if number == self.number:
            return
        self.number = number
        if number is None:
            self.talk = None
            self._say_talk(other=True)
        else:
            self.launch(partial(self._read_other, number, delay), group="talk", exclusive=True)

    async def _read_other(self, number: str, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        await self.read_talk(number)

    async def read_talk(self, number: str) -> None:
        """Read a conversation, again or for the first time."""
        talk = await self.inbox.conversation(number)
        if number != self.number:
            return
        before, self.talk = self.talk, talk
        other = before is None or talk is None or before.number != talk.number
        self._say_talk(other=other)
        self.talk_read(other=other, grown=not other and before is not None and talk is not None
                       and talk.latest > before.latest)  # fmt: skip

    def talk_read(self, *, other: bool, grown: bool) -> None:
        """A conversation has been read; they have written more where it has ``grown``."""

    # Saying

    def _say_talk(self, *, other: bool) -> None:
        self._say_head()
        self.thread.show(self.talk, self.ready.zone, other=other)
        self.say_hints()

    def _say_head(self) -> None:
        desk, head = self.desk, self.query_one("#talk-head", Static)
        if desk is not None:
            content = Content("") if self.talk is None else head_content(self.talk, desk.now(), desk.zone)
            if head.content != content:
                head.update(content)

    def say_tabs(self) -> None:
        """The tabs with their counts, and the search's place."""
        self.query_one("#tabs", ActionLine).show(
            tab_parts(self.counts, self.query_now.shown), self.search_parts()
        )

    def say_hints(self) -> None:
        """The keys that work now."""
        left, right = hint_parts(
            self.talk,
            writing=self.writing,
            reading=self.reading,
            undo=self.trd.can_undo,
            empty=self.table.total == 0,
            stopped=self.trd.halted,
            width=self.app.size.width,
        )
        self.query_one("#hints", ActionLine).show(left, right)

    @property
    def writing(self) -> bool:
        """Whether keys go into the answer."""
        return self.focused is not None and self.focused.id == "answer-text"

    # The list

    def show_list(self, query: InboxQuery) -> None:
        """Show another list; what was kept in the old one goes."""
        self.query_now = query.keeping_nothing()
        self.table.empty_text = empty_text(query.shown, query.search)
        self.say_tabs()
        self.table.reload(to_top=True)

    def search_for(self, text: str) -> None:
        """Show the conversations in whose name, number or texts it is."""
        if text != self.query_now.search:
            self.show_list(replace(self.query_now, search=text))

    def list_to_focus(self) -> WindowTable:
        """The conversations."""
        return self.table

    def action_tab(self, number: int) -> None:
        """Another tab."""
        if number <= len(TABS):
            self.close_talk()
            self.show_list(replace(self.query_now, shown=TABS[number - 1][0]))
            self.table.focus()

    def close_talk(self) -> None:
        """Back to the list."""
