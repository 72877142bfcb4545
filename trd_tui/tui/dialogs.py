"""Questions before a dangerous act. The cursor is on Cancel, and the key that asked does not confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from trd_tui.domain.sentences import begun
from trd_tui.tui.actions import shown
from trd_tui.tui.hindrance import trouble_note
from trd_tui.tui.work import Opened, TypingApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from trd_tui.services.views import ActPreview


EMERGENCY = ("exclamation_mark", "app.emergency", "emergency stop")
"""Works over a question too; where letters are typed it is a letter."""

SHOWN_REFUSALS = 4
"""Campaigns that cannot be changed, named one by one; the rest is counted."""


class Confirm(ModalScreen[bool]):
    """Says what would happen, and asks. ``y`` or the button does it; Enter on Cancel does not."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar = [
        ("escape,n", "cancel", "cancel"),
        ("y", "confirm", "confirm"),
        EMERGENCY,
        ("left,right,h,l,tab", "other", "other button"),
        ("down,j", "scroll(1)", "scroll"),
        ("up,k", "scroll(-1)", "scroll back"),
    ]

    KEYS: ClassVar = ("n", "y")
    """What the two buttons say that presses them."""

    DOWN = "↓ or j"
    """What leads to more than there is room for."""

    def __init__(
        self,
        title: str,
        sentence: str,
        verb: str,
        *,
        first: str = "",
        notes: tuple[str, ...] = (),
        danger: bool = False,
    ) -> None:
        super().__init__()
        self._first = first
        self._title, self._sentence, self._verb = title, sentence, verb
        self._notes, self._danger = notes, danger

    def compose(self) -> ComposeResult:
        """The question."""
        with Vertical(id="dialog", classes="-danger" if self._danger else "") as box:
            box.border_title = self._title
            with VerticalScroll(id="dialog-text", can_focus=False):
                if self._first:
                    yield Static(f"! {self._first}", id="dialog-first", markup=False)
                yield Static(self._sentence, id="dialog-sentence", markup=False)
                if self._notes:
                    yield Static("\n".join(self._notes), classes="dialog-note", markup=False)
            yield from self.ask()
            no, yes = self.KEYS
            with Horizontal(id="dialog-buttons"):
                yield Button(f"Cancel  {no}", id="cancel", compact=True)
                yield Button(
                    f"{self._verb}  {yes}",
                    id="confirm",
                    compact=True,
                    variant="error" if self._danger else "primary",
                )

    def ask(self) -> ComposeResult:
        """What a kind of question asks besides."""
        yield from ()

    def on_mount(self) -> None:
        """The cursor is on Cancel."""
        if not self.query("#cancel"):
            return  # what it asks about was over before it was made: it has been closed
        self.query_one("#cancel", Button).focus()
        text = self.query_one("#dialog-text")
        for moves in ("scroll_y", "virtual_size", "container_size"):
            self.watch(text, moves, self._moved, init=False)
        self.post_message(Opened())

    def _moved(self) -> None:
        self.call_after_refresh(self._say_more)  # its measures change one after the other

    def _say_more(self) -> None:
        """How much of what it says lies below, and how one gets there: nothing is left out in silence."""
        text = self.query_one("#dialog-text")
        below = round(text.max_scroll_y - text.scroll_y)
        more = f"{self.DOWN}: {below:,} more line{'' if below == 1 else 's'}" if below > 0 else ""
        self.query_one("#dialog").border_subtitle = more

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button was pressed."""
        event.stop()
        if event.button.id == "confirm":
            self.action_confirm()
        else:
            self.action_cancel()

    def action_confirm(self) -> None:
        """Do it. A second one, of a held key, finds the dialog gone."""
        if self.is_current:
            self.dismiss(True)

    def action_cancel(self) -> None:
        """Do nothing."""
        if self.is_current:
            self.dismiss(False)

    def action_other(self) -> None:
        """To the other button."""
        at_cancel = self.focused is not None and self.focused.id == "cancel"
        self.query_one("#confirm" if at_cancel else "#cancel", Button).focus()

    def action_scroll(self, by: int) -> None:
        """The rest of what it says, where that is longer than its place."""
        self.query_one("#dialog-text").scroll_relative(y=by, animate=False)


class LeaveQuestion(Confirm):
    """Before the app is left that alone sends; there is never a second one over it."""

    CSS_PATH = "dialogs.tcss"


class StartQuestion(Confirm):
    """Before a start that goes without what is typed in the steps: it says so first, and leads to them."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar = [Binding("S", "steps", "steps", show=False, id="steps")]

    to_steps = False
    """Whether it was left for the steps."""

    def action_steps(self) -> None:
        """Do nothing; the steps are wanted instead."""
        if self.is_current:
            self.to_steps = True
            self.dismiss(False)


class NameField(Input):
    """Where a name is typed again. A ``!`` is the emergency stop, save where the name has one there."""

    def __init__(self, name: str) -> None:
        super().__init__(id="dialog-input", compact=True, select_on_focus=False)
        self._expected = name

    def on_key(self, event: events.Key) -> None:
        """It could only make the name wrong."""
        before = self.value[: self.cursor_position]
        if event.character == "!" and not self._expected.startswith(f"{before}!"):
            event.stop()
            event.prevent_default()
            cast("TypingApp", self.app).action_emergency()


class ConfirmTyped(Confirm, inherit_bindings=False):
    """For the worst act: the name must be typed, and only then can it be confirmed."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar = [
        ("escape", "cancel", "cancel"),
        EMERGENCY,
        ("left,right,tab,shift+tab", "other", "other field"),
        ("down", "scroll(1)", "scroll"),
        ("up", "scroll(-1)", "scroll back"),
    ]
    KEYS: ClassVar = ("esc", "enter")
    DOWN = "↓"

    def __init__(
        self, title: str, sentence: str, verb: str, *, name: str, notes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(title, sentence, verb, notes=notes, danger=True)
        self._expected = name

    def ask(self) -> ComposeResult:
        """The name."""
        yield Static(f"Type {self._expected} to confirm:", classes="dialog-note", markup=False)
        yield NameField(self._expected)
        yield Static(id="dialog-next", classes="dialog-note", markup=False)

    def on_mount(self) -> None:
        """The cursor is on Cancel, here too; tab or a click leads to the field."""
        super().on_mount()
        self.query_one("#confirm", Button).disabled = True

    def on_key(self, event: events.Key) -> None:
        """The first letter of the name finds its way into the field by itself."""
        field = self.query_one("#dialog-input", Input)
        if self.focused is not field and event.is_printable and event.character not in (None, " ", "!"):
            event.stop()
            event.prevent_default()
            field.focus()
            field.insert_text_at_cursor(event.character or "")

    def _typed(self) -> bool:
        return self.query_one("#dialog-input", Input).value.strip() == self._expected

    def on_input_changed(self, event: Input.Changed) -> None:
        """The button works when the name is right."""
        event.stop()
        self.query_one("#confirm", Button).disabled = not self._typed()
        self._say_next()

    def on_descendant_focus(self) -> None:
        """Enter does something else on each of the three."""
        self._say_next()

    def _say_next(self) -> None:
        """What to press next, and what it does."""
        typed, verb = self.query_one("#dialog-input", Input).value.strip(), self._verb.lower()
        if not typed:
            said = "Letters go into the field; nothing happens before it is complete."
        elif not self._typed():
            said = f"Not yet; {verb} works when it is the same, letter by letter."
        elif self.focused is self.query_one("#confirm"):
            said = f"enter: {verb} now · esc: leave everything as it is"
        else:
            said = f"That is it. enter or tab goes to {self._verb}; enter there does it."
        self.query_one("#dialog-next", Static).update(said)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field goes on to the button, it does not confirm."""
        event.stop()
        if self._typed():
            self.query_one("#confirm", Button).focus()

    def action_confirm(self) -> None:
        """Do it when the name is right."""
        if self._typed():
            super().action_confirm()

    def action_other(self) -> None:
        """From Cancel to the field, from there to the button once it works, else back to Cancel."""
        at = None if self.focused is None else self.focused.id
        if at == "cancel":
            self.query_one("#dialog-input").focus()
        elif at == "dialog-input" and self._typed():
            self.query_one("#confirm").focus()
        else:
            self.query_one("#cancel").focus()


class AskName(ModalScreen[str | None]):
    """Asks for a name; answers ``None`` when it was left."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar = [("escape", "cancel", "cancel")]

    def __init__(self, title: str, sentence: str, value: str, verb: str) -> None:
        super().__init__()
        self._title, self._sentence, self._value, self._verb = title, sentence, value, verb

    def compose(self) -> ComposeResult:
        """The question."""
        with Vertical(id="dialog") as box:
            box.border_title = self._title
            yield Static(self._sentence, id="dialog-sentence", markup=False)
            yield Input(self._value, id="dialog-input", compact=True)
            yield Static(f"enter: {self._verb} · esc: cancel", classes="dialog-note", markup=False)

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(Input).focus()
        self.post_message(Opened())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take a name that is not empty."""
        event.stop()
        name = event.value.strip()
        if name and self.is_current:
            self.dismiss(name)

    def action_cancel(self) -> None:
        """Do nothing."""
        self.dismiss(None)


_NOT_BACK = {
    "moved": "dates that this moves stay moved",
    "skipped": "what it skips stays skipped",
    "held": "what it holds stays for review",
}
"""What the undo of a resume leaves, by the figure of the preview."""


def _stays(preview: ActPreview) -> str:
    """What of a resume its undo does not take back; where it was not counted, that dates may move."""
    if not preview.resumes:
        return _NOT_BACK["moved"]
    done = [name for name in _NOT_BACK if any(each.total(name) for each in preview.resumes)]
    return ", ".join(_NOT_BACK[name] for name in done)


def question(
    preview: ActPreview,
    *,
    hidden: int,
    stopped: bool = False,
    trouble: str | None = None,
    when: Callable[[int], str] = str,
) -> Confirm:
    """The dialog for an act: what it would do, what it cannot do, and what of it is out of sight.

    Args:
        preview: what it would do.
        hidden: how many of those it is about are marked and not in view.
        stopped: the emergency stop is set.
        trouble: why the carrier cannot be asked, so that what is begun does not send yet.
        when: a campaign instant in words.
    """
    notes = []
    if preview.act in ("start", "resume") and stopped:
        stop = shown("stop", "!")
        notes.append(
            "■ The emergency stop is set: nothing goes until it is released."
            f" {stop} asks for that, once this is answered."
        )
    if preview.act in ("start", "resume") and (note := trouble_note(trouble)):
        notes.append(note)
    for sender in preview.paused_senders:
        said = sender.sentence(preview.campaigns, "" if sender.until is None else when(sender.until))
        key = shown("go_administration", "f6")
        notes.append(f"▲ {begun(said)}; {key}, 1, r resumes it.")
    for foreign in preview.foreign_senders:
        key = shown("go_administration", "f6")
        notes.append(f"▲ {begun(foreign.sentence(preview.campaigns))}; {key}, 1, v asks it again.")
    if preview.campaigns > 1:
        more = preview.campaigns - len(preview.names)
        notes.append(", ".join(preview.names) + (f" and {more:,} more" if more else ""))
    if preview.without_consent:
        from trd_tui.domain.consent import without_consent

        notes.append(f"! {without_consent(preview.without_consent, preview.contacts)}.")
    if hidden:
        notes.append(f"{hidden:,} of them {'is' if hidden == 1 else 'are'} marked but not in view.")
    notes += [f"✗ {refused.name}: {refused.message}" for refused in preview.refused[:SHOWN_REFUSALS]]
    rest = len(preview.refused) - SHOWN_REFUSALS
    if rest > 0:
        notes.append(f"✗ and {rest:,} more that cannot be changed")
    if preview.act == "resume" and (stays := _stays(preview)):
        them = "it" if preview.campaigns == 1 else "them"
        notes.append(f"While nothing was sent, z pauses {them} again, but {stays}.")
    if preview.act == "archive":
        notes.append("z does not take it back: d copies it into a new draft.")
    verb = preview.act.capitalize()
    title = f"{verb}?"
    label = verb if preview.campaigns == 1 else f"{verb} {preview.campaigns:,}"
    if preview.type_name is not None:
        return ConfirmTyped(title, preview.sentence, label, name=preview.type_name, notes=tuple(notes))
    if preview.act == "delete" and preview.campaigns > 1:
        typed = f"delete {preview.campaigns}"
        return ConfirmTyped(title, preview.sentence, label, name=typed, notes=tuple(notes))
    if preview.not_stored:
        from trd_tui.domain.not_stored import start_goes_without

        steps = "its steps" if len(preview.not_stored) == 1 else f"those of {preview.not_stored[0].name}"
        first = f"{start_goes_without(preview.not_stored)} {shown('steps', 'S')} opens {steps}."
        return StartQuestion(title, preview.sentence, label, first=first, notes=tuple(notes))
    return Confirm(title, preview.sentence, label, notes=tuple(notes), danger=preview.act == "delete")
