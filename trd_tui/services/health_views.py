"""What Health shows: frozen values that import no SQL."""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.services.report_views import ErrorRow


@dataclass(frozen=True, slots=True)
class SenderView:
    """A sender and its bucket now.

    Attributes:
        address: number or messaging service.
        rate_milli: thousandths of a segment a second; 0 without a limit.
        tokens_milli: what its bucket holds, thousandths of a segment; below zero after a long text.
        waiting: messages of active campaigns that wait to be sent from it.
        in_flight: messages that are with the carrier, or unknown.
        paused_until: campaign instant; ``None`` while it is not paused.
        for_good: it is paused until a person acts.
        paused_reason: why.
    """

    address: str
    rate_milli: int
    tokens_milli: int
    waiting: int
    in_flight: int
    paused_until: int | None
    for_good: bool
    paused_reason: str | None


@dataclass(frozen=True, slots=True)
class DatabaseView:
    """The database as the system sees it; bytes, ``None`` where nobody can say.

    Attributes:
        kind: SQLite or PostgreSQL, with the version of the former.
        place: the file's name, or the server's address without its password; `trd doctor` has the whole path.
        size: of the data.
        log: of SQLite's write-ahead log.
        free: on the disk that holds it.
    """

    kind: str
    place: str
    size: int | None
    log: int | None
    free: int | None


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A receiver of events; instants are real.

    Attributes:
        id: unique.
        name: what it is called.
        url: where events are posted.
        waiting: events that are to be posted.
        delivered: events that it has taken.
        given_up: events that it has not taken within about a day.
        failures: how often in a row it could not be reached.
        failing_since: since when.
        retry_at: before it nothing is posted to it.
        last_error: the last trouble; ``None`` when it took the last event.
    """

    id: int
    name: str
    url: str
    waiting: int
    delivered: int
    given_up: int
    failures: int
    failing_since: int | None
    retry_at: int | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """How the machine is, at one moment.

    Attributes:
        at: campaign instant of the look.
        real: real instant of the look.
        stopped: the emergency stop is set.
        stopped_by: by whom.
        stopped_at: real instant.
        stop_reason: why, where somebody said so.
        holder: who holds the lease, for people; ``None`` when nobody does.
        alive: the lease is fresh.
        held_since: real instant at which the holder took it.
        token: the fencing token.
        yield_to: who has asked the holder to give it up.
        heartbeat_at: real instant at which somebody could last send.
        trouble: why the holder cannot ask the carrier; ``None`` while it can, or nobody holds the lease.
        active: campaigns that may send.
        waiting: messages of active campaigns that wait.
        sending: messages that are with the carrier.
        unknown: messages of which nobody knows whether they were sent.
        held: messages that wait for a person.
        next_due_at: campaign instant of the earliest message of an active campaign.
        polled_at: real instant at which the carrier was last asked, to the half minute; 0 = never.
        poll_busy_s: seconds between polls while sending.
        poll_idle_s: seconds between polls otherwise.
        speed: campaign milliseconds a real millisecond; 1 for the real clock.
        virtual: the clock is a demonstration's.
        drift_ms: how far this process's clock is from the one that the database says.
        senders: with their buckets.
        webhooks: receivers of events.
        database: where everything is kept.
        sent_lately: messages sent in this hour and the one before.
        errors: what the carrier had against messages of the last hour, by code.
    """

    at: int
    real: int
    stopped: bool
    stopped_by: str | None
    stopped_at: int | None
    stop_reason: str | None
    holder: str | None
    alive: bool
    held_since: int | None
    token: int
    yield_to: str | None
    heartbeat_at: int | None
    active: int
    waiting: int
    sending: int
    unknown: int
    held: int
    next_due_at: int | None
    polled_at: int
    poll_busy_s: float
    poll_idle_s: float
    speed: float
    virtual: bool
    drift_ms: int
    senders: tuple[SenderView, ...]
    webhooks: tuple[WebhookView, ...]
    database: DatabaseView
    sent_lately: int
    errors: tuple[ErrorRow, ...]
    trouble: CarrierTrouble | None = None


@dataclass(frozen=True, slots=True)
class WaitRow:
    """Messages that wait for the same reason.

    Attributes:
        id: the rule's name.
        name: what it says, for people.
        messages: how many; of those that were looked at.
        at: campaign instant at which the first of them may go; ``None`` where nobody knows.
        campaign: an example: the campaign of the first.
    """

    id: str
    name: str
    messages: int
    at: int | None = None
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, and why.

    Attributes:
        at: campaign instant of the look.
        rows: reasons, those of whole campaigns first.
        looked: due messages that the rules were asked about.
        more: there are more that are due.
    """

    at: int
    rows: tuple[WaitRow, ...]
    looked: int
    more: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """What will be decided about a campaign's next messages.

    Attributes:
        at: the instant of the look: that of the next message, now where it is due.
        rows: what is decided, in the order in which reasons decide; ``send`` is what goes.
        looked: messages that the rules were asked about.
        more: more of them are due then.
    """

    at: int
    rows: tuple[WaitRow, ...]
    looked: int
    more: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message that is held, or of which nobody knows whether it was sent.

    Attributes:
        id: of the message.
        campaign_id: its campaign.
        campaign: that campaign's name.
        number: whose it is.
        name: the contact's name; may be empty.
        touch: position of the touch.
        state: ``held`` or ``unknown``.
        due_at: campaign instant at which it was due.
        reason: the evidence.
        perhaps_sent: a call to the carrier was begun: to send it again may be to send it twice.
        looks: looks into the carrier's list that found nothing.
        looked_at: real instant of the last look.
        doubt: what the contact said that reads like an opt-out.
    """

    id: int
    campaign_id: str
    campaign: str
    number: str
    name: str
    touch: int
    state: str
    due_at: int
    reason: str
    perhaps_sent: bool
    looks: int
    looked_at: int | None
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """When a held message would go, if it were released now.

    Attributes:
        at: campaign instant, by date, window and gap; caps and quiet hours are asked when it has come.
        dated: it is not due yet, and keeps its date.
        paused: its campaign is paused: nothing goes before that is resumed.
    """

    at: int
    dated: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class StuckPage:
    """A page of them, and how many there are."""

    rows: tuple[Stuck, ...]
    total: int
