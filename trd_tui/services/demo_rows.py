"""The rows of the demonstration: what the database would hold had the engine lived through the stories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

from trd_tui.domain.frequency import recent_sends
from trd_tui.services.demo_messages import GONE_FOR_GOOD, OUT_OF_REACH, TOUCHES, Book, MessageBook, Row
from trd_tui.services.demo_people import Person, sender_number
from trd_tui.services.demo_story import WINDOW, ZONE, Journey, Story, planned
from trd_tui.store.counters import COUNTERS, HOUR_MS, TOUCH_COUNTERS

_MINUTE = 60_000
_LONG_CODE_MILLI = 1_000
_REASONS = {"replied": "replied", "opted_out": "opted out"}


class CampaignBook:
    """Writes one campaign and everything that happened to its contacts into the book."""

    def __init__(self, book: Book, index: int, story: Story, random: Random, now: int) -> None:
        self.book = book
        self.story = story
        self.random = random
        self.id = f"camp_{story.created}"
        self.messages = MessageBook(book, self.id, sender_number(index), story.telling.agent, random, now)
        self.counts = self.messages.counts
        self.last_event = 0
        self.next_due: int | None = None

    def write(self, crowd: Iterator[Person]) -> None:
        """Write every contact's journey, then the campaign with the counters that these make."""
        latest = self._latest_reply()
        for journey in self.story.journeys:
            self._journey(journey, next(crowd), self.story.last_activity if journey is latest else None)
        self._campaign()
        self._audit()

    def _planned(self, journey: Journey, position: int) -> int:
        return planned(journey.enrolled_on, position, self.story.telling.send_time)

    def _latest_reply(self) -> Journey | None:
        """The journey whose reply is the campaign's latest activity: its next touch lay still ahead."""
        for journey in self.story.journeys:
            if journey.ending == "replied" and (
                journey.sent == len(TOUCHES)
                or self._planned(journey, journey.sent + 1) > self.story.last_activity
            ):
                return journey
        return None

    def _journey(self, journey: Journey, person: Person, replies_at: int | None) -> None:
        """One contact: every touch that was sent, how it ended, and what comes next."""
        joined = self._planned(journey, 1) - 30 * _MINUTE
        contact = self._contact(person, joined)
        enrolment: Row = {
            "campaign_id": self.id,
            "contact_id": contact["id"],
            "status": "active",
            "enrolled_on": journey.enrolled_on.toordinal(),
            "touches_planned": len(TOUCHES),
            "touches_resolved": journey.sent,
            "ended_touch": None,
            "end_reason": None,
            "sent_count": journey.sent,
            "last_sent_at": None,
            "recent_sends": None,
            "replied_at": None,
            "opted_out_at": None,
            "created_at": joined,
            "updated_at": joined,
        }
        enrolment_id = self.book.add("enrolments", **enrolment)
        enrolment = self.book.rows["enrolments"][-1]
        self.counts.update(contact_count=1, texted_count=1, touches_planned=len(TOUCHES))
        message: Row = {"sent_at": joined}
        for position in range(1, journey.sent + 1):
            is_last = position == journey.sent
            message = self.messages.send(
                enrolment_id, contact, position, message["sent_at"], self._planned(journey, position)
            )
            enrolment["recent_sends"] = recent_sends(enrolment["recent_sends"], message["sent_at"])
            code = None
            if is_last and journey.ending == "failed":
                code = OUT_OF_REACH if position == len(TOUCHES) else self.random.choice(GONE_FOR_GOOD)
            self.messages.outcome(message, contact, code)
        enrolment |= {"last_sent_at": message["sent_at"], "updated_at": message["final_at"]}
        ended = self._ending(journey, contact, enrolment, message, replies_at)
        if journey.sent < len(TOUCHES):
            self._next(journey, contact, enrolment, message["sent_at"], ended)
        self.counts["touches_resolved"] += enrolment["touches_resolved"]

    def _contact(self, person: Person, joined: int) -> Row:
        name = f"{person.first} {person.last}"
        self.book.add(
            "contacts",
            number=person.number,
            first_name=person.first,
            last_name=person.last,
            name_folded=name.casefold(),
            company=person.company,
            email=person.email,
            city=person.city,
            state=person.state,
            zip=person.zip,
            soft_failures=0,
            bad_number=None,
            created_at=joined,
            updated_at=joined,
        )
        return self.book.rows["contacts"][-1]

    def _ending(
        self,
        journey: Journey,
        contact: Row,
        enrolment: Row,
        message: Row,
        replies_at: int | None,
    ) -> int | None:
        """End the journey as the story says; returns the instant, or ``None`` while it goes on."""
        if journey.ending is None:
            self.counts["open_count"] += 1
            return None
        through = journey.sent == len(TOUCHES)
        ended: int = message["final_at"]
        status, reason = journey.ending, message["reason"]
        if journey.ending in _REASONS:
            ended = replies_at or self._answer_time(journey, ended)
            reason = _REASONS[journey.ending]
            self.messages.answer(journey.ending, contact, enrolment, message, ended)
        elif through:
            status, reason = "finished", None  # a failure after the last touch ends nothing any more
        enrolment |= {
            "status": status,
            "end_reason": reason,
            "ended_touch": journey.sent if through else journey.sent + 1,
            "touches_resolved": len(TOUCHES),
            "updated_at": ended,
        }
        self.last_event = max(self.last_event, ended)
        return ended

    def _answer_time(self, journey: Journey, after: int) -> int:
        """Minutes to a day after the touch, before the next one and before the campaign's latest activity."""
        latest = min(self.story.last_activity, after + 26 * HOUR_MS) - _MINUTE
        if journey.sent < len(TOUCHES):
            latest = min(latest, self._planned(journey, journey.sent + 1) - HOUR_MS)
        # Most people answer soon or not at all.
        return after + _MINUTE + int((latest - after - _MINUTE) * self.random.random() ** 3)

    def _next(self, journey: Journey, contact: Row, enrolment: Row, since: int, ended: int | None) -> None:
        """The touch that follows: it waits, or the end of the journey has cancelled it."""
        position = journey.sent + 1
        due = self._planned(journey, position)
        self.book.add(
            "scheduled_messages",
            campaign_id=self.id,
            enrolment_id=enrolment["id"],
            contact_id=contact["id"],
            touch=position,
            plan_version=1,
            state="scheduled" if ended is None else "cancelled",
            scheduled_for=due,
            reason=enrolment["end_reason"],
            created_at=since,
            updated_at=ended or since,
            **dict.fromkeys(_UNSENT),
            **dict.fromkeys(("attempts", "segments", "cost_micros", "spend_day"), 0),
        )
        if ended is None:
            self.counts["waiting_count"] += 1
            self.next_due = due if self.next_due is None else min(self.next_due, due)

    def _campaign(self) -> None:
        story, figures = self.story, self.story.figures
        paused_at = story.last_activity if figures.status == "paused" else None
        self.book.put(
            "campaigns",
            id=self.id,
            name=figures.name,
            name_folded=figures.name.casefold(),
            status=figures.status,
            sender=self.messages.sender,
            timezone=ZONE,
            send_time=story.telling.send_time,
            window_days=WINDOW.days,
            window_from=WINDOW.opens,
            window_to=WINDOW.closes,
            variables=json.dumps(self.messages.variables),
            plan_version=1,
            created_at=story.created,
            started_at=story.started,
            paused_at=paused_at,
            completed_at=self.messages.last_sent if figures.status == "completed" else None,
            next_due_at=self.next_due,
            last_activity_at=max(self.last_event, self.messages.last_sent, paused_at or 0),
            **{name: self.counts[name] for name in COUNTERS},
        )
        for touch in TOUCHES:
            counts = self.messages.touch_counts[touch.position]
            self.book.add(
                "touches",
                campaign_id=self.id,
                position=touch.position,
                day=touch.day,
                body=touch.body,
                **{name: counts[name] for name in TOUCH_COUNTERS},
            )
        self.book.add(
            "senders",
            address=self.messages.sender,
            kind="long_code",
            rate_milli=_LONG_CODE_MILLI,
            bucket_at=self.messages.last_sent,
            created_at=story.created,
        )

    def _audit(self) -> None:
        """Who created, started, paused or completed it."""
        story = self.story
        acts: list[tuple[int, str, str, str | None, str]] = [
            (story.created, "demo", "create", None, "draft"),
            (story.started, "demo", "start", "draft", "active"),
        ]
        if story.figures.status == "paused":
            acts.append((story.last_activity, "demo", "pause", "active", "paused"))
        if story.figures.status == "completed":
            acts.append((self.messages.last_sent, "system", "complete", "active", "completed"))
        for at, actor, act, before, after in acts:
            self.book.add(
                "audit",
                actor=actor,
                login=actor,
                act=act,
                subject="campaign",
                subject_id=self.id,
                before=None if before is None else json.dumps({"status": before}),
                after=json.dumps({"status": after}),
                at=at,
            )


_UNSENT = (
    "attempt_id",
    "attempted_at",
    "sender",
    "recipient",
    "body",
    "sid",
    "sent_at",
    "final_at",
    "error_code",
)
