"""What the inbox asks: a line of text, until when, and which of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from trd_tui.domain.later import FORMS
from trd_tui.tui.dialogs import AskName, Confirm
from trd_tui.tui.format import plural
from trd_tui.tui.menu import Choice

if TYPE_CHECKING:
    from trd_tui.services.answer_rules import Draft
    from trd_tui.services.inbox_views import WholeConversation

SNOOZES = (
    ("1h", "h", "For an hour"),
    ("tomorrow", "t", "Until tomorrow 9:00"),
    ("3d", "d", "For three days"),
)
"""What is offered: as `read_later` reads it, its letter, and its words."""


NOTHING = "nothing"
"""The line of a menu that leaves it."""


class AskLine(AskName):
    """Asks for a line that may be empty; answers ``None`` when it was left."""

    CSS_PATH = "../dialogs.tcss"

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it, once; an empty one too."""
        event.stop()
        event.prevent_default()
        if self.is_current:
            self.dismiss(event.value.strip())


def ask_note(talk: WholeConversation) -> AskLine:
    """The note, as it stands."""
    sentence = f"Everybody here sees it beside what {talk.name or talk.number} writes. Empty takes it out."
    return AskLine("Note", sentence, talk.note, "note it")


def ask_until(typed: str = "", wrong: str = "") -> AskLine:
    """Until when; once more with what was typed, where that was wrong."""
    sentence = f"✗ {wrong}" if wrong else f"Type {FORMS}."
    return AskLine("Put off until", sentence, typed, "put it off")


def ask_send(ready: Draft) -> Confirm:
    """What the answer does, before it goes."""
    who = f"{ready.name}, {ready.number}" if ready.name else ready.number
    goes = " Nothing calls it back." if ready.hindered else " It goes at once, and nothing calls it back."
    cost = f"{plural(ready.size.segments, 'segment')}, at most ${ready.cost_micros / 1_000_000:,.4f}"
    sentence = f"“{ready.body}”\n\nTo {who} from {ready.sender}: {cost}.{goes}"
    return Confirm("Send this answer?", sentence, "Send", notes=tuple(f"▲ {each}" for each in ready.warnings))


def ask_opt_out(talk: WholeConversation) -> Confirm:
    """What an opt-out does."""
    open_ones = sum(1 for each in talk.campaigns if each.status in ("active", "held"))
    ends = f"ends {plural(open_ones, 'sequence')} of theirs" if open_ones else "no sequence of theirs is open"
    sentence = (
        f"{talk.name or talk.number} is put on the do-not-contact list and {ends}. Nobody can text them any"
        " more, also no answer. z does not take it back: only their START, or somebody with a reason in"
        " Administration, lifts it, and what has ended stays ended."
    )
    return Confirm("Opt out?", sentence, "Opt out", danger=True)


def snooze_choices(*, asleep: bool) -> tuple[Choice, ...]:
    """Until when a conversation may be put off."""
    offered = [Choice(f"snooze:{when}", letter, label) for when, letter, label in SNOOZES]
    offered.append(Choice("snooze:", "o", "Until another time …"))
    if asleep:
        offered.append(Choice("wake", "w", "Put it off no longer"))
    return tuple(offered)


def decide_choices() -> tuple[Choice, ...]:
    """The safest first, and under the cursor; as everywhere ``n`` is no answer to what is asked."""
    return (
        Choice(NOTHING, "n", "Cancel", "nothing is decided"),
        Choice("is_opt_out", "o", "It is an opt-out …", "never text them again; z does not take it back"),
        Choice("no_opt_out", "g", "It is none", "their campaigns go on; z takes it back until a text goes"),
    )


def act_choices(talk: WholeConversation) -> tuple[Choice, ...]:
    """What can be done with a conversation, and why not; the safest first, the destructive last."""
    barred = None
    if talk.suppressed is not None:
        barred = f"must not be texted: {talk.suppressed}"
    elif talk.opted_out:
        barred = "they have opted out"
    return (
        Choice("answer", "a", "Answer", barred or "", disabled=barred is not None),
        Choice("done", "D", "Count as answered"),
        Choice("unread", "u", "Let it wait again, unread"),
        Choice("snooze", "s", "Put off …"),
        Choice("note", "c", "Note …"),
        Choice(
            "decide", "v", "Decide …", "" if talk.doubt else "nothing is unclear", disabled=not talk.doubt
        ),
        Choice(
            "opt_out", "o", "Opt out …", "on the list already" if talk.suppressed else "",
            disabled=talk.suppressed is not None,
        ),
    )  # fmt: skip
