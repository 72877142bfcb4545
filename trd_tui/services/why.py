"""Why does this contact get their next text then, or not at all? The answer names the rule that decides.

What a rule says of a message comes from `trd_tui.domain.clearance.clear` itself, the one that the claim asks.
Before it stand the reasons that keep whole campaigns from sending.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain import bucket
from trd_tui.domain.allowance import Allowance, day_of
from trd_tui.domain.clearance import Later, OverBudget, Rules, Send, clear
from trd_tui.domain.consent import GIVEN
from trd_tui.domain.decision import decided
from trd_tui.domain.due import CampaignTerms, DueRow
from trd_tui.domain.finding import told_once
from trd_tui.domain.frequency import CapUse
from trd_tui.domain.law_in_force import in_force
from trd_tui.domain.message import OPEN_ENROLMENTS
from trd_tui.domain.phone import normalise
from trd_tui.domain.place import place_of
from trd_tui.domain.sentences import part
from trd_tui.domain.zones import instant_at
from trd_tui.services.actor import WORKSPACE
from trd_tui.services.why_views import ConsentStanding, Reason, TouchStanding, Why, Written
from trd_tui.store import campaigns, consents, control, decisions, lease, queue, suppressions
from trd_tui.store import why as found
from trd_tui.store.database import Database
from trd_tui.store.pauses import own_pause
from trd_tui.store.purses import Purses
from trd_tui.store.senders import UNTIL_A_PERSON_ACTS
from trd_tui.store.sequences import SequenceCache
from trd_tui.store.why import ContactFound, EnrolmentFound, MessageFound

__all__ = ["ConsentStanding", "NobodyFoundError", "Reason", "TouchStanding", "Why", "Written", "why"]

STEPS = 10
"""How often one answer of a rule may put a message off before we stop to ask what follows."""

COUNTED = 100_000
"""Messages of a queue that are counted; behind so many it is only said that there are more."""


MOST_REPLIES = 20
"""Texts that came in which are told; the inbox has them all."""


class NobodyFoundError(LookupError):
    """There is no such contact, or not in this campaign; the message says where they are."""


async def why(
    db: Database,
    clock: Clock,
    campaign_id: str,
    number: str,
    sequences: SequenceCache,
    *,
    daily_budget: int | None = None,
) -> Why:
    """Say where a contact stands in a campaign, what comes next, and which rule decides.

    Args:
        db: the database.
        clock: campaign time.
        campaign_id: the campaign.
        number: the contact's number in any usual notation.
        sequences: compiles the campaign's rules, with the caps and prices of the settings.
        daily_budget: micro-dollars that all campaigns may spend on a day; ``None`` is no limit.

    Raises:
        PhoneError: the number is none.
        NobodyFoundError: there is no such campaign or contact, or the contact is not in it.
    """
    e164 = normalise(number)
    now, real = clock.now(), clock.real()

    def look(connection: Connection) -> Why:
        return _Look(connection, campaign_id, e164, sequences, daily_budget, now, real).answer()

    return await db.read(look)


class _Look:
    """One look at one snapshot."""

    def __init__(
        self,
        connection: Connection,
        campaign_id: str,
        number: str,
        sequences: SequenceCache,
        daily_budget: int | None,
        now: int,
        real: int,
    ) -> None:
        self.connection = connection
        self.sequences = sequences
        self.daily_budget = daily_budget
        self.now = now
        self.real = real
        self.campaign, self.contact, self.enrolment = _find(connection, campaign_id, number)
        self.messages = found.messages(connection, self.enrolment.id)

    def answer(self) -> Why:
        """Everything together."""
        campaign, contact, enrolment = self.campaign, self.contact, self.enrolment
        live = [m for m in self.messages if m.state in ("scheduled", "sending", "unknown", "held")]
        waiting = live[-1] if live else None
        reasons, expected = self._reasons(waiting)
        on_list = suppressions.rows_of(self.connection, [contact.number], WORKSPACE)
        made = decisions.of_number(self.connection, contact.number)
        return Why(
            campaign_id=campaign["id"],
            campaign_name=campaign["name"],
            campaign_status=campaign["status"],
            number=contact.number,
            name=" ".join(filter(None, (contact.first_name, contact.last_name))),
            status=enrolment.status,
            touches=tuple(
                TouchStanding(
                    m.touch,
                    m.state,
                    m.scheduled_for if m.sent_at is None else m.sent_at,
                    m.sent_at,
                    m.final_at,
                    m.sid,
                    m.variant,
                    m.error_code,
                    _told(m),
                )
                for m in self.messages
            ),
            next_touch=None if waiting is None else waiting.touch,
            planned_for=None if waiting is None else waiting.scheduled_for,
            expected_at=expected,
            reasons=tuple(reasons),
            consent=self._consent(),
            caps=self._caps(waiting),
            suppressed=on_list[0].reason if on_list else None,
            suppressed_by=on_list[0].source if on_list else None,
            suppressed_at=on_list[0].created_at if on_list else None,
            written=tuple(
                Written(
                    r.received_at,
                    r.kind,
                    r.body,
                    r.touch,
                    r.campaign_id == campaign["id"],
                    decided(made, r.id) if r.kind == "unclear" else None,
                )
                for r in found.replies(self.connection, contact.id, MOST_REPLIES)
            ),
        )

    def _consent(self) -> ConsentStanding:
        rows = consents.of_contact(self.connection, self.contact.id)
        row = consents.deciding(self.connection, self.contact.id)
        if row is None:
            return ConsentStanding(False, rows=len(rows))
        given = row.kind in GIVEN
        return ConsentStanding(given, row.kind, row.source, row.given_at, row.recorded_at, len(rows))

    def _caps(self, waiting: MessageFound | None) -> tuple[CapUse, ...]:
        """The caps as the claim counts them, over all campaigns: for what waits but for its own attempts."""
        who = self.contact
        rules = self.sequences.load(self.connection, [self.campaign["id"]])[self.campaign["id"]].rules
        states = place_of(who.number, who.state, who.zip, who.timezone).states
        own = waiting.id if waiting is not None and waiting.state == "scheduled" else 0
        texted = found.texted(self.connection, who.id, self.now, own)
        return rules.caps.used(texted, in_force().most_in_24_hours(states), self.now)

    def _reasons(self, waiting: MessageFound | None) -> tuple[list[Reason], int | None]:
        """What decides, the first before all others, and when the message then goes."""
        status = self.enrolment.status
        if waiting is None and status not in OPEN_ENROLMENTS:
            return [_ended(self.enrolment)], None
        before = list(self._before())
        if waiting is None:
            return before or [Reason("planning", "the contact is about to be put into the schedule")], None
        match waiting.state:
            case "sending":
                return [Reason("under_way", "it is with the carrier at this moment"), *before], None
            case "unknown":
                told = waiting.reason or "the answer of the carrier was lost"
                return [Reason("unknown", f"nobody knows yet whether it was sent: {told}"), *before], None
            case "held":
                return [*before, self._held(waiting)], None
        row = queue.row_of(self.connection, waiting.id, self.now)
        compiled = self.sequences.load(self.connection, [self.campaign["id"]])[self.campaign["id"]]
        reasons, at = self._asked(waiting, row, compiled.rules, compiled.terms)
        if at is not None and at <= self.now:
            before_it = list(self._queue(waiting, compiled.terms))
            if before_it:  # what is said of the rules holds from when its turn comes
                at = before_it[0].at
                reasons = [*before_it, *(replace(reason, at=at) for reason in reasons)]
        elif (
            at is None and waiting.scheduled_for <= self.now
        ):  # due, and kept: it is not its rate that counts
            reasons = [*self._nobody_sends(), *reasons]
        stands = any(reason.at is None for reason in before)
        return [*before, *reasons], None if stands or at is None else max([at, *_instants(before)])

    def _before(self) -> Iterator[Reason]:
        """What keeps whole campaigns from sending."""
        campaign = self.campaign
        cause = own_pause(self.connection, campaign["id"]) if campaign["status"] == "paused" else None
        sentence = {
            "draft": "the campaign has not been started: trd campaign start",
            "paused": f"the campaign has paused: {cause}; mend that, then trd campaign resume"
            if cause
            else "the campaign is paused: trd campaign resume",
            "completed": "the campaign is completed",
            "archived": "the campaign is archived",
        }.get(campaign["status"])
        if sentence is not None:
            yield Reason(campaign["status"], sentence)
        state = control.read_control(self.connection)
        if state.stopped:
            why_ = f" ({part(state.reason)})" if state.reason else ""
            yield Reason("stopped", f"all sending is stopped{why_}: trd start")
        if state.trouble is not None:
            yield Reason("carrier", f"{state.trouble.sentence}: trd doctor")
        if campaign["status"] == "active" and campaign["plan_kind"] is not None:
            yield Reason("planning", "the campaign's contacts are being put into the schedule")
        sender = queue.senders(self.connection).get(campaign["sender"])
        if sender is None:
            yield Reason("sender", f"its sender {campaign['sender']} is not there any more")
        elif sender.paused_until is not None and sender.paused_until > self.now:
            for_good = sender.paused_until >= UNTIL_A_PERSON_ACTS
            told = f"the sender {sender.address} is paused" + (" until a person acts" if for_good else "")
            yield Reason("sender_paused", told, None if for_good else sender.paused_until)

    def _held(self, waiting: MessageFound) -> Reason:
        if self.contact.doubt is not None:
            return Reason("doubt", f"it waits for a person: {self.contact.doubt}")
        told = waiting.reason or "nobody noted why"
        return Reason(
            "held", f"it waits for a person: {part(told)}: trd campaign review {self.campaign['id']}"
        )

    def _asked(
        self, waiting: MessageFound, row: DueRow, rules: Rules, terms: CampaignTerms
    ) -> tuple[list[Reason], int | None]:
        """What the rules say at its time, and after each delay again; and when it may go by them."""
        at = max(self.now, row.scheduled_for)
        reasons: list[Reason] = []
        for _ in range(STEPS):
            decision = clear(row, rules, self._allowance(terms, at), at)
            if isinstance(decision, Later):
                reasons.append(Reason(decision.rule, decision.reason, decision.at))
                at = max(decision.at, at + 1)
            elif isinstance(decision, Send):
                crowd = self._crowd(waiting, terms, at, decision.cost_micros)
                if crowd is not None:
                    return [*reasons, crowd], None
                if not reasons:
                    told = "then nothing stands in its way" if at > self.now else "nothing stands in its way"
                    rule = "date" if at > self.now else "send"
                    day = f"touch {row.touch} is not due yet; " if at > self.now else ""
                    reasons.append(Reason(rule, day + told, at))
                return reasons, at
            elif isinstance(decision, OverBudget):
                return [
                    *reasons,
                    Reason(decision.rule, f"{part(decision.reason)}: the campaign pauses"),
                ], None
            else:
                return [*reasons, Reason(decision.rule, decision.reason)], None
        return reasons, None

    def _allowance(self, terms: CampaignTerms, at: int) -> Allowance:
        day = day_of(at, terms.timezone)
        purses = Purses(self.connection, self.daily_budget)
        return Allowance(terms, at, purses.own_day(terms, day), purses.shared_day(terms.workspace_id, day))

    def _crowd(self, waiting: MessageFound, terms: CampaignTerms, at: int, cost: int) -> Reason | None:
        """What its campaign plans before it, where that takes the last of a cap or a budget.

        Each of them is taken to cost what this one costs: which of them are put off themselves, and what
        other campaigns take, only a dry run knows.
        """
        allowance = self._allowance(terms, at)
        if terms.daily_cap is None and not allowance.limited:
            return None
        midnight = instant_at(allowance.day, 0, terms.timezone)
        all_ahead = self._ahead(waiting, terms, at)
        ahead = all_ahead if midnight <= self.now else self._ahead(waiting, terms, at, midnight)
        if not allowance.within_budget((all_ahead + 1) * cost):
            ahead, rule, what = all_ahead, "budget", "its budget, and it pauses"
        elif terms.daily_cap is not None and allowance.used + ahead >= terms.daily_cap:
            rule, what = "daily_cap", "its daily cap"
        elif allowance.beyond_the_day((ahead + 1) * cost):
            rule, what = "daily_budget", "a daily budget"
        else:
            return None
        told = f"the campaign plans {ahead:,} before it, which use up {what}"
        return Reason(rule, f"{told}: trd campaign simulate {terms.id} says when it goes")

    def _ahead(self, waiting: MessageFound, terms: CampaignTerms, at: int, since: int = 0) -> int:
        return found.waiting_before(self.connection, terms.id, waiting, at, COUNTED, since)

    def _queue(self, waiting: MessageFound, terms: CampaignTerms) -> Iterator[Reason]:
        """What keeps a message from going at once that may go: its sender's rate, or that nobody sends."""
        sender = queue.senders(self.connection)[terms.sender]
        if sender.rate_milli:
            rate, second = sender.rate_milli, bucket.DEFAULT_HORIZON_MS
            tokens, _ = bucket.settle(sender.tokens_milli, sender.bucket_at, self.now, rate, second)
            ahead = self._ahead(waiting, terms, self.now)
            if ahead >= bucket.room(tokens):
                ready = (
                    bucket.ready_at(sender.tokens_milli, sender.bucket_at, rate) if tokens <= 0 else self.now
                )
                at = max(self.now, ready) + ahead * 1_000_000 // rate
                more = "more than " if ahead == COUNTED else ""
                told = f"{more}{ahead:,} before it in this campaign" if ahead else "it is the next"
                speed = "1 segment a second" if rate == 1_000 else f"{rate / 1000:g} segments a second"
                yield Reason("rate", f"its sender starts {speed}; {told}", None if ahead == COUNTED else at)
        yield from self._nobody_sends()

    def _nobody_sends(self) -> Iterator[Reason]:
        held = lease.read(self.connection)
        if held.owner is None or held.expires_at <= self.real:
            yield Reason("no_scheduler", "no scheduler runs: trd run starts one")


def _find(
    connection: Connection, campaign_id: str, number: str
) -> tuple[RowMapping, ContactFound, EnrolmentFound]:
    campaign = campaigns.get(connection, campaign_id)
    if campaign is None:
        raise NobodyFoundError(f"there is no campaign {campaign_id}; see trd campaign list")
    contact = found.contact(connection, WORKSPACE, number)
    if contact is None:
        raise NobodyFoundError(f"there is no contact {number}; trd contact import brings some")
    places = found.enrolments(connection, contact.id)
    for place in places:
        if place.campaign_id == campaign_id:
            return campaign, contact, place
    where = ", ".join(f"{place.campaign_name} ({place.campaign_id})" for place in places)
    raise NobodyFoundError(
        f"{number} is not in {campaign['name']}; they are in {where or 'no campaign at all'}"
    )


def _ended(enrolment: EnrolmentFound) -> Reason:
    sentence = {
        "replied": "the contact has replied, which ends the sequence",
        "opted_out": "the contact gets no texts any more",
        "failed": "the number cannot be texted",
        "finished": "the contact has had the whole sequence",
        "removed": "the contact was taken out of the campaign",
    }[enrolment.status]
    why_ = f": {told_once(enrolment.end_reason)}" if enrolment.end_reason else ""
    return Reason(enrolment.status, f"{sentence}{why_}")


def _instants(reasons: list[Reason]) -> list[int]:
    return [reason.at for reason in reasons if reason.at is not None]


def _told(row: MessageFound) -> str | None:
    """Why it stands as it does, and that it may have gone before that."""
    said = row.reason and told_once(row.reason)
    if not row.unseen or row.state == "unknown":  # whose state says it
        return said
    perhaps = f"perhaps sent {'once' if row.unseen == 1 else f'{row.unseen} times'} before"
    return f"{said}; {perhaps}" if said else perhaps
