"""The messages of the demonstration: what was sent, what became of it, and what came back."""

from __future__ import annotations

import hashlib
from collections import Counter
from random import Random
from typing import Any

from trd_tui.carriers.error_codes import reason_of
from trd_tui.domain.fields import field_values
from trd_tui.domain.money import SEGMENT_MICROS
from trd_tui.domain.segments import segments
from trd_tui.domain.sequence import default_sequence
from trd_tui.domain.template import parse, render
from trd_tui.domain.zones import local_ordinal
from trd_tui.services.demo_people import ANSWERS, OPT_OUTS
from trd_tui.services.demo_story import ZONE
from trd_tui.store.counters import HOUR_MS
from trd_tui.store.spending import EVERYBODY

TOUCHES = default_sequence().touches
OUT_OF_REACH = 30003
GONE_FOR_GOOD = (30005, 30006)
_SECOND = 1_000
_UNREAD_MS = 8 * HOUR_MS

Row = dict[str, Any]


class Book:
    """Rows by table, each with its place as id, and the hours' totals that they make."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.hours: dict[int, Counter[str]] = {}
        self.days: Counter[tuple[str, int]] = Counter()

    def add(self, table: str, **row: Any) -> int:
        """Add a row and return its id."""
        rows = self.rows.setdefault(table, [])
        rows.append({"id": len(rows) + 1, **row})
        return len(rows)

    def put(self, table: str, **row: Any) -> None:
        """Add a row that brings its own key."""
        self.rows.setdefault(table, []).append(row)

    def hour(self, instant: int, counter: str) -> None:
        """Count something in the hour of an instant."""
        self.hours.setdefault(instant // HOUR_MS, Counter())[counter] += 1

    def spend(self, campaign_id: str, day: int, cost: int) -> None:
        """Count what a message has cost on its day, for its campaign and for all."""
        self.days.update({(campaign_id, day): cost, (EVERYBODY, day): cost})


def _hex(*parts: object) -> str:
    """32 hexadecimal digits that depend on nothing but the parts."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


class MessageBook:
    """Writes the messages of one campaign and keeps count of them.

    Attributes:
        counts: the campaign's counters that messages and replies move.
        touch_counts: the same by position of the touch.
        last_sent: campaign instant of the latest send.
    """

    def __init__(
        self, book: Book, campaign_id: str, sender: str, agent: str, random: Random, now: int
    ) -> None:
        self.book = book
        self.campaign_id = campaign_id
        self.sender = sender
        self.variables = {"agent": agent}
        self.random = random
        self.now = now
        self.counts: Counter[str] = Counter()
        self.touch_counts = {touch.position: Counter[str]() for touch in TOUCHES}
        self.last_sent = 0
        self._free_at: dict[int, int] = {}  # by planned instant: when the sender may go on

    def send(self, enrolment_id: int, contact: Row, position: int, known_since: int, due: int) -> Row:
        """One accepted message, as soon as the sender's bucket (one segment a second) let it go."""
        own = ("first_name", "last_name", "company", "email", "city", "state")
        values = field_values(
            **{name: contact[name] for name in own},
            zip_code=contact["zip"],
            number=contact["number"],
            variables=self.variables,
        )
        body = render(parse(TOUCHES[position - 1].body), values)
        count = segments(body)
        sent_at = self._free_at.get(due, due) + self.random.randrange(200, 900)
        self._free_at[due] = sent_at + count * _SECOND
        cost = count * SEGMENT_MICROS
        self.book.add(
            "scheduled_messages",
            campaign_id=self.campaign_id,
            enrolment_id=enrolment_id,
            contact_id=contact["id"],
            touch=position,
            plan_version=1,
            state="delivered",
            scheduled_for=due,
            attempts=1,
            attempt_id=_hex("attempt", contact["number"], position),
            attempted_at=sent_at,
            sender=self.sender,
            recipient=contact["number"],
            body=body,
            segments=count,
            cost_micros=cost,
            sid="SM" + _hex("message", contact["number"], position),
            sent_at=sent_at,
            final_at=sent_at + self.random.randrange(2 * _SECOND, 30 * _SECOND),
            spend_day=(day := local_ordinal(sent_at, ZONE)),
            error_code=None,
            reason=None,
            created_at=known_since,
            updated_at=sent_at,
        )
        self.counts.update(sent_count=1, segment_count=count, cost_micros=cost)
        self.book.spend(self.campaign_id, day, cost)
        self.touch_counts[position]["sent_count"] += 1
        self.book.hour(sent_at, "sent_count")
        self.last_sent = max(self.last_sent, sent_at)
        return self.book.rows["scheduled_messages"][-1]

    def outcome(self, message: Row, contact: Row, code: int | None) -> None:
        """What the carrier reported of an accepted message: delivered, or undelivered with a code."""
        message["updated_at"] = message["final_at"]
        if code is not None:
            message |= {"state": "undelivered", "error_code": code, "reason": f"{code}: {reason_of(code)}"}
            if code == OUT_OF_REACH:
                contact["soft_failures"] = 1
            else:
                contact["bad_number"] = message["reason"]
        counter = "delivered_count" if code is None else "failed_count"
        self.counts[counter] += 1
        self.touch_counts[message["touch"]][counter] += 1
        self.book.hour(message["final_at"], counter)
        self.book.add(
            "message_events",
            sid=message["sid"],
            status=message["state"],
            error_code=code,
            received_at=message["final_at"],
        )

    def answer(self, kind: str, contact: Row, enrolment: Row, message: Row, at: int) -> None:
        """Keep what came in, and credit it to the touch that it answers."""
        opted_out = kind == "opted_out"
        counter = "opted_out_count" if opted_out else "replied_count"
        enrolment["opted_out_at" if opted_out else "replied_at"] = at
        self.counts[counter] += 1
        self.touch_counts[message["touch"]][counter] += 1
        self.book.add(
            "replies",
            sid="SM" + _hex("reply", contact["number"]),
            sender=contact["number"],
            recipient=self.sender,
            body=self.random.choice(OPT_OUTS if opted_out else ANSWERS),
            kind="opt_out" if opted_out else "reply",
            contact_id=contact["id"],
            campaign_id=self.campaign_id,
            message_id=message["id"],
            received_at=at,
            carrier_at=at,
            unread=int(not opted_out and at > self.now - _UNREAD_MS),
        )
        if opted_out:
            self.book.add(
                "suppressions",
                number=contact["number"],
                reason="opted out by text",
                source="reply",
                created_at=at,
            )
        else:
            self.book.hour(at, "replied_count")
