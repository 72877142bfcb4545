"""Reading a conversation and writing its answer: which one is open, and where the keys go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual import events

from trd_tui.services.inbox_views import Conversation
from trd_tui.tui.inbox.keeping import InboxKeeping


class InboxWriting(InboxKeeping):
    """The inbox, as far as one conversation is read and answered."""

    def __init__(self) -> None:
        super().__init__()
        self._answers_shown = 0
        self._open_next: bool | None = None
        self._way_back: Callable[[], object] | None = None

    # Opening and closing

    def action_read(self) -> None:
        """Open the conversation under the cursor."""
        self.trd.begin_question(self, self._open, group="open", exclusive=True)

    async def _open(self, *, write: bool = False) -> None:
        row: Conversation | None = self.table.aimed
        number = self.number if self.reading else None if row is None else row.number
        if number is None:
            self.table.say_no_row("conversation")
            return
        if self.writing or self._written_for is not None:
            await self.keep_writing()
        new = not self.reading or number != self.number
        self.reading = True
        self.set_class(True, "-reading")
        if new and row is not None and row.number == number:
            self.query_now = self.query_now.keeping(number, unread=row.unread > 0)
        if self.number != number or self.talk is None or self.talk.number != number:
            self.number = number
            await self.read_talk(number)
        await self._prepare_field(number, write=write)
        self._seen()

    async def _prepare_field(self, number: str, *, write: bool) -> None:
        """Show the field where one wants to write, or has half written something."""
        draft = "" if number in self._sending else await self.inbox.draft(number)
        seen = await self.inbox.last_seen(number)
        if number != self.number:
            return
        if self._written_for != number or draft != self.field.text:
            self._kept, self._written_for, self._unkept_since = draft, number, None
            self._last_seen = seen
            self.field.begin(draft)
        self.field.display = write or bool(self.field.text.strip())
        (self.field.area if write else self.thread).focus()
        self._said_focus()
        if self.field.text.strip():
            self._check()

    def _said_focus(self) -> None:
        self.set_class(self.writing, "-writing")
        self.say_hints()

    def _seen(self) -> None:
        talk = self.talk
        if talk is not None and talk.unread:
            self.launch(partial(self.inbox.mark_read, talk.number, talk.latest), group="seen")

    def talk_read(self, *, other: bool, grown: bool) -> None:
        """What comes in while it is open is seen; while an answer is written, a mark says so."""
        if self.reading and grown:
            self._seen()
            self.field.wrote_again(self.field.display)
        written = 0 if self.talk is None else sum(line.direction == "answer" for line in self.talk.lines)
        if not other and written != self._answers_shown and self.field.display:
            self._check()  # somebody else has answered
        self._answers_shown = written

    def close_talk(self) -> None:
        """Back to the list; what is half written is kept."""
        if not self.reading:
            return
        self.reading, self._way_back = False, None
        self.set_class(False, "-reading", "-writing")  # at once: each change styles the whole screen
        self.field.display = False
        self.launch(self.keep_writing, group="keep")
        self.query_now = self.query_now.keeping_nothing()
        self.let_go(self.number)
        self.table.focus()
        self.table.reload()
        self.say_hints()

    def action_back(self) -> None:
        """Out of the answer, out of the conversation, out of the search, then to the overview."""
        if self.writing:
            self.launch(self.keep_writing, group="keep")
            self.field.display = bool(self.field.text.strip())
            self.thread.focus()
        elif self.reading:
            back = self._way_back
            self.close_talk()
            if back is not None:
                back()
        elif not self.leave_search() and not self.cancel_act():
            self.trd.ways.home()

    def action_next_talk(self) -> None:
        """The next conversation."""
        self._go(1)

    def action_last_talk(self) -> None:
        """The previous conversation."""
        self._go(-1)

    def _go(self, by: int) -> None:
        table = self.table
        if not table.total:
            return
        if self.reading and table.cursor_id != self.number:
            by = min(by, 0)  # the one that was read has left the list: the next has come to its place
        before = table.cursor
        write = self.writing if self.reading else None
        table.action_move(by)
        if self.reading and (table.cursor != before or table.cursor_id != self.number):
            if table.row is None:  # it comes with its page
                self._open_next = write
                return
            self._open_other(bool(write))

    def _open_other(self, write: bool) -> None:
        row = self.table.row
        if row is not None:
            self.trd.begin_question(
                self, partial(self._open_number, row, write), group="open", exclusive=True
            )

    async def _open_number(self, row: Conversation, write: bool) -> None:
        self._way_back = None  # one has gone on
        await self.keep_writing()
        await self._open_kept(row.number, unread=row.unread > 0, write=write)

    async def _open_kept(self, number: str, *, unread: bool, write: bool) -> None:
        self.query_now = self.query_now.keeping(number, unread=unread)
        self.number = number
        await self.read_talk(number)
        self.table.reload()
        await self._prepare_field(number, write=write)
        self._seen()

    def action_half_written(self) -> None:
        """Go on with the next answer that is half written, whatever the list shows."""
        self.trd.begin_question(self, self._go_on_writing, group="open", exclusive=True)

    async def _go_on_writing(self) -> None:
        await self.keep_writing()
        numbers = sorted(await self.inbox.drafted())
        if not numbers:
            self.trd.notify("No answer of yours is half written.", severity="warning")
            return
        here = (self.number or "") if self.reading else ""
        number = next((each for each in numbers if each > here), numbers[0])
        await self.open_from_elsewhere(number, None, write=True)

    async def open_from_elsewhere(
        self, number: str, back: Callable[[], object] | None, *, write: bool = False
    ) -> None:
        """Open a conversation, whatever the list shows.

        Args:
            number: whose it is.
            back: goes back to where it was asked for, when the conversation is left; ``None`` to the list.
            write: put the cursor into its answer.
        """
        await self.keep_writing()
        if self.reading:  # it stays open, only for another: closing and opening would style the screen twice
            self.field.display = False
            self.let_go(self.number)
        self.leave_search()
        self.query_now = replace(self.query_now, search="")
        self.reading, self._way_back = True, back
        self.set_class(True, "-reading")
        self.table.cursor_id = number
        await self._open_kept(number, unread=False, write=write)

    def _followed(self, row: Conversation | None) -> None:
        super()._followed(row)
        if row is not None and self._open_next is not None:
            write, self._open_next = self._open_next, None
            self._open_other(write)

    # Writing

    def action_answer(self) -> None:
        """Write an answer; keys wait until the field has what was half written."""
        self.trd.begin_question(self, partial(self._open, write=True), group="open", exclusive=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In an answer the key of the search is a character like any other."""
        if action == "search" and self.writing:
            return False
        return super().check_action(action, parameters)

    def on_descendant_focus(self) -> None:
        """Other keys work now."""
        self._said_focus()

    def cursor_line(self) -> int | None:
        """While one reads, the latest text and the answer are at the lower end: toasts stay away."""
        return self.size.height - 2 if self.reading else super().cursor_line()

    def on_resize(self, _event: events.Resize) -> None:
        """Lines take the room there is."""
        self.say_tabs()
        self.say_hints()
        self.call_after_refresh(self.trd.place_toasts)
