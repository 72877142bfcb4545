"""What is said of one contact in one campaign. It imports no SQL, so that a face may draw it."""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.domain.decision import Decision
from trd_tui.domain.frequency import CapUse


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that decides.

    Attributes:
        rule: its name: one of ``clear()``, or of what stands before it (``paused``, ``stopped`` ...).
        sentence: what it says, for people.
        at: campaign instant until which it holds, or at which it lets the message go; ``None`` when
            nobody knows.
    """

    rule: str
    sentence: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class TouchStanding:
    """One touch of this contact.

    Attributes:
        touch: its position.
        state: where the message stands.
        at: campaign instant at which it was accepted, else for which it is planned.
        sent_at: campaign instant at which the carrier accepted it.
        final_at: campaign instant at which it was delivered or failed.
        sid: the carrier's id of it.
        variant: which of the touch's texts it had.
        error_code: the carrier's, if it failed.
        reason: why it is held, failed, skipped or cancelled, or was put off.
    """

    touch: int
    state: str
    at: int
    sent_at: int | None
    final_at: int | None
    sid: str | None
    variant: str | None
    error_code: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """What is on record of their consent.

    Attributes:
        given: whether the latest row that says anything gives consent.
        kind: of the row that decides; empty when there is none.
        source: where it was given, or who took it back.
        given_at: UTC instant at which it was given; ``None`` when that is not known.
        recorded_at: campaign instant at which it was recorded.
        rows: how many there are.
    """

    given: bool
    kind: str = ""
    source: str = ""
    given_at: int | None = None
    recorded_at: int | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """One text that came in from them.

    Attributes:
        at: campaign instant.
        kind: reply, unclear, opt_out, opt_in, help or auto.
        body: the text.
        touch: the touch of this campaign that it answers.
        here: whether it answers this campaign.
        decision: what a person has found an unclear one to be; ``None`` while nobody has.
    """

    at: int
    kind: str
    body: str
    touch: int | None
    here: bool
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Where one contact stands in one campaign.

    Attributes:
        campaign_id: the campaign.
        campaign_name: its name.
        campaign_status: its status.
        number: the contact's, in E.164.
        name: the contact's, perhaps empty.
        status: of the enrolment.
        touches: those that have a message, in order; the rest of the sequence has none yet.
        next_touch: position of the touch that comes next; ``None`` when none waits.
        planned_for: campaign instant for which that is planned.
        expected_at: campaign instant at which it goes, as far as the reasons tell; ``None`` when they
            do not.
        reasons: what decides, the first before all others.
        consent: what is on record.
        caps: how far the caps over all campaigns are used up.
        suppressed: why the number must not be texted; ``None`` when it may.
        suppressed_by: who says so: carrier, contact, import or an operator.
        suppressed_at: campaign instant since which.
        written: what came in from them, the newest first.
    """

    campaign_id: str
    campaign_name: str
    campaign_status: str
    number: str
    name: str
    status: str
    touches: tuple[TouchStanding, ...]
    next_touch: int | None
    planned_for: int | None
    expected_at: int | None
    reasons: tuple[Reason, ...]
    consent: ConsentStanding = ConsentStanding(False)
    caps: tuple[CapUse, ...] = ()
    suppressed: str | None = None
    suppressed_by: str | None = None
    suppressed_at: int | None = None
    written: tuple[Written, ...] = ()

    @property
    def rule(self) -> str:
        """Name of the rule that decides."""
        return self.reasons[0].rule
