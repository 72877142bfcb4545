"""What the panel says of one contact: the rule that decides, what comes next, and what was before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show
from trd_tui.tui.campaign.colours import coloured

if TYPE_CHECKING:
    from trd_tui.services.why_views import Reason, TouchStanding, Why, Written

LABEL = 12
"""Cells of the words before a line."""

STEP = 7
"""Cells of the symbol and the touch before a line of the history."""

Piece = str | tuple[str, str]


def why_content(found: Why, now: int, zone: str, width: int) -> Content:
    """Everything about one contact in one campaign."""
    lines = [_state(found)]
    lines += [_reason(reason, now, zone, first=place == 0) for place, reason in enumerate(found.reasons)]
    lines += [_next(found, now, zone), _consent(found, now, zone), *_caps(found, now, zone)]
    lines.append(_listed(found, now, zone))
    said = [hanging(line[0], line[1:], LABEL, width) for line in lines]
    said += [Content(""), Content.styled("History", "bold")]
    history = [(touch.at, _touch(touch, now, zone)) for touch in found.touches]
    history += [(written.at, _written(written, now, zone)) for written in found.written]
    said += [hanging("", line, STEP, width) for _, line in sorted(history, key=lambda each: each[0])]
    if not history:
        nothing = "Nothing yet: no text was planned for them, and nothing came in."
        said.append(Content.styled(nothing, "$trd-quiet"))
    return Content("\n").join(said)


def hanging(label: Piece, pieces: Sequence[Piece], indent: int, width: int) -> Content:
    """A line whose further lines stand under its own text, not under its label."""
    wrapped = Content.assemble(*pieces).wrap(max(20, width - (indent if label else 0)))
    first = Content.assemble(label, wrapped[0]) if wrapped else Content.assemble(label)
    rest = [line for each in wrapped[1:] for line in each.wrap(max(20, width - indent))]
    return Content("\n").join([first, *(Content(" " * indent) + line for line in rest)])


def _label(word: str) -> Piece:
    return (f"{word:<{LABEL}}", "$trd-quiet")


def _state(found: Why) -> list[Piece]:
    symbol, tone = show.ENROLMENT.get(found.status, ("?", "quiet"))
    status = found.status.replace("_", " ")
    return [_label("stands"), (f"{symbol} {status}", coloured(tone)), f" in {found.campaign_name}"]


def _reason(reason: Reason, now: int, zone: str, *, first: bool) -> list[Piece]:
    until = ""
    if reason.at is not None:
        word = "at" if reason.rule in ("date", "send") else "until"
        until = f", {word} {show.moment(reason.at, now, zone)}"
    rule = reason.rule.replace("_", " ")
    style = "bold $trd-strong" if first else "$trd-info"
    return [_label("decides" if first else "  then"), (rule, style), f": {reason.sentence}{until}"]


def _next(found: Why, now: int, zone: str) -> list[Piece]:
    if found.next_touch is None:
        said = "nothing follows" if found.touches else "nothing is planned yet"
        return [_label("next"), (said, "$trd-quiet")]
    planned = show.moment(found.planned_for, now, zone)
    if found.expected_at is None:
        goes = "does not go before that has changed"
    elif found.expected_at == found.planned_for:
        soon = show.when(found.expected_at, now, zone)
        goes = f"goes then, {soon}" if soon.startswith(("in ", "now")) else "goes then"
    else:
        goes = f"goes {show.moment(found.expected_at, now, zone)}"
    return [_label("next"), (f"#{found.next_touch}", "bold"), f" planned for {planned}, {goes}"]


def _consent(found: Why, now: int, zone: str) -> list[Piece]:
    consent = found.consent
    if consent.given:
        at = show.moment(consent.given_at, now, zone) if consent.given_at is not None else "date not known"
        kind = consent.kind.replace("_", " ")
        return [_label("consent"), ("✔ ", "$success"), f"{kind}, {consent.source}, {at}"]
    if consent.kind:
        at = show.moment(consent.recorded_at, now, zone)
        return [_label("consent"), ("⊘ taken back", "$warning"), f", {consent.source}, {at}"]
    return [_label("consent"), ("○ none on record", "$trd-quiet")]


def _caps(found: Why, now: int, zone: str) -> list[list[Piece]]:
    lines: list[list[Piece]] = []
    for cap in found.caps:
        free = "" if cap.free_at is None else f"; one more from {show.moment(cap.free_at, now, zone)}"
        used = (f"{cap.used} of {cap.limit.most}", "bold" if cap.free_at is not None else "")
        lines.append([_label("" if lines else "texted"), used, f" {cap.limit.words}{free}"])
    return lines or [[_label("texted"), ("no cap is set", "$trd-quiet")]]


def _listed(found: Why, now: int, zone: str) -> list[Piece]:
    if found.suppressed is None:
        return [_label("list"), ("not on the do-not-contact list", "$trd-quiet")]
    since = show.moment(found.suppressed_at, now, zone)
    by = f" ({found.suppressed_by})" if found.suppressed_by else ""
    return [_label("list"), ("⊘ must not be texted", "$warning"), f": {found.suppressed}{by}, since {since}"]


def _touch(touch: TouchStanding, now: int, zone: str) -> list[Piece]:
    symbol, tone = show.MESSAGE.get(touch.state, ("?", ""))
    variant = f" {touch.variant}" if touch.variant else ""
    line: list[Piece] = [
        (f"{symbol} ", coloured(tone)), (f"#{touch.touch}{variant}".ljust(5), "bold"),
        f"{touch.state:<12}", f"{show.moment(touch.at, now, zone)}",
    ]  # fmt: skip
    if touch.final_at is not None and touch.sent_at is not None:
        took = max(0, touch.final_at - touch.sent_at) / 1000
        word = "delivered" if touch.state == "delivered" else "failed"
        line.append((f"  {word} {show.duration(took)} later", "$trd-quiet"))
    if touch.error_code is not None and f"(code {touch.error_code})" not in (touch.reason or ""):
        line.append((f"  code {touch.error_code}", "$error"))
    if touch.reason:
        line.append((f"  {touch.reason}", "$trd-quiet"))
    if touch.sid:
        line.append((f"  {touch.sid}", "$trd-quiet"))
    return line


def _written(written: Written, now: int, zone: str) -> list[Piece]:
    symbol, tone, word = show.REPLY.get(written.kind, ("?", "", written.kind))
    touch = f"#{written.touch}" if written.touch is not None and written.here else ""
    where = "" if written.here else " (another campaign)"
    said = " ".join(written.body.split())
    if written.decision is not None:
        where += f" · {written.decision.words}, {show.moment(written.decision.at, now, zone)}"
        symbol, tone, word = "◇", "quiet", "decided"
    return [
        (f"{symbol} ", coloured(tone)), (touch.ljust(5), "bold"), f"{word:<12}",
        f"{show.moment(written.at, now, zone)}  ", (f"“{said}”", "italic"), (where, "$trd-quiet"),
    ]  # fmt: skip
