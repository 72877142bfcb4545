"""The inbox: what its keys do with a conversation besides answering it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.domain.later import LaterError, read_later
from trd_tui.tui import format as show
from trd_tui.tui.actions import INBOX, bindings
from trd_tui.tui.acts import TALKS, Done
from trd_tui.tui.inbox.questions import (
    NOTHING,
    act_choices,
    ask_note,
    ask_opt_out,
    ask_until,
    decide_choices,
    snooze_choices,
)
from trd_tui.tui.inbox.sending import InboxSending
from trd_tui.tui.table.window_table import WindowTable
from trd_tui.tui.undoing import further, press

if TYPE_CHECKING:
    from trd_tui.domain.decision import Decision
    from trd_tui.services.inbox_views import WholeConversation
    from trd_tui.tui.menu import Choice, Menu

Undo = Callable[[], Awaitable[object]]


class InboxScreen(InboxSending):
    """Conversations at the left, one of them whole at the right."""

    CSS_PATH = "inbox.tcss"
    BINDINGS = bindings(INBOX)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    AUTO_FOCUS = "#conversations"
    SEARCHES = "search name, number, text"
    name_in_table = INBOX

    # Acting

    def _act(self, work: Callable[[WholeConversation], Awaitable[None]]) -> None:
        """Do something with the conversation that is shown; keys wait, since it may ask."""
        self.trd.begin_question(self.trd, partial(self._acted, work), group="acts")

    async def _acted(self, work: Callable[[WholeConversation], Awaitable[None]]) -> None:
        row = self.table.aimed
        number = self.number if self.reading else None if row is None else row.number
        if number is not None and (self.talk is None or self.talk.number != number):
            self.number = number
            await self.read_talk(number)  # the cursor has just come to it
        if number is None:
            self.table.say_no_row("conversation")
            return
        if self.talk is None:
            self.app.notify("There is no conversation under the cursor.", severity="warning")
            return
        await work(self.talk)

    def _done(
        self,
        title: str,
        talk: WholeConversation,
        undo: Undo | None,
        then: str,
        *,
        what: str,
        leave: bool = False,
    ) -> None:
        """Say it, remember how it is taken back, and go on to the next where it is over with this one.

        Args:
            title: what was done.
            talk: with whom.
            undo: takes it back; ``None`` where nothing does.
            then: how it is when it was taken back, or why it cannot be, after the person's name.
            what: what was done, before the person's name.
            leave: it is over with this one.
        """
        who = talk.name or talk.number
        back = None if undo is None else partial(self._take_back, undo, f"{who} {then}")
        self.trd.did(Done(f"{what} {who}", back, "" if undo else f"{who} {then}", TALKS))
        self.trd.notify(who + (" · z undoes" if undo else ""), title=title, names_undo=undo is not None)
        if self.is_running:
            if leave:
                self.close_talk()
            self.let_go(talk.number)
            self.live()

    def action_done(self) -> None:
        """Count it as answered."""
        self._act(self._mark_answered)

    async def _mark_answered(self, talk: WholeConversation) -> None:
        ids = await self.inbox.mark_answered(talk.number, talk.latest)
        if not ids:
            self.app.notify("Nothing of it waits for an answer.", severity="warning")
            return
        undo = partial(self.inbox.wait_again, talk.number, ids)
        then = "waits for an answer again."
        self._done("✔ Counted as answered", talk, undo, then, what="the “answered” of", leave=True)

    def action_unread(self) -> None:
        """Let it wait again."""
        self._act(self._wait_again)

    async def _wait_again(self, talk: WholeConversation) -> None:
        await self.inbox.wait_again(talk.number)
        undo = partial(self.inbox.mark_answered, talk.number, talk.latest)
        then = "counts as answered again."
        self._done("● Unread again", talk, undo, then, what="the “unread” of", leave=True)

    def action_note(self) -> None:
        """Note something."""
        self._act(self._note)

    async def _note(self, talk: WholeConversation) -> None:
        said = await self.trd.push_screen_wait(ask_note(talk))
        if said is not None and said != talk.note:
            await self.inbox.note(talk.number, said)
            undo = partial(self.inbox.note, talk.number, talk.note, undo=True)
            then = "has the note of before again." if talk.note else "has no note again."
            self._done("Noted" if said else "The note is gone", talk, undo, then, what="the note on")

    def action_snooze(self) -> None:
        """The menu of times."""
        self._act(self._choose_time)

    async def _choose_time(self, talk: WholeConversation) -> None:
        self._open_menu("Put off", snooze_choices(asleep=talk.snoozed_until is not None))

    async def _snooze(self, when: str | None, talk: WholeConversation) -> None:
        until = None
        if when is not None and (until := await self._until(when)) is None:
            return
        await self.inbox.snooze(talk.number, until)
        before = talk.snoozed_until
        kept = before if before is not None and before > self.ready.now() else None
        undo = partial(self.inbox.snooze, talk.number, kept, undo=True)
        then = "is put off as before." if kept is not None else "is not put off any more."
        title, leave = "z Put off" if until else "Put off no longer", until is not None
        self._done(title, talk, undo, then, what="the snooze of", leave=leave)

    async def _until(self, said: str | None) -> int | None:
        """The instant that somebody says; asked for where nothing is said yet, and again while it is none."""
        typed = said or await self.trd.push_screen_wait(ask_until())
        while typed:
            try:
                return read_later(typed, self.ready.now(), self.ready.zone)
            except LaterError as error:
                asked = ask_until(typed, str(error))
            typed = await self.trd.push_screen_wait(asked)
        return None

    def action_decide(self) -> None:
        """Whether an unclear text is an opt-out."""
        self._act(self._choose_verdict)

    async def _choose_verdict(self, talk: WholeConversation) -> None:
        if talk.doubt is None:
            self.app.notify("Nothing that they wrote is unclear.", severity="warning")
        else:
            self._open_menu(f"{talk.name or talk.number}: is it an opt-out?", decide_choices())

    async def _no_opt_out(self, talk: WholeConversation) -> None:
        from trd_tui.services.inbox_acts import NothingUnclearError

        try:
            cleared = await self.inbox.no_opt_out(talk.number)
        except NothingUnclearError as error:  # somebody was quicker
            self._tell_decided(talk, error.decision)
            return
        for sentence in cleared.left[:3]:
            self.app.notify(sentence, title="Still held", severity="warning", timeout=15)
        on = ", ".join(cleared.campaigns)
        title = f"No opt-out; {on} goes on" if on else "No opt-out; nothing was held"
        then = "perhaps has opted out again: v decides."
        undo = partial(self.inbox.doubt_again, cleared)
        self._done(title, talk, undo, then, what="the decision about", leave=True)

    def _tell_decided(self, talk: WholeConversation, decision: Decision | None) -> None:
        who = talk.name or talk.number
        if decision is None:
            said = f"Nothing that {who} wrote is unclear any more."
        else:
            at = show.when(decision.at, self.ready.now(), self.ready.zone)
            said = f"{who}: {decision.words}, {at}."
        self.app.notify(said, title="Already decided", severity="warning", timeout=10)
        self.live()

    def action_opt_out(self) -> None:
        """Never text them again."""
        self._act(self._opt_out)

    async def _opt_out(self, talk: WholeConversation) -> None:
        if talk.suppressed is not None:
            self.app.notify(f"They are on the list already: {talk.suppressed}", severity="warning")
        elif await self.trd.push_screen_wait(ask_opt_out(talk)):
            before = await self.inbox.opt_out(talk.number)
            if before is not None:  # somebody was quicker, or they themselves
                stood, ended = before
                at = show.when(stood.since, self.ready.now(), self.ready.zone)
                who = talk.name or talk.number
                said = f"{who} {stood.stood(at, ended)}."
                self.app.notify(said, title="Already decided", severity="warning", timeout=10)
                self.live()
                return
            then = "stays on the do-not-contact list; Administration's suppressions (f6) lift it."
            self._done("⊘ Never texted again", talk, None, then, what="the opt-out of", leave=True)

    def action_undo_talk(self) -> None:
        """Take the last act back; once more, the one before it."""
        press(self, TALKS)

    async def _take_back(self, undo: Undo, then: str) -> None:
        await undo()
        self.trd.notify(f"{then}{further(self.trd)}", title="Taken back", names_undo=self.trd.can_undo)

    # The menus

    def action_menu(self) -> None:
        """What can be done with this conversation."""
        self._act(self._choose_act)

    async def _choose_act(self, talk: WholeConversation) -> None:
        self._open_menu(talk.name or talk.number, act_choices(talk))

    def _open_menu(self, title: str, choices: tuple[Choice, ...]) -> None:
        table = self.table
        y = table.region.y + 2 + table.cursor - table.first_visible
        self.menu().open(title, choices, x=table.region.x + 6, y=y)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """The menu was answered."""
        if self.focused is None or self.focused is event.menu:
            (self.thread if self.reading else self.table).focus()
        chosen = event.id
        if chosen is None or chosen == NOTHING:
            return
        if chosen.startswith("snooze:"):
            self._act(partial(self._snooze, chosen.removeprefix("snooze:")))
        elif chosen == "wake":
            self._act(partial(self._snooze, None))
        elif chosen == "is_opt_out":
            self._act(self._opt_out)
        elif chosen == "no_opt_out":
            self._act(self._no_opt_out)
        else:
            getattr(self, f"action_{chosen}")()

    def on_window_table_opened(self, _event: WindowTable.Opened) -> None:
        """A double click opens."""
        self.action_read()
