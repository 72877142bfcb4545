"""Sending what is written: once, after a look at what it does, and given back where it was not sent."""

from __future__ import annotations

import asyncio
from functools import partial

from trd_tui.domain.sentences import closed, part
from trd_tui.tui.acts import TALKS, Done
from trd_tui.tui.inbox.questions import ask_send
from trd_tui.tui.inbox.writing import InboxWriting


class InboxSending(InboxWriting):
    """The inbox, as far as an answer is sent."""

    def action_send(self) -> None:
        """Send what is written, after a look at what it does."""
        number = self._written_for
        if number is None or not self.field.display or not self.field.text.strip():
            self.app.notify("Nothing is written yet.", severity="warning")
        elif number in self._sending:
            self.app.notify("The answer is on its way already.", severity="warning")
        else:
            work = partial(self._send, number, self.field.text)
            self.trd.begin_question(self.trd, work, group="acts")

    async def _send(self, number: str, text: str) -> None:
        inbox = self.inbox
        try:
            ready = await inbox.prepare(number, text, self._last_seen)
        except Exception as error:
            self.app.notify(str(error), title="It cannot be sent", severity="error", timeout=10)
            return
        if not await self.trd.push_screen_wait(ask_send(ready)) or number in self._sending:
            return
        over = self._sending[number] = asyncio.Event()
        was = self._kept if self._written_for == number else ""
        if self._written_for == number:  # nothing of it can be sent a second time
            self._kept = text
            self._written_for = None
            self.field.begin("")
            self.field.display = False
            if self.focused is None or self.writing:
                self.thread.focus()
        who = ready.name or number
        try:
            # sending takes away what it finds half written, just that
            await inbox.keep_draft(number, text, was)
            became = await inbox.send(number, text, ready.latest)
        except Exception as error:
            await self._give_back(number, text)
            self.app.notify(
                f"{closed(str(error))} What you wrote is kept.",
                title=f"Not sent to {who}", severity="error", timeout=15,
            )  # fmt: skip
        else:
            if became.state != "failed":
                stays = f"The answer to {who} has gone; a text cannot be called back, a writes another."
                self.trd.did(Done(f"the answer to {who}", None, stays, TALKS))
            if became.state == "sent":
                self.app.notify(f"The carrier has taken it: {text[:40]}", title=f"✓ Sent to {who}")
            elif became.state == "failed":
                await self._give_back(number, text)
                self.app.notify(
                    f"It was not taken: {closed(became.reason)} What you wrote is kept; a writes it"
                    " again.",
                    title=f"✗ Not sent to {who}", severity="error", timeout=15,
                )  # fmt: skip
            else:
                self.app.notify(
                    f"Nobody knows yet whether it was sent ({part(became.reason)}). The scheduler finds out"
                    " and says so in the conversation; nothing is sent again by itself.",
                    title=f"? {who}", severity="warning", timeout=15,
                )  # fmt: skip
        finally:
            del self._sending[number]
            over.set()
        if self.is_running and self.desk is not None:
            self.live()

    async def _give_back(self, number: str, text: str) -> None:
        """It was not sent: what was written is half written again, beside what is newer."""
        await self.inbox.keep_draft(number, text)
