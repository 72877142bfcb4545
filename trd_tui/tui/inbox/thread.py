"""One conversation as people read it: who it is, and every text in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from trd_tui.domain.sentences import part
from trd_tui.tui import format as show
from trd_tui.tui.scroll import Scroll

if TYPE_CHECKING:
    from trd_tui.services.inbox_views import Line, WholeConversation

_KINDS = {
    "reply": "", "unclear": "perhaps an opt-out", "opt_out": "opt-out", "opt_in": "opt-in", "help": "help",
    "auto": "automatic",
}  # fmt: skip

_STATES = {
    "sending": ("◌ on its way", "$trd-info"),
    "unknown": ("? perhaps sent", "$warning"),
    "held": ("◆ perhaps sent", "$warning"),
    "sent": ("✓ sent", "$trd-quiet"),
    "delivered": ("✔ delivered", "$success"),
    "undelivered": ("✗ not delivered", "$error"),
    "failed": ("✗ not sent", "$error"),
}
"""How the state of what we sent reads."""

_REMEDIES = {
    "unknown": "the scheduler finds out; it is not sent again by itself",
    "held": "it may have been sent: ask them before you write it again",
    "failed": "a writes another answer",
    "undelivered": "a writes another answer",
}
"""What to do about a person's own answer."""

Piece = str | tuple[str, str]


def head_content(talk: WholeConversation, now: int, zone: str) -> Content:
    """Who it is, where they stand, and what is noted: a few lines."""
    about = " · ".join(each for each in (talk.number, talk.place, talk.company) if each)
    parts: list[Piece] = [(talk.name or talk.number, "bold $trd-strong")]
    parts.append((f"  {about if talk.name else about.removeprefix(talk.number).lstrip(' ·')}", "$trd-quiet"))
    parts += ["\n", *_standing(talk)]
    for campaign in talk.campaigns[:2]:
        symbol, _ = show.ENROLMENT.get(campaign.status, ("?", ""))
        word = campaign.status.replace("_", " ")
        parts += ["\n", (f"{symbol} {word}", ""), (f" in {campaign.name}", "$trd-quiet")]
        sent = f"{campaign.sent} of {campaign.planned} sent" if campaign.planned else "not started"
        parts.append((f" · {sent}", "$trd-quiet"))
    if len(talk.campaigns) > 2:
        parts.append((f" · and {len(talk.campaigns) - 2} more", "$trd-quiet"))
    if talk.snoozed_until is not None:
        at = show.when(talk.snoozed_until, now, zone)
        parts += ["\n", (f"z put off until {at}, or until they write", "$trd-info")]
    if talk.note:
        parts += ["\n", ("note ", "$accent"), talk.note]
    return Content.assemble(*parts)


def _standing(talk: WholeConversation) -> Iterable[Piece]:
    if talk.suppressed is not None:
        yield (f"⊘ must not be texted: {talk.suppressed}", "$warning")
    elif talk.opted_out:
        yield ("⊘ opted out; can be answered when they write again", "$warning")
    elif talk.doubt is not None:
        yield (f"◆ {talk.doubt} · v decides", "$warning")
    elif talk.contact:
        yield ("may be texted", "$trd-quiet")
    else:
        yield ("no contact of yours", "$trd-quiet")
    consent = f"consent: {talk.consent.replace('_', ' ')}" if talk.consent else "no consent on record"
    yield (f" · {consent}", "$trd-quiet")


def thread_content(talk: WholeConversation, zone: str, width: int) -> Content:
    """Every text, the oldest first, wrapped to so many cells and set in under who wrote it."""
    parts: list[Content] = []
    for line in talk.lines:
        parts.append(Content.assemble(*_heading(line, talk.name, zone)).truncate(width, ellipsis=True))
        said = Content.styled(line.body, "$trd-quiet" if line.direction == "touch" else "")
        for text in (said, _why(line), _decided(line, zone)):
            if text is not None:
                parts += [each.pad_left(2) for each in text.wrap(max(10, width - 2))]
        parts.append(Content(""))
    return Content("\n").join(parts[:-1]) if parts else Content("Nothing was written yet.")


def _heading(line: Line, name: str, zone: str) -> Iterable[Piece]:
    at = show.local(line.at, zone).strftime("%a %-d %b %H:%M")
    where = f" · {line.campaign_name}" if line.campaign_name else ""
    if line.direction == "in":
        new = line.answered is False and line.state in ("reply", "unclear")
        yield ("← ", "bold $accent" if new else "$trd-quiet")
        yield (name or "they", "bold $trd-strong")
        yield (f"  {at}", "$trd-quiet")
        if line.decision is not None:
            kind = "an opt-out" if line.decision.opt_out else "no opt-out"
            yield (f" · {kind}, decided below", "$warning" if line.decision.opt_out else "$trd-quiet")
        elif kind := _KINDS.get(line.state, line.state):
            yield (f" · {kind}", "$warning" if line.state in ("unclear", "opt_out") else "$trd-quiet")
        yield (f" · to #{line.touch}{where}" if line.touch else where, "$trd-quiet")
        return
    own = line.direction == "answer"
    yield ("→ ", "$primary" if own else "$trd-quiet")
    yield (line.actor or "you" if own else f"#{line.touch}", "bold" if own else "$trd-quiet")
    word, colour = _STATES.get(line.state, (line.state, "$trd-quiet"))
    yield (f"  {at} · ", "$trd-quiet")
    yield (word, colour)
    yield (where, "$trd-quiet")


def _why(line: Line) -> Content | None:
    """Why it was not sent, or why nobody knows; and what to do where it is a person's own."""
    remedy = _REMEDIES.get(line.state, "") if line.direction == "answer" else ""
    said = "; ".join(each for each in (part(line.reason or ""), remedy) if each)
    return Content.styled(said, _STATES[line.state][1]) if said and line.state in _STATES else None


def _decided(line: Line, zone: str) -> Content | None:
    """What somebody has found it to be, and when."""
    if line.decision is None:
        return None
    at = show.local(line.decision.at, zone).strftime("%a %-d %b %H:%M")
    return Content.styled(f"◇ {line.decision.words}, {at}", "$trd-quiet")


class Thread(Scroll):
    """The texts. It stays at its end while it is there, else where somebody has scrolled it."""

    def compose(self):  # type: ignore[no-untyped-def] # Textual's own signature
        """The text."""
        yield Static("", id="thread-text", markup=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._talk: WholeConversation | None = None
        self._zone = "UTC"
        self._at_end = True

    def show(self, talk: WholeConversation | None, zone: str, *, other: bool) -> None:
        """Show a conversation's texts.

        Args:
            talk: the conversation; ``None`` for nothing.
            zone: IANA zone in which instants are shown.
            other: another conversation than before: its end is what one wants to read.
        """
        self._talk, self._zone = talk, zone
        self._at_end = other or self.scroll_offset.y >= self.max_scroll_y - 1
        self._say()

    def on_resize(self) -> None:
        """The texts take the room there is."""
        self._say()

    def _say(self) -> None:
        text = self.query_one("#thread-text", Static)
        width = self.scrollable_content_region.width
        if not width:
            return
        content = Content("") if self._talk is None else thread_content(self._talk, self._zone, width)
        if text.content != content:
            text.update(content)
        if self._at_end:
            self.call_after_refresh(self.scroll_end, animate=False, immediate=True)
