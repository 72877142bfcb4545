"""What an act on campaigns would do, and what it has done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trd_tui.domain.put_off import Putter

if TYPE_CHECKING:
    from trd_tui.domain.foreign_sender import ForeignSender
    from trd_tui.domain.not_stored import NotStored
    from trd_tui.domain.paused_sender import PausedSender


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
        names: of the campaigns it would change, the first few.
        not_stored: for a start, the drafts of which more is typed in their steps than stored.
        without_consent: for a start, how many of the contacts have no consent on record; 0 where there are
            too many to count them.
        paused_senders: for a start or a resume: senders of theirs from which nothing goes.
        foreign_senders: for a start or a resume: senders of theirs that are known to be no numbers of the
            account.
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
    names: tuple[str, ...] = ()
    not_stored: tuple[NotStored, ...] = ()
    without_consent: int = 0
    paused_senders: tuple[PausedSender, ...] = ()
    foreign_senders: tuple[ForeignSender, ...] = ()
