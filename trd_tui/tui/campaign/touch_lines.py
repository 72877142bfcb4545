"""What the editor of touches says: the touches, the text as somebody reads it, what is found in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.domain.template import TOKEN
from trd_tui.domain.window import format_time
from trd_tui.tui import format as show
from trd_tui.tui.lines import Part
from trd_tui.tui.touches.reading import MARKS

if TYPE_CHECKING:
    from trd_tui.domain.finding import Finding
    from trd_tui.domain.sequence import Touch
    from trd_tui.services.touch_views import AsRead, Reader
    from trd_tui.tui.campaign.touch_draft import SequenceDraft


WIDE = 32
"""Cells of the list from which a day is written out."""


def number_of(touch: Touch) -> str:
    """A touch's number; a new one has none yet."""
    return str(touch.position) if touch.position > 0 else "+"


def touch_line(draft: SequenceDraft, touch: Touch, findings: Sequence[Finding], width: int) -> Content:
    """One touch of the list."""
    mine = [each.severity for each in findings if each.touch == touch.position]
    worst = "error" if "error" in mine else "warning" if "warning" in mine else ""
    mark, colour = MARKS[worst] if worst else (" ", "")
    quiet = "" if touch.active else "$trd-quiet"
    said = " ".join(TOKEN.sub("…", touch.body).split()) or "(no text yet)"
    kind = f"×{len(touch.variants)} " if touch.variants else "" if touch.active else "off "
    if touch.variants and not touch.active:
        kind = "off "
    begin = f"{number_of(touch):>2} "
    day = f"day {touch.day:<4}" if width >= WIDE else f"d{touch.day:<3}"
    room = max(0, width - len(begin) - len(day) - 3 - len(kind))
    words = said if len(said) <= room else said[: max(0, room - 1)] + "…"
    return Content.assemble(
        (begin, "bold"), (day, "$trd-quiet"),
        ("✎" if draft.is_changed(touch) else " ", "$accent"), (mark, colour), " ",
        (kind, "$trd-info"), (words, quiet),
    )  # fmt: skip


def head_content(draft: SequenceDraft, reader: Reader | None, gets: str | None, width: int) -> Content:
    """Over the text: which touch, when, and its variants with their shares."""
    touch = draft.touch
    new = " new" if touch.position < 1 else ""
    parts: list[str | tuple[str, str]] = [
        (f"Touch {number_of(touch)}{new}", "bold $trd-strong"),
        ("  day ", "$trd-quiet"), str(touch.day),
        ("  at ", "$trd-quiet"), format_time(draft.send_time),
        "  ", ("● in use", "$success") if touch.active else ("○ passed over", "$trd-quiet"),
    ]  # fmt: skip
    if touch.variants:
        total = sum(each.weight for each in touch.variants)
        parts.append("  ")
        for each in touch.variants:
            share = f" {each.name} {100 * each.weight / total:.0f} % "
            parts.append((share, "bold reverse $primary") if each.name == draft.variant else share)
        if gets is not None and reader is not None and width >= 76:
            parts.append((f"  {reader.name or reader.number} gets {gets}", "$trd-quiet"))
    return Content.assemble(*parts)


def state_content(draft: SequenceDraft, *, saving: bool) -> Content:
    """Whether it can be edited, and whether it is saved."""
    if saving:
        return Content.styled("saving …", "$trd-info")
    if draft.found.refusal is not None:
        return Content.styled(f"✗ {draft.found.refusal}", "$warning")
    if draft.crossed:
        return Content.styled(
            "▲ somebody else has changed this sequence meanwhile; what you typed stays, s shows both",
            "$warning",
        )
    if not draft.changed:
        return Content.styled("✔ saved", "$trd-quiet")
    number = draft.changes()
    said = (
        f"{show.plural(number, 'touch').replace('touchs', 'touches')} changed"
        if number
        else "send time changed"
    )
    return Content.assemble(("✎ ", "$accent"), f"{said}, not saved", ("  s saves · U discards", "$trd-quiet"))


def writing_parts(*, plain: bool, wide: bool) -> list[Part]:
    """The keys that work while one writes."""
    keys = [
        ("esc", "leave the text" if wide else "leave", "back"),
        ("ctrl+s", "save", "on_page('save')"),
        ("f7 f8", "other contact" if wide else "contact", "on_page('reader', 1)"),
    ]
    if plain:
        keys.append(("f9", "plain characters" if wide else "plain", "on_page('plain')"))
    parts = [Part(" ")]
    for key, word, action in keys:
        parts += [Part(key, "key", action), Part(f" {word}  ", "", action)]
    return parts


def reader_title(reader: Reader | None, *, wide: bool) -> str:
    """As whom the text is read."""
    if reader is None:
        return "As a made-up contact reads it"
    who = f"{reader.name} {reader.number}".strip() if wide else reader.name or reader.number
    return f"As {who} reads it · {reader.place + 1:,} of {reader.of:,}"


def read_content(found: AsRead) -> Content:
    """The text as somebody reads it, or why there is none."""
    if found.problem:
        held = "their message would be held: " if found.held else ""
        return Content.styled(f"✗ {held}{found.problem}", "$warning" if found.held else "$error")
    return Content(found.body)
