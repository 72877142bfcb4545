"""What is half written: kept while one types and when it is left, and checked by the rules."""

from __future__ import annotations

import asyncio
import time
from functools import partial

from textual.widgets import TextArea

from trd_tui.tui.inbox.list import InboxList
from trd_tui.tui.work import begin

SAVE_AFTER = 0.5
"""Seconds after the last key at which what is half written is kept."""

SAVE_AT_LEAST = 3.0
"""Seconds after which it is kept also while one types on."""

CHECK_AFTER = 0.3
"""Seconds after the last key at which the rules are asked what they say of it."""


class InboxKeeping(InboxList):
    """The inbox, as far as a half-written answer is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""
        self._written_for: str | None = None
        self._last_seen = 0
        self._unkept_since: float | None = None
        self._sending: dict[str, asyncio.Event] = {}

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Say how long it is at once; keep and check it a moment after the last key."""
        event.stop()
        self.field.say()
        if self._written_for is None or self.field.text == self._kept:
            return
        now = time.monotonic()
        self._unkept_since = self._unkept_since or now
        late = now - self._unkept_since >= SAVE_AT_LEAST
        if late:
            self._unkept_since = now
        self.launch(
            partial(self._keep_soon, 0.0 if late else SAVE_AFTER), group="keep-soon", exclusive=not late
        )
        self._check()

    async def _keep_soon(self, pause: float) -> None:
        await asyncio.sleep(pause)
        begin(self, self._keep, group="keep")  # a newer key must not break off what is being written

    async def keep_writing(self) -> None:
        """Keep what is half written when it is left; it is said when just that was sent elsewhere meanwhile.

        Also what was kept before: the same person may have sent or struck it elsewhere, and what stands in
        the field is promised to be kept.
        """
        await self._keep(leaving=True)

    async def _keep(self, *, leaving: bool = False) -> None:
        number, text = self._written_for, self.field.text
        if number is None or number in self._sending or self.desk is None:
            return
        if text == self._kept and not (leaving and text.strip()):
            return
        was, self._kept = self._kept, text  # a later one begins from this one
        try:
            sent_by = await self.inbox.keep_draft(number, text, was, self._last_seen if leaving else None)
        except Exception:
            if self._written_for == number and self._kept == text:
                self._kept = was
            raise
        if number == self._written_for and self.field.text == text:
            self._unkept_since = None
            if sent_by is not None:
                self._was_sent(text, sent_by)
            elif leaving and not self.reading:
                self._written_for = None  # it is left: whoever goes on with it elsewhere does so alone
        await self._read_drafts()

    def _was_sent(self, text: str, by: str) -> None:
        self._kept, self._written_for = "", None
        self.field.begin("")
        self.field.display = False
        if self.writing:
            self.thread.focus()
        self.trd.notify(
            f"{by} has sent just this meanwhile: {text.strip()[:60]}", title="Not kept: it was sent"
        )

    async def keep_typed(self) -> None:
        """Before the app closes: keep what is half written, and hear what became of what is being sent."""
        await self.keep_writing()
        for over in list(self._sending.values()):
            await over.wait()

    def _check(self) -> None:
        self.launch(self._checked, group="check", exclusive=True)

    async def _checked(self) -> None:
        await asyncio.sleep(CHECK_AFTER)
        number, text = self._written_for, self.field.text
        if number is None or not text.strip():
            return
        try:
            known, refused = await self.inbox.prepare(number, text, self._last_seen), ""
        except Exception as error:
            known, refused = None, str(error)
        if (number, text) == (self._written_for, self.field.text):
            self.field.checked(known, refused)
