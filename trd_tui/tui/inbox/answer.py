"""The field in which an answer is written, with its size, its cost and what there is to know under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from trd_tui.domain.segments import count
from trd_tui.tui import format as show

if TYPE_CHECKING:
    from trd_tui.services.answer_rules import Draft


class AnswerText(TextArea, inherit_bindings=False):
    """A text; the keys that go to other parts of the app stay theirs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if not (isinstance(binding, Binding) and binding.key in ("f6", "f7"))
    ]


class AnswerField(Vertical):
    """The field. Its owner says what was checked, and keeps what is half written."""

    def __init__(self) -> None:
        super().__init__(id="answer")
        self.display = False
        self._known: Draft | None = None
        self._refused = ""
        self._news = False

    def compose(self) -> ComposeResult:
        """A field and a line."""
        area = AnswerText(id="answer-text", compact=True, highlight_cursor_line=False)
        area.cursor_blink = False  # each blink would be bytes on the line
        yield area
        yield Static("", id="answer-line", markup=False)

    @property
    def area(self) -> TextArea:
        """Where one types."""
        return self.query_one("#answer-text", TextArea)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.area.text

    def begin(self, text: str) -> None:
        """Another conversation's answer, with what was half written of it."""
        self._known, self._refused, self._news = None, "", False
        self.area.load_text(text)
        self.area.move_cursor(self.area.document.end)
        self.say()

    def checked(self, known: Draft | None, refused: str) -> None:
        """What the rules say of it: what there is to know, or why it must not go."""
        self._known, self._refused = known, refused
        self.say()

    def wrote_again(self, news: bool = True) -> None:
        """They have written while this was being written."""
        if news != self._news:
            self._news = news
            self.say()

    def say(self) -> None:
        """Its size at once, its cost and warnings as they were last checked."""
        line = self.query_one("#answer-line", Static)
        content = Content.assemble(*self._said())
        if line.content != content:
            line.update(content)

    def _said(self) -> list[str | tuple[str, str]]:
        parts: list[str | tuple[str, str]] = []
        if self._news:
            parts.append(("● they have written again  ", "bold $accent"))
        text = self.text.strip()
        if not text:
            return [*parts, ("Nothing is written yet.", "$trd-quiet")]
        size = count(text)
        coding = "" if size.encoding == "GSM-7" else f" in {size.encoding}"
        parts.append(
            f"{show.plural(size.segments, 'segment')}, {show.plural(len(text), 'character')}{coding}"
        )
        if self._refused:
            parts.append((f"  ✗ {self._refused}", "$error"))
        elif self._known is not None:
            parts.append(f", at most ${self._known.cost_micros / 1_000_000:,.4f}")
            parts += [(f"  ▲ {warning}", "$warning") for warning in self._known.warnings]
        return parts
