"""What the inbox gives to every face: texts that came in, conversations, and one conversation whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from trd_tui.domain.decision import Decision

Shown = Literal["unread", "unanswered", "snoozed", "unclear", "all"]
SHOWN: tuple[Shown, ...] = ("unread", "unanswered", "snoozed", "unclear", "all")

WAITING_KINDS = ("reply", "unclear")
"""Replies that a person is waited for; a machine, a call for help and an opt-out need no answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One text that came in.

    Attributes:
        id: its row.
        number: who wrote, E.164 or a short code.
        name: of the contact; empty where they are none or have none.
        at: campaign instant at which it came in.
        kind: reply, unclear (perhaps an opt-out), opt_out, opt_in, help or auto (a machine).
        body: the text.
        campaign_id: the campaign that it answers.
        campaign_name: its name.
        touch: the touch that it answers.
        answered_at: campaign instant at which it was answered or marked as answered.
        recipient: our number or service that it came to.
        unread: whether nobody has opened or answered it.
    """

    id: int
    number: str
    name: str
    at: int
    kind: str
    body: str
    campaign_id: str | None
    campaign_name: str | None
    touch: int | None
    answered_at: int | None
    recipient: str
    unread: bool

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return self.answered_at is None and self.kind in WAITING_KINDS


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """A page of replies, the newest first, and how many match."""

    rows: tuple[Reply, ...]
    total: int


MOST_KEPT = 50
"""Conversations that stay in a list while somebody reads one after the other."""


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Which conversations a list holds.

    Attributes:
        shown: unread (somebody should look), unanswered, snoozed, unclear (perhaps an opt-out: somebody must
            decide), or all.
        search: part of the name, the number or any text that came in.
        kept: numbers that stay in the list while somebody reads on, whatever ``shown`` says.
        kept_unread: those of them that stay where the unread ones are.
    """

    shown: Shown = "unanswered"
    search: str = ""
    kept: tuple[str, ...] = ()
    kept_unread: tuple[str, ...] = ()

    def keeping(self, number: str, *, unread: bool) -> InboxQuery:
        """The same list with this conversation where it is."""
        if number in self.kept:
            return self
        more = (number,) if unread else ()
        return replace(
            self, kept=(*self.kept, number)[-MOST_KEPT:], kept_unread=(*self.kept_unread, *more)[-MOST_KEPT:]
        )

    def keeping_nothing(self) -> InboxQuery:
        """The same list with everything where it belongs."""
        return replace(self, kept=(), kept_unread=())


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list.

    Attributes:
        latest: the latest text that came in.
        unanswered: texts that wait for a person.
        note: what is noted.
        snoozed_until: campaign instant until which it sleeps; ``None`` when it does not.
        unread: of those that wait, how many nobody has opened.
        unclear: whether a person must decide if it is an opt-out.
    """

    latest: Reply
    unanswered: int
    note: str
    snoozed_until: int | None
    unread: int
    unclear: bool

    @property
    def number(self) -> str:
        """With whom it is."""
        return self.latest.number


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A page of conversations, the newest first, and how many match."""

    rows: tuple[Conversation, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations there are, by the name of each filter."""

    all: int
    unanswered: int
    snoozed: int
    unread: int = 0
    unclear: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a conversation.

    Attributes:
        at: campaign instant.
        direction: ``in``, ``touch`` (by a campaign) or ``answer`` (by a person).
        body: the text.
        state: of what we sent: where it stands; of what came in: its kind.
        campaign_id: the campaign that it belongs to.
        campaign_name: its name.
        touch: the touch, or the one that is answered.
        actor: who answered.
        reason: why it failed, or why nobody knows.
        answered: of what came in: whether it was answered.
        decision: of what reads like an opt-out: what a person has found it to be; ``None`` while nobody has.
    """

    at: int
    direction: Literal["in", "touch", "answer"]
    body: str
    state: str
    campaign_id: str | None = None
    campaign_name: str | None = None
    touch: int | None = None
    actor: str | None = None
    reason: str | None = None
    answered: bool | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class InCampaign:
    """Where the contact stands in one campaign.

    Attributes:
        id: of the campaign.
        name: its name.
        campaign_status: what the campaign does.
        status: where the contact stands.
        sent: touches that they have had.
        planned: touches that were planned for them.
    """

    id: str
    name: str
    campaign_status: str
    status: str
    sent: int
    planned: int


@dataclass(frozen=True, slots=True)
class WholeConversation:
    """Everything with one number.

    Attributes:
        number: E.164.
        name: of the contact.
        note: what is noted.
        snoozed_until: campaign instant until which it sleeps.
        suppressed: why the number must not be texted; ``None`` when it may.
        lines: both directions, the oldest first.
        contact: whether the number is a contact's.
        place: city and state, as far as known.
        company: theirs.
        doubt: why a person must decide whether they have opted out; ``None`` when nothing is to be decided.
        opted_out: whether the last that they said is an opt-out.
        consent: how they have consented, by the latest record; ``None`` without any.
        campaigns: those that they are in, the latest first.
        latest: id of the latest text that came in; 0 for none.
        unread: texts that nobody has opened.
    """

    number: str
    name: str
    note: str
    snoozed_until: int | None
    suppressed: str | None
    lines: tuple[Line, ...]
    contact: bool = False
    place: str = ""
    company: str = ""
    doubt: str | None = None
    opted_out: bool = False
    consent: str | None = None
    campaigns: tuple[InCampaign, ...] = ()
    latest: int = 0
    unread: int = 0
