"""What the edit of a campaign under way must make of whoever waits in it, worked out with dates alone.

Nothing that a contact had comes again, nothing that they still wait for is passed over, and what is new comes
where its date lies ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.simulation.calendars import GAP_MS, Calendar
from tests.simulation.model import Campaign
from tests.simulation.world import World

NEAR_MS = 10_000
"""Transactions of an edit take some milliseconds: what falls due in them may be seen either way."""

_WAITING = (
    "SELECT m.id, c.number, t.body, m.scheduled_for, e.shift_days, e.enrolled_on, e.last_sent_at,"
    " m.state, e.status,"
    " (SELECT group_concat(h.body, '\n') FROM scheduled_messages d JOIN touches h ON"
    "  h.campaign_id = d.campaign_id AND h.position = d.touch WHERE d.enrolment_id = e.id AND d.id < m.id)"
    " FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
    " JOIN contacts c ON c.id = m.contact_id"
    " JOIN touches t ON t.campaign_id = m.campaign_id AND t.position = m.touch WHERE m.campaign_id = :id"
)
_PLANNING = "SELECT 1 FROM campaigns WHERE id = :id AND plan_kind IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Wait:
    """A contact's touch that waits, as the rows tell it.

    Attributes:
        message: its row.
        number: the contact's.
        text: the number of its text.
        at: instant for which it waits.
        shift: days by which pauses have moved it.
        enrolled: date of enrolment.
        sent: instant of the touch before; ``None`` without one.
        state: of the row.
        standing: the contact's, in the campaign.
        had: numbers of the texts before it, also of those that were skipped.
    """

    message: int
    number: str
    text: int
    at: int
    shift: int
    enrolled: date
    sent: int | None
    state: str
    standing: str
    had: tuple[int, ...]


def look(world: World, id_: str) -> dict[int, Wait]:
    """The rows of a campaign, by their ids."""
    ask = _WAITING if world.url.startswith("sqlite") else _WAITING.replace("group_concat", "string_agg")
    found = {}
    for row, number, body, at, shift, enrolled, sent, state, standing, had in world.rows(ask, id=id_):
        found[int(str(row))] = Wait(
            int(str(row)),
            str(number),
            _number(str(body)),
            int(str(at)),
            int(str(shift)),
            date.fromordinal(int(str(enrolled or 1))),
            None if sent is None else int(str(sent)),
            str(state),
            str(standing),
            tuple(_number(each) for each in str(had).split("\n")) if had else (),
        )
    return found


def under_way(world: World, id_: str) -> bool:
    """Whether a start, a resume or an edit has not looked at everybody yet."""
    return bool(world.rows(_PLANNING, id=id_))


def complaints(
    before: Campaign,
    after: Campaign,
    waited: dict[int, Wait],
    now: dict[int, Wait],
    at: int,
    *,
    sends: bool,
) -> list[str]:
    """What an edit has done wrong, a sentence for each contact.

    Args:
        before: the campaign before it.
        after: the campaign as edited.
        waited: its rows before.
        now: its rows afterwards.
        at: instant of the edit.
        sends: whether an engine sends beside us: what is due may leave in the midst of the edit.
    """
    found = []
    for was in waited.values():
        if was.state != "scheduled" or (sends and was.at <= at + NEAR_MS):
            continue
        wanted = _wanted(was, before, after, at)
        is_ = now[was.message]
        # who has answered meanwhile is out of it
        if wanted is None or is_.standing not in ("active", "finished"):
            continue
        text, when, shift = wanted
        what = f"{was.number} had {was.had} and waited for {was.text}; after the edit"
        if text is None:
            if is_.state != "cancelled":
                found.append(f"{what} nothing is left, but they wait for {is_.text}")
        elif (is_.text, is_.state == "cancelled") != (text, False):
            found.append(f"{what} {text} is next, but it is {is_.text}, {is_.state}")
        elif is_.state == "scheduled" and abs(is_.at - when) > NEAR_MS:
            wall = after.calendar(was.number).wall
            found.append(f"{what} {text} is due {wall(when)}, but it waits for {wall(is_.at)}")
        elif is_.state == "scheduled" and is_.shift != shift:
            found.append(f"{what} what follows {text} is {shift} days late, but moved by {is_.shift}")
    return found


def _wanted(was: Wait, before: Campaign, after: Campaign, at: int) -> tuple[int | None, int, int] | None:
    """Text, instant and shift of what has to wait after an edit; ``None`` when it is too near to tell."""
    slots, cal, old = after.slots, after.calendar(was.number), before.calendar(was.number)
    (place,) = slots.places([was.text])
    last = max(slots.places(was.had), default=-1)
    here = {number: slot for number, slot in enumerate(slots.all) if not slot.gone}
    planned = {number: _planned(cal, was, slot.day) for number, slot in here.items()}
    if any(abs(instant - at) <= NEAR_MS for instant in planned.values()):
        return None
    behind = [number for number in here if number > place]
    still = [place] if place in here else [n for n in behind if here[n].born < slots.edits]
    left = [n for n in here if n > last and (n in still or planned[n] > at)] or behind
    if not left:
        return None, 0, 0
    next_ = left[0]
    text = here[next_].texts[-1]
    same = next_ == place and _planned(old, was, _day(before, was.text)) == planned[next_]
    day, shift = here[next_].day, was.shift
    due = was.at if same else cal.due(was.enrolled, day, shift, was.sent)
    if not same and due <= at and before.status == "active":
        due = cal.opens(at if was.sent is None else max(at, was.sent + GAP_MS))
        # what follows keeps its distance to it
        shift = max(shift, (cal.wall(due).date() - was.enrolled).days - (day - 1))
    return text, due, shift


def _day(campaign: Campaign, text: int) -> int:
    (place,) = campaign.slots.places([text])
    return campaign.slots.all[place].day


def _planned(cal: Calendar, was: Wait, day: int) -> int:
    return cal.planned(was.enrolled, day, was.shift)


def _number(body: str) -> int:
    return int(body.split(":", 1)[0].split(" ")[1])
