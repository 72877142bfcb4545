"""Why a contact gets what and when: the rule that is named is the one that the next claim applies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from tests.support.world import SENDER, START, World, number
from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.domain.phone import PhoneError
from trd_tui.engine.claiming import Claimer
from trd_tui.services.why import NobodyFoundError, Why, why
from trd_tui.store import control, lease, senders
from trd_tui.store.database import Database
from trd_tui.store.sequences import SequenceCache

HOUR = 3_600_000
DAY = 24 * HOUR
TODAY = 738_900
"""2024-01-15, the day of START, as an ordinal."""

OWN = "UPDATE contacts SET {} WHERE id = 1"
CAMPAIGN = "UPDATE campaigns SET {} WHERE id = 'camp_1'"
MESSAGE = "UPDATE scheduled_messages SET {} WHERE campaign_id = 'camp_1'"
ENROLMENT = "UPDATE enrolments SET {} WHERE campaign_id = 'camp_1'"


class Asker:
    """Asks about the one contact of ``camp_1``, and lets the machine claim."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.db = Database(world.url)
        self.clock = VirtualClock(Anchor(real_now(), START, 0.0), jumps=True)
        self.sequences = SequenceCache()
        self.token = world.db.write(lease.acquire, "us", "test", real_now(), HOUR)

    async def ask(self, who: str = number(0), campaign: str = "camp_1") -> Why:
        return await why(self.db, self.clock, campaign, who, self.sequences)

    def claim(self, at: int) -> tuple[str, int, str | None]:
        """The state, date and reason of the contact's message after the next claim."""
        assert self.token is not None
        self.world.run("UPDATE control SET heartbeat_at = :at", at=real_now())
        self.world.db.write(
            Claimer().claim, token=self.token, now=at, real=real_now(), slots=100, horizon_ms=1_000
        )
        ((state, due, reason),) = self.world.rows(
            "SELECT state, scheduled_for, reason FROM scheduled_messages WHERE campaign_id = 'camp_1'"
            " AND contact_id = 1"
        )
        return str(state), int(str(due)), None if reason is None else str(reason)


@pytest.fixture
async def asker(world: World) -> AsyncIterator[Asker]:
    world.campaign(days=(1, 3))
    world.run("UPDATE senders SET rate_milli = 0")
    made = Asker(world)
    yield made
    await made.db.close()


def other_text(world: World, at: int) -> None:
    """Another campaign has sent this contact a text."""
    world.campaign("camp_2", days=(1, 3))
    world.run("UPDATE campaigns SET status = 'paused' WHERE id = 'camp_2'")
    world.run(
        "UPDATE enrolments SET last_sent_at = :at, recent_sends = :text WHERE campaign_id = 'camp_2'",
        at=at,
        text=str(at),
    )


LATER = {
    "window": [CAMPAIGN.format("window_from = 600")],
    "quiet_hours": [OWN.format("timezone = NULL, number = '+13102000000'"),
                    CAMPAIGN.format("timezone = 'America/New_York'")],
    "gap": [ENROLMENT.format(f"last_sent_at = {START - HOUR}")],
    "daily_budget": [
        CAMPAIGN.format("daily_budget_micros = 20000"),
        "INSERT INTO spend_days (workspace_id, scope, day, spent_micros, reserved_micros, priced_micros)"
        f" VALUES (1, 'camp_1', {TODAY}, 19000, 0, 0)",
    ],
    "daily_cap": [CAMPAIGN.format(f"daily_cap = 2, cap_day = {TODAY}, cap_used = 2")],
}  # fmt: skip


@pytest.mark.parametrize("rule", LATER)
async def test_what_waits_waits_as_long_as_was_said(asker: Asker, world: World, rule: str) -> None:
    for statement in LATER[rule]:
        world.run(statement)
    told = await asker.ask(str(world.one("SELECT number FROM contacts WHERE id = 1")))
    assert told.rule == rule
    first = told.reasons[0]
    assert first.at is not None
    assert first.at > START
    state, due, _ = asker.claim(START)
    assert (state, due) == ("scheduled", first.at)
    assert told.expected_at is not None
    # the same question, and the machine's answer, at the instant that was foretold
    asker.clock.jump_to(told.expected_at)
    assert (await asker.ask(told.number)).rule == "send"
    assert asker.claim(told.expected_at)[0] == "sending"


async def test_what_other_campaigns_send_counts(asker: Asker, world: World) -> None:
    other_text(world, START - 2 * HOUR)
    told = await asker.ask()
    assert (told.rule, told.expected_at) == ("frequency", START + 18 * HOUR + 6 * HOUR)
    assert asker.claim(START)[1] == told.reasons[0].at


HOLDS = {
    "price": [
        OWN.format("number = '+442071838750', timezone = 'America/New_York'"),
        CAMPAIGN.format("budget_micros = 10000000"),
    ],
    "doubt": [OWN.format("doubt = 'do I want this?'")],
    "enrolment": [ENROLMENT.format("status = 'held'")],
    "zone": [OWN.format("timezone = 'Mars/Olympus'")],
    "sequence": ["UPDATE touches SET active = 0 WHERE position = 1", CAMPAIGN.format("sequence_version = 2")],
    "template": ["UPDATE touches SET body = 'To {{company}}'", CAMPAIGN.format("sequence_version = 2")],
    "quiet_hours": [CAMPAIGN.format("window_from = 0, window_to = 300")],
}


@pytest.mark.parametrize("rule", HOLDS)
async def test_what_is_held_is_held_for_the_reason_that_was_said(
    asker: Asker, world: World, rule: str
) -> None:
    for statement in HOLDS[rule]:
        world.run(statement)
    told = await asker.ask(str(world.one("SELECT number FROM contacts WHERE id = 1")))
    assert (told.rule, told.expected_at) == (rule, None)
    state, _, reason = asker.claim(START)
    assert state == "held"
    assert reason == told.reasons[0].sentence
    after = await asker.ask(told.number)
    assert after.rule == ("doubt" if rule == "doubt" else "held")
    assert str(reason) in after.reasons[0].sentence


ENDS = {
    "suppression": [
        "INSERT INTO suppressions (workspace_id, number, reason, source, created_at)"
        " SELECT 1, number, 'STOP', 'reply', 0 FROM contacts"
    ],
    "bad_number": [OWN.format("bad_number = '30005'")],
}


@pytest.mark.parametrize(("rule", "status"), [("suppression", "opted_out"), ("bad_number", "failed")])
async def test_whose_sequence_ends_is_told_before_and_after(
    asker: Asker, world: World, rule: str, status: str
) -> None:
    for statement in ENDS[rule]:
        world.run(statement)
    told = await asker.ask()
    assert (told.rule, told.expected_at) == (rule, None)
    assert asker.claim(START)[0] == "cancelled"
    after = await asker.ask()
    assert (after.rule, after.status, after.next_touch) == (status, status, None)
    assert told.reasons[0].sentence in after.reasons[0].sentence


async def test_a_budget_that_is_used_up_pauses_the_campaign(asker: Asker, world: World) -> None:
    world.run(CAMPAIGN.format("budget_micros = 1"))
    told = await asker.ask()
    assert (told.rule, told.expected_at) == ("budget", None)
    asker.claim(START)
    assert world.one("SELECT status FROM campaigns WHERE id = 'camp_1'") == "paused"
    after = await asker.ask()
    assert [reason.rule for reason in after.reasons] == ["paused", "budget"]


async def test_what_may_go_goes(asker: Asker) -> None:
    told = await asker.ask()
    assert (told.rule, told.expected_at, told.next_touch, told.planned_for) == ("send", START, 1, START)
    assert asker.claim(START)[0] == "sending"
    assert (await asker.ask()).rule == "under_way"


async def test_what_is_not_due_is_asked_about_at_its_own_time(asker: Asker, world: World) -> None:
    world.run(MESSAGE.format(f"scheduled_for = {START + 2 * DAY}"))
    told = await asker.ask()
    assert (told.rule, told.expected_at) == ("date", START + 2 * DAY)
    world.run(CAMPAIGN.format("window_from = 600"))
    told = await asker.ask()
    assert (told.rule, told.expected_at) == ("window", START + 2 * DAY + HOUR)
    world.run(OWN.format("doubt = 'hm'"))
    assert (await asker.ask()).rule == "doubt"


BEFORE: dict[str, Sequence[str]] = {
    "draft": [CAMPAIGN.format("status = 'draft'")],
    "paused": [CAMPAIGN.format("status = 'paused'")],
    "archived": [CAMPAIGN.format("status = 'archived'")],
    "stopped": ["UPDATE control SET stopped = 1, stop_reason = 'a drill'"],
    "planning": [CAMPAIGN.format("plan_kind = 'resume'")],
    "sender_paused": [f"UPDATE senders SET paused_until = {START + HOUR}"],
}


@pytest.mark.parametrize("rule", BEFORE)
async def test_what_keeps_whole_campaigns_comes_first(asker: Asker, world: World, rule: str) -> None:
    world.db.write(control.beat, real_now())
    for statement in [*BEFORE[rule], CAMPAIGN.format("window_from = 630")]:
        world.run(statement)
    told = await asker.ask()
    assert [reason.rule for reason in told.reasons] == [rule, "window"]
    # only the sender's pause has an end
    assert told.expected_at == (START + HOUR + HOUR // 2 if rule == "sender_paused" else None)
    assert asker.claim(START) == ("scheduled", START, None)


async def test_a_sender_that_waits_for_a_person_has_no_end(asker: Asker, world: World) -> None:
    world.db.write(senders.pause_sender, SENDER, "30007")
    told = await asker.ask()
    assert (told.rule, told.reasons[0].at, told.expected_at) == ("sender_paused", None, None)


async def test_who_stands_in_a_queue_is_told_how_long(asker: Asker, world: World) -> None:
    world.campaign("camp_3", contacts=90, first=10, days=(1,))
    world.run("UPDATE senders SET rate_milli = 500")
    world.run("UPDATE enrolments SET campaign_id = 'camp_1' WHERE campaign_id = 'camp_3'")
    world.run("UPDATE scheduled_messages SET campaign_id = 'camp_1' WHERE campaign_id = 'camp_3'")
    told = await asker.ask(number(99))
    assert [reason.rule for reason in told.reasons] == ["rate", "send"]
    assert "starts 0.5 segments a second; 90 before it" in told.reasons[0].sentence
    assert [reason.at for reason in told.reasons] == [told.expected_at] * 2
    assert told.expected_at == START + 90 * 2_000
    assert (await asker.ask()).rule == "send"


CROWDED = {
    "daily_cap": "daily_cap = 3",
    "daily_budget": "daily_budget_micros = 3 * 12800",
    "budget": "budget_micros = 3 * 12800",
}


@pytest.mark.parametrize("rule", CROWDED)
@pytest.mark.parametrize("later", [0, 2 * DAY])
async def test_who_stands_behind_what_uses_up_the_day_is_told_that(
    asker: Asker, world: World, rule: str, later: int
) -> None:
    world.campaign("camp_3", contacts=5, first=10, days=(1,))
    world.run("UPDATE enrolments SET campaign_id = 'camp_1' WHERE campaign_id = 'camp_3'")
    world.run("UPDATE scheduled_messages SET campaign_id = 'camp_1' WHERE campaign_id = 'camp_3'")
    world.run(MESSAGE.format(f"scheduled_for = scheduled_for + {later}"))
    world.run(CAMPAIGN.format(CROWDED[rule]))
    if later:  # one of an earlier day, which has its own cap and daily budget, and draws on the same budget
        world.run(MESSAGE.format(f"scheduled_for = {START}") + " AND contact_id = 2")
    told = [await asker.ask(number(each)) for each in (0, *range(10, 15))]
    behind = [each.rule == rule for each in told]
    fits = 4 if later and rule != "budget" else 3
    assert behind == ([False] * fits + [True] * (6 - fits))
    assert (told[-1].expected_at, told[0].expected_at) == (None, START + later)
    assert "trd campaign simulate" in told[-1].reasons[0].sentence
    if not later:
        asker.claim(START)
        went = world.rows("SELECT contact_id FROM scheduled_messages WHERE state = 'sending'")
        assert len(went) == fits


async def test_without_a_scheduler_nothing_goes(asker: Asker, world: World) -> None:
    world.run("UPDATE leases SET expires_at = 0")
    told = await asker.ask()
    assert ([reason.rule for reason in told.reasons], told.expected_at) == (["no_scheduler", "send"], None)
    world.run(OWN.format("doubt = 'hm'"))
    assert [reason.rule for reason in (await asker.ask()).reasons] == ["no_scheduler", "doubt"]


@pytest.mark.parametrize("status", ["replied", "opted_out", "failed", "finished", "removed"])
async def test_whose_sequence_is_over_hears_why(asker: Asker, world: World, status: str) -> None:
    world.run(ENROLMENT.format(f"status = '{status}', end_reason = 'because'"))
    world.run(MESSAGE.format("state = 'cancelled'"))
    told = await asker.ask()
    assert (told.rule, told.next_touch, told.expected_at) == (status, None, None)
    assert told.reasons[0].sentence.endswith("because")


async def test_what_nobody_knows_is_said(asker: Asker, world: World) -> None:
    world.run(MESSAGE.format("state = 'unknown', reason = 'the connection was lost'"))
    told = await asker.ask()
    assert told.rule == "unknown"
    assert "the connection was lost" in told.reasons[0].sentence


async def test_a_draft_without_a_schedule_says_that(world: World) -> None:
    world.campaign(start=None)
    asker = Asker(world)
    told = await asker.ask()
    await asker.db.close()
    assert (told.rule, told.next_touch, told.touches) == ("draft", None, ())


async def test_the_number_is_read_in_any_spelling_and_errors_name_the_remedy(
    asker: Asker, world: World
) -> None:
    world.campaign("camp_2", first=1, days=(1,))
    assert (await asker.ask("(212) 200-0000")).number == number(0)
    with pytest.raises(PhoneError):
        await asker.ask("nobody")
    with pytest.raises(NobodyFoundError, match="there is no campaign camp_9"):
        await asker.ask(campaign="camp_9")
    with pytest.raises(NobodyFoundError, match=r"there is no contact \+12122000009; trd contact import"):
        await asker.ask(number(9))
    with pytest.raises(NobodyFoundError, match=r"is not in camp_1; they are in camp_2 \(camp_2\)"):
        await asker.ask(number(1))
