"""What the inbox gives to every face: texts that came in, conversations, and one conversation whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shown = Literal["unanswered", "all", "snoozed"]
SHOWN: tuple[Shown, ...] = ("unanswered", "all", "snoozed")

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

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return self.answered_at is None and self.kind in WAITING_KINDS


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """A page of replies, the newest first, and how many match."""

    rows: tuple[Reply, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list.

    Attributes:
        latest: the latest text that came in.
        unanswered: texts that wait for a person.
        note: what is noted.
        snoozed_until: campaign instant until which it sleeps; ``None`` when it does not.
    """

    latest: Reply
    unanswered: int
    note: str
    snoozed_until: int | None


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A page of conversations, the newest first, and how many match."""

    rows: tuple[Conversation, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations there are."""

    all: int
    unanswered: int
    snoozed: int


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
    """

    number: str
    name: str
    note: str
    snoozed_until: int | None
    suppressed: str | None
    lines: tuple[Line, ...]
