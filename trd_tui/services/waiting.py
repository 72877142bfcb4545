"""What waits to be sent, and why: the claim's own decision, asked about a bounded number of due messages."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from trd_tui.carriers.error_codes import reason_of
from trd_tui.clock import Clock
from trd_tui.domain.allowance import Allowance, day_of
from trd_tui.domain.carrier_trouble import IN_WORDS
from trd_tui.domain.clearance import Clearance, Later, Send, clear
from trd_tui.domain.sentences import part
from trd_tui.services.actor import WORKSPACE
from trd_tui.services.health_views import Coming, Waiting, WaitRow
from trd_tui.store import campaign_list, campaigns, control, health, lease, queue, stuck
from trd_tui.store.database import Database
from trd_tui.store.purses import Purses
from trd_tui.store.sequences import SequenceCache

LOOKED = 200
"""Due messages that the rules are asked about in one look: about 15 ms, on no thread that sends or paints."""

AHEAD = 1_000
"""Messages ahead of their time of which it is told what has put them off."""

RULES = {
    "suppression": "the number is on the do-not-contact list: its sequences end",
    "bad_number": "the number takes no texts: its sequences end",
    "doubt": "the contact may have opted out: a person decides",
    "enrolment": "the contact takes no part any more: a person decides",
    "zone": "the contact's time zone is not known here: a person decides",
    "quiet_hours": "quiet hours where the contact may be",
    "window": "outside the campaign's window",
    "gap": "too soon after the contact's last touch",
    "frequency": "the contact has had all texts of a day or a week",
    "daily_cap": "the campaign's daily cap is used up",
    "daily_budget": "a daily budget is used up",
    "budget": "the campaign's budget is used up: it pauses",
    "sequence": "the touch is not in the sequence any more: a person decides",
    "template": "the text lacks a field: a person decides",
    "price": "the number's country has no price: a person decides",
    "send": "nothing stands in its way: it goes as its sender's rate permits",
}
"""The rules of ``clear()`` in words, in their order."""

NOTHING_ELSE = "nothing else stands in its way"
"""Of what may go, while what stands above it keeps everything from going."""

_WHOLE = ("stopped", "no_scheduler", "carrier")
_BEFORE = (*_WHOLE, "paused", "planning", "sender_paused")
_ORDER = (*_BEFORE, *RULES, "put_off", "date", "unknown", "held")


async def waiting(
    db: Database, clock: Clock, sequences: SequenceCache, *, daily_budget: int | None = None
) -> Waiting:
    """Say what waits and why.

    Args:
        db: the database.
        clock: campaign time, and real time for the lease.
        sequences: compiles the campaigns' rules, with the caps and prices of the settings.
        daily_budget: micro-dollars that all campaigns may spend on a day; ``None`` is no limit.
    """
    now, real = clock.now(), clock.real()
    return await db.read(lambda conn: _Look(conn, sequences, daily_budget, now, real).answer())


async def coming(
    db: Database, clock: Clock, campaign_id: str, sequences: SequenceCache, *, daily_budget: int | None = None
) -> Coming | None:
    """Say what the rules will do with an active campaign's next messages; ``None`` where nothing waits.

    What stands in the way of all campaigns (a stop, nobody who sends) is not told here.

    Args:
        db: the database.
        clock: campaign time, and real time for the lease.
        campaign_id: the campaign.
        sequences: compiles the campaigns' rules, with the caps and prices of the settings.
        daily_budget: micro-dollars that all campaigns may spend on a day; ``None`` is no limit.
    """
    now, real = clock.now(), clock.real()
    return await db.read(lambda conn: _Look(conn, sequences, daily_budget, now, real).coming(campaign_id))


def _put_off_by(reason: str) -> str:
    """The rule of a noted reason; of a carrier's code what it means."""
    said = reason.partition(":")[0]
    return part(reason_of(int(said))) if said.isdecimal() else said


class _Look:
    """One look at one snapshot."""

    def __init__(
        self, conn: Connection, sequences: SequenceCache, daily_budget: int | None, now: int, real: int
    ) -> None:
        self.conn, self.sequences, self.now, self.real = conn, sequences, now, real
        self.purses = Purses(conn, daily_budget)
        self.rows: dict[str, WaitRow] = {}
        self.looked = 0
        self.more = False

    def note(self, rule: str, said: str, count: int, at: int | None = None, campaign: str = "") -> None:
        """Count messages for a reason."""
        known = self.rows.get(rule)
        if known is None:
            self.rows[rule] = WaitRow(rule.partition(" ")[0], said, count, at, campaign)
            return
        first = min((each for each in (known.at, at) if each is not None), default=None)
        self.rows[rule] = WaitRow(known.id, known.name, known.messages + count, first, known.campaign)

    def answer(self) -> Waiting:
        """Everything together, in the order in which reasons decide."""
        totals = campaign_list.kept_totals(self.conn, WORKSPACE)
        kept = {status: int(row["waiting_count"]) for status, row in totals.items()}
        self._whole(kept)
        self._due()
        for reason, at, campaign in stuck.put_off(self.conn, self.now, AHEAD):
            said = _put_off_by(reason)
            self.note(f"put_off {said}", f"put off: {said}", 1, at, campaign)
        put_off = sum(row.messages for row in self.rows.values() if row.id == "put_off")
        ahead = kept.get("active", 0) - self.looked - put_off
        if ahead > 0:
            said = "their date lies ahead" + (", or they are due and were not looked at" if self.more else "")
            self.note("date", said, ahead, queue.next_due(self.conn, self.now))
        flying = health.in_flight(self.conn)["unknown"]
        if flying:
            self.note("unknown", "nobody knows yet whether they were sent: the carrier is asked", flying)
        if held := health.queue_health(self.conn).held:
            self.note("held", "they are held for a person: tab 3", held)
        return Waiting(self.now, tuple(self._sorted()), self.looked, self.more)

    def _sorted(self) -> list[WaitRow]:
        return sorted(self.rows.values(), key=lambda row: (_ORDER.index(row.id), -row.messages))

    def _whole(self, kept: dict[str, int]) -> None:
        """What keeps whole campaigns from sending."""
        state, held = control.read_control(self.conn), lease.read(self.conn)
        active = kept.get("active", 0)
        if state.stopped and active:
            self.note("stopped", "all sending is stopped, whatever stands below: ! releases it", active)
        if active and (held.owner is None or held.expires_at <= self.real):
            self.note("no_scheduler", "nobody sends, whatever stands below: trd run or this app does", active)
        elif active and state.trouble is not None:
            said = (
                f"{IN_WORDS[state.trouble.kind]}: what is due waits, whatever stands below; tab 1 says more"
            )
            self.note("carrier", said, active)
        if kept.get("paused"):
            self.note("paused", "their campaigns are paused", kept["paused"])

    def _due(self) -> None:
        """Ask the rules about what is due, campaign by campaign, the longest waiting first."""
        senders = queue.senders(self.conn)
        due = sorted(queue.due_campaigns(self.conn, self.now), key=lambda each: each.next_due_at)
        for campaign in due:
            room = LOOKED - self.looked
            if room <= 0:
                self.more = True
                return
            self._ask(campaign.id, self.now, room, senders)

    def coming(self, campaign_id: str) -> Coming | None:
        """What is decided about the messages that wait for the campaign's next instant."""
        campaign = campaigns.get(self.conn, campaign_id)
        if campaign is None or campaign["status"] != "active" or campaign["plan_kind"] is not None:
            return None
        if campaign["next_due_at"] is None:
            return None
        at = max(self.now, campaign["next_due_at"])
        self._ask(campaign_id, at, LOOKED, queue.senders(self.conn))
        return Coming(at, tuple(self._sorted()), self.looked, self.more) if self.looked else None

    def _ask(self, campaign_id: str, at: int, room: int, senders: Mapping[str, queue.SenderRow]) -> None:
        """Ask the rules about what is due in one campaign at an instant."""
        compiled = self.sequences.load(self.conn, [campaign_id])[campaign_id]
        terms = compiled.terms
        day = day_of(at, terms.timezone)
        own, shared = self.purses.own_day(terms, day), self.purses.shared_day(terms.workspace_id, day)
        allowance = Allowance(terms, at, own, shared)
        rows = queue.due_rows_seen(self.conn, terms.id, terms.plan_version, at, room)
        self.looked += len(rows)
        self.more = self.more or len(rows) == room
        name = campaign_list.name_of(self.conn, campaign_id)
        sender = senders.get(terms.sender)
        paused = sender is not None and (sender.paused_until or 0) > at
        for row in rows:
            decision = clear(row, compiled.rules, allowance, at)
            if isinstance(decision, Send):
                allowance.use(decision.cost_micros)
            if isinstance(decision, Send) and paused:
                self.note("sender_paused", f"their sender {terms.sender} is paused", 1, None, name)
            else:
                self._decided(decision, name)

    def _decided(self, decision: Clearance, campaign: str) -> None:
        rule = "send" if isinstance(decision, Send) else decision.rule
        at = decision.at if isinstance(decision, Later) else None
        said = NOTHING_ELSE if rule == "send" and not self.rows.keys().isdisjoint(_WHOLE) else RULES[rule]
        self.note(rule, said, 1, at, campaign)
