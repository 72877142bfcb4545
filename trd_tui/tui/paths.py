"""The path of a file is typed: tab completes it, in the steps as in every question for a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.message import Message
from textual.widgets import Input, Static

from trd_tui.tui.administration.ask import Ask
from trd_tui.tui.work import begin

Complete = Callable[[str], Awaitable[tuple[str, Sequence[str]]]]
"""Of a half-typed path: what it can be completed to, and the names that may be meant."""

_NAMED = 12
"""Names that may be meant and are shown; there is one line for them."""


class PathInput(Input):
    """A line for a path.

    Args:
        args: of the line.
        complete: what a half-typed path can be completed to.
        more: of the line.
    """

    EMPTY_TOO: ClassVar = True
    """Whether tab on an empty line says which files there are; else it goes on."""

    @dataclass
    class Completed(Message):
        """Tab has looked for files.

        Attributes:
            line: where it was typed.
            text: what stands in it now.
            grown: whether there was something to complete.
            meant: names that may be meant by what is typed now.
        """

        line: PathInput
        text: str
        grown: bool
        meant: Sequence[str]

        @property
        def names(self) -> str:
            """Those that may be meant, in a line; nothing when it is clear."""
            if len(self.meant) <= 1:
                return ""
            return "  ".join(self.meant[:_NAMED]) + (" …" if len(self.meant) > _NAMED else "")

    def __init__(self, *args: Any, complete: Complete, **more: Any) -> None:
        super().__init__(*args, **more)
        self._complete = complete

    async def on_key(self, event: events.Key) -> None:
        """Tab completes."""
        if event.key == "tab" and (self.EMPTY_TOO or self.value.strip()):
            event.stop()
            event.prevent_default()
            begin(self, self._completed, group="complete", exclusive=True)

    async def _completed(self) -> None:
        typed = self.value
        text, meant = await self._complete(typed)
        if self.value != typed:
            return  # a letter came meanwhile
        if text != typed:
            self.value = text
            self.cursor_position = len(text)
        self.post_message(self.Completed(self, text, text != typed, meant))


class AskFile(Ask):
    """Asks for a file; tab completes its path, and says which may be meant."""

    CSS_PATH = "dialogs.tcss"

    def __init__(
        self, title: str, sentence: str, verb: str, *, complete: Complete, value: str = "", wrong: str = ""
    ) -> None:
        super().__init__(title, sentence, f"{verb} · tab: complete", value=value, wrong=wrong)
        self._complete = complete

    def line(self) -> Input:
        """A line for a path."""
        return PathInput(self._value, id="dialog-input", compact=True, complete=self._complete)

    def on_path_input_completed(self, event: PathInput.Completed) -> None:
        """Say what may be meant."""
        event.stop()
        if event.names:
            self.query_one("#dialog-wrong", Static).update(event.names)
