"""What the services answer with: frozen rows and pages. It imports no SQL, so a face may draw first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from trd_tui.domain import rates
from trd_tui.domain.put_off import Putter
from trd_tui.services.variant_views import VariantFigures

if TYPE_CHECKING:
    from trd_tui.domain.not_stored import NotStored


class SortKey(StrEnum):
    """What a list of campaigns can be sorted by."""

    ACTIVITY = "activity"
    NAME = "name"
    STATUS = "status"
    PROGRESS = "progress"
    CONTACTS = "contacts"
    SENT = "sent"
    REPLIES = "replies"
    RATE = "rate"
    NEXT = "next"
    DELIVERED = "delivered"
    FAILED = "failed"
    CREATED = "created"


SMALLEST_FIRST = (SortKey.NAME, SortKey.STATUS, SortKey.NEXT)
"""Sorts whose usual order is ascending; all others show the largest or newest first."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which campaigns to show.

    Attributes:
        status: one status, or ``None`` for all but the archived; deleted campaigns never show.
        search: part of a name, in any case.
        sort: by what; campaigns that have no next message come last in either direction.
        descending: largest, newest or last first.
        limit: rows of the page.
        offset: rows before the page.
    """

    status: str | None = None
    search: str = ""
    sort: SortKey = SortKey.ACTIVITY
    descending: bool = True
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign with its kept counters. Instants are epoch milliseconds."""

    id: str
    name: str
    status: str
    contact_count: int
    open_count: int
    texted_count: int
    waiting_count: int
    in_flight_count: int
    held_count: int
    sent_count: int
    delivered_count: int
    failed_count: int
    replied_count: int
    opted_out_count: int
    touches_planned: int
    touches_resolved: int
    created_at: int
    last_activity_at: int
    next_due_at: int | None
    """The next message; ``None`` unless the campaign is active and has one."""
    planning: bool
    """A start or a resume is still being put into the schedule."""

    @property
    def completion_rate(self) -> float:
        """Touches resolved of those planned, in percent: the progress bar."""
        return rates.completion_rate(self.touches_resolved, self.touches_planned)

    @property
    def reply_rate(self) -> float:
        """Contacts who replied to messages sent, in percent."""
        return rates.reply_rate(self.replied_count, self.sent_count)

    @property
    def contact_reply_rate(self) -> float:
        """Contacts who replied to contacts texted, in percent."""
        return rates.contact_reply_rate(self.replied_count, self.texted_count)

    @property
    def delivery_rate(self) -> float:
        """Delivered to delivered and failed, in percent."""
        return rates.delivery_rate(self.delivered_count, self.failed_count)

    @property
    def opt_out_rate(self) -> float:
        """Contacts who opted out to contacts texted, in percent."""
        return rates.opt_out_rate(self.opted_out_count, self.texted_count)


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """A page of campaigns and how many match in all."""

    rows: tuple[CampaignRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Kept totals of every campaign that is neither archived nor deleted."""

    active_campaigns: int = 0
    total_campaigns: int = 0
    total_contacts: int = 0
    total_texted: int = 0
    total_waiting: int = 0
    total_messages: int = 0
    total_delivered: int = 0
    total_failed: int = 0
    total_replies: int = 0
    total_opted_out: int = 0

    @property
    def reply_rate(self) -> float:
        """Contacts who replied to messages sent, in percent."""
        return rates.reply_rate(self.total_replies, self.total_messages)

    @property
    def delivery_rate(self) -> float:
        """Delivered to delivered and failed, in percent."""
        return rates.delivery_rate(self.total_delivered, self.total_failed)


@dataclass(frozen=True, slots=True)
class NextMessage:
    """The earliest message of all active campaigns; ``at`` is a campaign instant."""

    campaign_id: str
    campaign_name: str
    touch: int
    at: int


@dataclass(frozen=True, slots=True)
class Sends:
    """Messages of a campaign that go at the same instant.

    Attributes:
        at: campaign instant.
        touch: the lowest touch of those that go together.
        last_touch: the highest.
        count: how many.
        more: there are more than were counted.
    """

    at: int
    touch: int
    last_touch: int
    count: int
    more: bool = False


MOST_UNREAD = 100
"""Up to which unread conversations are counted for the top line: it says ``99+`` then."""


@dataclass(frozen=True, slots=True)
class Connected:
    """Somebody whose app is open.

    Attributes:
        actor: who acts in it.
        login: the system's name of them.
        place: from where they have come: an address, ``browser`` or ``here``.
        since: real instant at which it was opened.
        own: whether it is this very app.
    """

    actor: str
    login: str
    place: str
    since: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures above the list.

    Attributes:
        counts: campaigns of each tab, by ``all draft active paused completed archived``.
        summary: the kept totals.
        active_waiting: messages of active campaigns that wait to be sent.
        sent_today: accepted since midnight.
        hourly: accepted in each of the last 24 hours of campaign time, oldest first, the present hour last.
        reply_trend: 1, 0 or -1: the reply rate of the last seven days against the seven before.
        next_message: the earliest message ahead, if any.
        stopped: the emergency stop is set.
        stop_reason: why, where somebody said so.
        stopped_by: who set it.
        stopped_at: real instant at which it was set.
        unread: conversations of the inbox that nobody has opened; counted up to `MOST_UNREAD`.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    summary: Summary = field(default_factory=Summary)
    active_waiting: int = 0
    sent_today: int = 0
    hourly: tuple[int, ...] = (0,) * 24
    reply_trend: int = 0
    next_message: NextMessage | None = None
    stopped: bool = False
    stop_reason: str | None = None
    stopped_by: str | None = None
    stopped_at: int | None = None
    unread: int = 0


@dataclass(frozen=True, slots=True)
class ActResult:
    """What an act did to one campaign.

    Attributes:
        campaign_id: the campaign it was asked for.
        name: its name, or the id where there is none.
        ok: whether it was done.
        message: one sentence: what was done, or why it was refused and what to do.
        figures: counts and instants that belong to it, for programs.
    """

    campaign_id: str
    name: str
    ok: bool
    message: str
    figures: Mapping[str, int | str | None] = field(default_factory=dict)


class ActCancelledError(Exception):
    """Raised by whoever is told of an act's progress, to end it between two transactions."""


@dataclass(frozen=True, slots=True)
class ResumeTouch:
    """What a resume would do to the messages of one touch, in contacts.

    Attributes:
        position: the touch.
        day: its day.
        started: contacts who get it as their first.
        kept: it lies ahead and stays where it is.
        moved: it gets another date.
        skipped: it will not be sent.
        held: it waits for a person.
    """

    position: int
    day: int
    started: int
    kept: int
    moved: int
    skipped: int
    held: int


@dataclass(frozen=True, slots=True)
class ResumePreview:
    """What a resume would do to one campaign.

    Attributes:
        campaign_id: the campaign.
        name: its name.
        policy: the policy that decides.
        meaning: the policy in words.
        touches: the figures per touch, in order.
        messages: messages that wait afterwards, one a contact.
        in_all: these and what follows them, if nobody answers.
        finished: contacts for whom nothing follows what is skipped.
        first_at: when the first of the messages goes; ``None`` when there is none.
        last_at: when the last of them starts, spread by the sender's rate.
        segments: of these messages.
        cost_micros: of these messages, by the price table.
        unreadable: messages that lack a field and will wait for a person when they are due.
        shared_contacts: contacts of these messages whom another active campaign texts too.
        budget_left_micros: what its budget has left; ``None`` without one.
        affordable: how many of these messages that pays, in the order of enrolment.
    """

    campaign_id: str
    name: str
    policy: str
    meaning: str
    touches: tuple[ResumeTouch, ...]
    messages: int
    finished: int
    first_at: int | None
    last_at: int | None
    segments: int
    cost_micros: int
    unreadable: int
    shared_contacts: int
    budget_left_micros: int | None = None
    affordable: int = 0
    in_all: int = 0

    @property
    def over_budget(self) -> bool:
        """Whether the budget is used up before all of these messages have gone."""
        return self.budget_left_micros is not None and self.affordable < self.messages

    def total(self, figure: str) -> int:
        """One figure over all touches."""
        return sum(int(getattr(touch, figure)) for touch in self.touches)


@dataclass(frozen=True, slots=True)
class ActPreview:
    """What an act would do, said before it is done.

    Attributes:
        act: pause, resume, start, duplicate, archive or delete.
        sentence: "Pause 5 campaigns: 213 messages due in the next hour will wait."
        campaigns: how many it would change.
        contacts: contacts of those.
        messages: messages that it touches: due in the next hour for a pause, waiting otherwise.
        refused: those that it cannot change, each with the reason.
        type_name: the name that must be typed first, when one campaign that has sent would be deleted.
        resumes: for a resume, the figures of each campaign; empty where they would take too long to count.
        may_put_off: what may put off texts that a start or a resume gives a date; the sentence says so.
        not_stored: for a start, the drafts of which more is typed in their steps than stored.
    """

    act: str
    sentence: str
    campaigns: int
    contacts: int = 0
    messages: int = 0
    refused: tuple[ActResult, ...] = ()
    type_name: str | None = None
    resumes: tuple[ResumePreview, ...] = ()
    may_put_off: tuple[Putter, ...] = ()
    not_stored: tuple[NotStored, ...] = ()


@dataclass(frozen=True, slots=True)
class TouchFunnel:
    """One touch of a campaign and what became of it over all contacts."""

    position: int
    day: int
    kind: str
    body: str
    active: bool
    sent_count: int
    delivered_count: int
    failed_count: int
    replied_count: int
    opted_out_count: int
    variants: tuple[VariantFigures, ...] = ()
    """Its texts where it has or had several; then `body` is that of the first."""

    @property
    def delivery_rate(self) -> float:
        """Delivered to delivered and failed, in percent."""
        return rates.delivery_rate(self.delivered_count, self.failed_count)

    @property
    def reply_rate(self) -> float:
        """Replies to messages sent, in percent."""
        return rates.reply_rate(self.replied_count, self.sent_count)


@dataclass(frozen=True, slots=True)
class CampaignDetail:
    """One campaign with its settings. Times of day are minutes after midnight, money micro-dollars."""

    row: CampaignRow
    sender: str
    timezone: str
    send_time: int
    window_days: int
    window_from: int
    window_to: int
    resume_policy: str
    daily_cap: int | None
    budget_micros: int | None
    daily_budget_micros: int | None
    cost_micros: int
    reserved_micros: int
    priced_micros: int
    by_hand_micros: int
    price_milli: int
    segment_count: int
    priority: int
    variables: Mapping[str, str]
    started_at: int | None
    paused_at: int | None
    resumed_at: int | None
    completed_at: int | None
    archived_at: int | None
    touches: tuple[TouchFunnel, ...]
    pause_reason: str | None = None
    """Why a rule of its own has paused it; ``None`` when none has."""


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Which contacts to show: one enrolment status or all; part of a name or a number; who is suppressed."""

    status: str | None = None
    search: str = ""
    limit: int = 50
    offset: int = 0
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact in one campaign: where they stand, what was last and what comes next."""

    enrolment_id: int
    contact_id: int
    number: str
    first_name: str
    last_name: str
    company: str
    status: str
    sent_count: int
    touches_planned: int
    touches_resolved: int
    last_sent_at: int | None
    next_touch: int | None
    next_at: int | None
    next_state: str | None
    reason: str | None
    """Why it ended, or why the next message is held."""
    ended_touch: int | None
    replied_at: int | None
    opted_out_at: int | None
    last_touch: int | None = None
    """The last touch that was tried; ``None`` before the first."""
    last_state: str | None = None
    """What became of it: sent, delivered, undelivered or failed."""
    last_at: int | None = None
    """When it was accepted, else when it failed."""
    suppressed: str | None = None
    """Why the number must not be texted."""

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A page of a campaign's contacts and how many match in all."""

    rows: tuple[ContactRow, ...]
    total: int
