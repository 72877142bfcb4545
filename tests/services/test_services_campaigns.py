import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.services import DAY, HOUR, Desk, definition
from trd_tui.engine.automatic import pause_campaign, pause_sender
from trd_tui.services import campaigns, listing, senders, suppressions, undo
from trd_tui.services.actor import Actor
from trd_tui.services.twins import twin_warnings
from trd_tui.services.untexted import Untexted
from trd_tui.services.views import ActResult, ListQuery


async def test_ids_are_unique_in_the_same_millisecond(desk: Desk) -> None:
    ids = [await desk.draft(f"C{at}") for at in range(5)]
    assert ids == [f"camp_{desk.clock.now() + at}" for at in range(5)]
    await desk.sound()


async def test_a_new_campaign_is_a_draft_with_all_that_its_definition_says(desk: Desk) -> None:
    id_ = await desk.draft("Ärger", variables={"agent": "Ann"}, daily_cap=500, budget_usd="250.00")
    detail = await listing.campaign_detail(desk.db, id_)
    assert detail is not None
    assert (detail.row.name, detail.row.status) == ("Ärger", "draft")
    assert (detail.daily_cap, detail.budget_micros, detail.variables) == (500, 250_000_000, {"agent": "Ann"})
    assert [(touch.position, touch.day) for touch in detail.touches] == [(1, 1), (2, 3), (3, 5)]
    assert await desk.rows("SELECT address, kind, rate_milli FROM senders") == [
        ("+15005550006", "long_code", 1000)
    ]
    assert await desk.rows("SELECT actor, login, act, subject_id FROM audit") == [
        ("ann", "ann.login", "create", id_)
    ]


@pytest.mark.parametrize("hour", [8, 12, 22])
async def test_a_start_at_night_says_when_its_first_touches_go(desk: Desk, hour: int) -> None:
    id_ = await desk.filled("Night", contacts=2)
    new_york = ZoneInfo("America/New_York")
    start = datetime.fromtimestamp(desk.clock.now() / 1000, new_york).replace(hour=hour, minute=0)
    desk.later((int(start.timestamp() * 1000) - desk.clock.now()) % DAY)
    said = (await campaigns.preview(desk.db, desk.clock, "start", [id_])).sentence
    await desk.do("start", id_)
    ((first,),) = await desk.rows("SELECT DISTINCT scheduled_for FROM scheduled_messages")
    at = datetime.fromtimestamp(first / 1000, new_york)
    begun = datetime.fromtimestamp(desk.clock.now() / 1000, new_york)
    moved = at.date() != begun.date()
    assert moved == (hour == 22)
    then = (begun + timedelta(days=2)).replace(hour=9)  # day 3, counted from the day of the start
    told = (
        f"the first touch goes out {at:%a} {at.day} {at:%b %H:%M}, the second {then:%a} {then.day} {then:%b}"
    )
    assert (told in said) == moved, said


async def test_a_start_says_whom_it_does_not_text_and_when_that_is_everybody(desk: Desk) -> None:
    some = await desk.filled("Some", contacts=3)
    one = await desk.filled("One", contacts=1)
    numbers = [number for (number,) in await desk.rows("SELECT number FROM contacts ORDER BY number")]
    await suppressions.add(desk.db, desk.clock, desk.actor, numbers[:1], "asked")

    async def said(id_: str) -> tuple[str, str]:
        preview = await campaigns.preview(desk.db, desk.clock, "start", [id_])
        (result,) = await desk.do("start", id_)
        return preview.sentence, result.message

    nobody = "nobody to text: the one contact is on the do-not-contact list"
    assert await said(one) == (f"Start One: {nobody}.", f"started; {nobody}")
    preview, result = await said(some)
    assert preview.endswith(
        "2 contacts will get the first touch when it is due; 1 is suppressed and gets nothing."
    )
    assert result.endswith("; 1 is suppressed and gets nothing")
    await suppressions.add(desk.db, desk.clock, desk.actor, numbers, "asked")
    both = await desk.filled("Both", contacts=2)
    preview, result = await said(both)
    said_of_both = "nobody to text: all 2 contacts are on the do-not-contact list"
    assert (preview, result) == (f"Start Both: {said_of_both}.", f"started; {said_of_both}")
    assert str(Untexted(1, 2).nobody()).endswith(
        "1 is suppressed and gets nothing; 2 have replied, opted out or been taken out already"
    )


async def test_starting_schedules_the_first_touch_of_everybody(desk: Desk) -> None:
    id_ = await desk.filled(contacts=7)
    (result,) = await desk.do("start", id_)
    assert result.ok
    assert result.message == "started; 7 messages scheduled"
    assert result.figures["scheduled_messages"] == 7
    assert result.figures["next_message_at"] == desk.clock.now()
    assert await desk.rows("SELECT DISTINCT state, touch FROM scheduled_messages") == [("scheduled", 1)]
    await desk.sound()


async def test_a_campaign_without_contacts_is_not_started(desk: Desk) -> None:
    id_ = await desk.draft()
    (result,) = await desk.do("start", id_)
    assert not result.ok
    assert "no contacts" in result.message


async def test_pausing_moves_the_fence_and_keeps_what_waits(desk: Desk) -> None:
    id_ = await desk.running(contacts=4)
    (result,) = await desk.do("pause", id_)
    assert (result.ok, result.message) == (True, "paused; 4 messages wait")
    assert result.figures["queued_messages"] == 4
    assert await desk.one("SELECT fence FROM control") == 1
    assert (await listing.page(desk.db, ListQuery())).rows[0].next_due_at is None
    await desk.sound()


async def test_resuming_after_days_floods_nobody(desk: Desk) -> None:
    id_ = await desk.running(contacts=4)
    await desk.do("pause", id_)
    desk.later(3 * DAY)
    (result,) = await desk.do("resume", id_)
    assert result.ok
    assert result.message == "resumed; 4 messages scheduled"
    assert await desk.one("SELECT min(scheduled_for) FROM scheduled_messages") > desk.clock.now()
    await desk.sound()


async def test_bulk_tries_all_and_answers_for_each(desk: Desk) -> None:
    one, two = await desk.running("One"), await desk.draft("Two")
    results = await desk.do("pause", one, "camp_0", two, one)
    assert [(result.campaign_id, result.ok) for result in results] == [
        (one, True),
        ("camp_0", False),
        (two, False),
    ]
    assert "there is no campaign camp_0" in results[1].message
    assert (
        results[2].message
        == "cannot pause: the campaign is draft, it has not been started; there is nothing to pause"
    )


async def test_all_active_are_paused_and_all_paused_resumed(desk: Desk) -> None:
    ids = [await desk.running(f"C{at}", first=at * 3) for at in range(3)]
    await desk.draft("D")
    paused = await campaigns.pause_all_active(desk.db, desk.clock, desk.actor)
    assert [result.campaign_id for result in paused] == ids
    assert (await listing.overview(desk.db, desk.clock)).counts == {
        "all": 4,
        "draft": 1,
        "active": 0,
        "paused": 3,
        "completed": 0,
        "archived": 0,
    }
    resumed = await campaigns.resume_all_paused(desk.db, desk.clock, desk.actor)
    assert all(result.ok for result in resumed)
    assert (await listing.summary(desk.db)).active_campaigns == 3
    await desk.sound()


async def test_a_duplicate_is_a_draft_with_settings_and_touches_and_no_contacts(desk: Desk) -> None:
    id_ = await desk.running("50% off", contacts=4, daily_cap=9)
    result = await campaigns.duplicate(desk.db, desk.clock, desk.actor, id_)
    assert result.ok
    copy = str(result.figures["new_campaign_id"])
    detail = await listing.campaign_detail(desk.db, copy)
    assert detail is not None
    assert (detail.row.name, detail.row.status, detail.row.contact_count) == ("50% off (copy)", "draft", 0)
    assert (detail.daily_cap, len(detail.touches), detail.row.sent_count) == (9, 3, 0)
    again = await campaigns.duplicate(desk.db, desk.clock, desk.actor, id_, with_contacts=True)
    assert again.figures["new_name"] == "50% off (copy 2)"
    assert again.figures["contacts"] == 4
    await desk.sound()
    (started,) = await desk.do("start", str(again.figures["new_campaign_id"]))
    assert started.figures["scheduled_messages"] == 4
    await desk.sound()


async def test_a_deleted_campaign_hides_and_comes_back_paused(desk: Desk) -> None:
    id_ = await desk.running(contacts=4)
    (result,) = await desk.do("delete", id_)
    assert result.ok
    assert (await listing.page(desk.db, ListQuery())).total == 0
    assert await listing.campaign_detail(desk.db, id_) is None
    assert (await listing.summary(desk.db)).total_contacts == 0
    await desk.sound()
    (back,) = await desk.do("undelete", id_)
    assert (back.ok, back.message) == (True, "is back, paused")
    assert (await listing.summary(desk.db)).total_contacts == 4
    (no,) = await desk.do("undelete", id_)
    assert not no.ok
    await desk.sound()


async def test_archived_campaigns_have_their_own_filter(desk: Desk) -> None:
    id_ = await desk.draft()
    (result,) = await desk.do("archive", id_)
    assert (result.ok, result.message) == (True, "archived")
    assert (await listing.page(desk.db, ListQuery())).total == 0
    assert (await listing.page(desk.db, ListQuery(status="archived"))).total == 1
    (again,) = await desk.do("start", id_)
    assert again.message == "cannot start: the campaign is archived; duplicate it to run it again"
    await desk.sound()


async def test_every_act_is_written_down_with_before_and_after(desk: Desk) -> None:
    id_ = await desk.running()
    await desk.do("pause", id_)
    rows = await desk.rows("SELECT act, before, after FROM audit WHERE subject_id = :id ORDER BY id", id=id_)
    assert [row[0] for row in rows] == ["create", "import", "start", "pause"]
    assert json.loads(rows[-1][1]) == {"status": "active"}
    assert json.loads(rows[-1][2]) == {"status": "paused"}


async def test_a_preview_says_what_an_act_would_do(desk: Desk) -> None:
    one, two = await desk.running("One", contacts=4), await desk.running("Two", contacts=3, first=10)
    three = await desk.draft("Three")
    seen = await campaigns.preview(desk.db, desk.clock, "pause", [one, two, three])
    assert seen.sentence == "Pause 2 campaigns: 7 messages due in the next hour will wait."
    assert (seen.campaigns, seen.contacts, seen.messages, len(seen.refused)) == (2, 7, 7, 1)
    desk.later(-HOUR)
    alone = await campaigns.preview(desk.db, desk.clock, "delete", [one])
    assert alone.type_name is None
    await desk.db.write(lambda conn: conn.exec_driver_sql("UPDATE campaigns SET sent_count = 2").rowcount)
    alone = await campaigns.preview(desk.db, desk.clock, "delete", [one])
    assert alone.type_name == "One"
    assert alone.sentence == (
        "Delete One: 4 waiting messages will not be sent; 4 contacts and 2 sent messages are hidden and kept."
    )
    nothing = await campaigns.preview(desk.db, desk.clock, "resume", [three])
    assert nothing.campaigns == 0
    assert "start it instead" in nothing.sentence
    for act in ("start", "resume", "duplicate", "archive"):
        assert (await campaigns.preview(desk.db, desk.clock, act, [one, two, three])).sentence
    with pytest.raises(ValueError, match="there is no act 'explode'"):
        await campaigns.preview(desk.db, desk.clock, "explode", [one])


async def test_progress_is_told_while_contacts_are_planned(desk: Desk) -> None:
    id_ = await desk.filled(contacts=2_500)
    told: list[tuple[int, int]] = []
    await campaigns.start(desk.db, desk.clock, desk.actor, [id_], progress=lambda *step: told.append(step))
    assert told[-1] == (2_500, 2_500)
    assert len(told) == 2
    await desk.sound()


def test_a_definition_of_this_file_is_whole() -> None:
    assert definition().sequence.planned == 3


async def test_a_living_campaign_of_the_same_name_is_a_twin(desk: Desk) -> None:
    first = await desk.running("Spring", contacts=3)
    other = await desk.filled("spring", contacts=2, first=2)
    (said,) = await twin_warnings(desk.db, other)
    assert said.startswith(
        f"{first} (active) is called 'Spring', too, and has the same touches; 1 contact is in both"
    )
    await desk.draft("Summer")
    await desk.do("pause", first)
    await desk.do("archive", first)
    assert await twin_warnings(desk.db, other) == []


async def test_a_sender_that_the_carrier_refuses_is_among_those_that_nobody_has_paused(desk: Desk) -> None:
    async def told() -> list[str]:
        found = await listing.paused_by_themselves(desk.db, desk.clock, 9)
        return [f"{each.id}: {each.reason}" for each in found if each.is_sender]

    await desk.running()
    sender = "+15005550006"
    await senders.pause(desk.db, desk.clock, desk.actor, sender, "a person's own wish")
    assert await told() == []
    await desk.db.write(pause_sender, sender, "a late failure", desk.clock.real())
    assert await told() == [], "their own reason stays"
    await senders.resume(desk.db, desk.clock, desk.actor, sender)
    await desk.db.write(pause_sender, sender, "no number of this account", desk.clock.real())
    assert await told() == [f"{sender}: no number of this account"]
    (first,) = await listing.paused_by_themselves(desk.db, desk.clock, 9)
    await desk.db.write(pause_sender, sender, "another failure of before", desk.clock.real())
    assert [first] == await listing.paused_by_themselves(desk.db, desk.clock, 9), "late failures are no news"
    await senders.resume(desk.db, desk.clock, desk.actor, sender)
    assert await told() == []
    await desk.db.write(pause_sender, sender, "no number of this account", desk.clock.real())
    (second,) = await listing.paused_by_themselves(desk.db, desk.clock, 9)
    assert first.entry != second.entry, "it is another pause, to be told again"


async def test_the_reason_of_a_pause_holds_until_the_next_act(desk: Desk) -> None:
    async def reason(id_: str) -> str | None:
        detail = await listing.campaign_detail(desk.db, id_)
        assert detail is not None
        told = {each.id: each.reason for each in await listing.paused_by_themselves(desk.db, desk.clock, 9)}
        assert told == ({} if detail.pause_reason is None else {id_: detail.pause_reason})
        return detail.pause_reason

    id_ = await desk.running()
    why = "its budget is used up"
    await desk.db.write(pause_campaign, id_, why, desk.clock.now(), desk.clock.real())
    assert await reason(id_) == why
    for act in ("delete", "undelete"):
        await desk.do(act, id_)
    assert await reason(id_) == why, "nobody has mended it meanwhile"
    await desk.do("resume", id_)
    for act in ("delete", "undelete"):
        await desk.do(act, id_)
    assert await reason(id_) is None, "it is paused because it was deleted"
    await undo.unpause(desk.db, desk.clock, desk.actor, [id_])
    await desk.db.write(pause_campaign, id_, why, desk.clock.now(), desk.clock.real())
    await desk.do("resume", id_)
    await desk.do("pause", id_)
    assert await reason(id_) is None, "a person has paused it"


async def test_the_undo_of_a_pause_claims_the_dates_of_before_only_where_no_resume_has_planned(
    desk: Desk,
) -> None:
    id_ = await desk.running()
    due = "SELECT min(scheduled_for) FROM scheduled_messages WHERE campaign_id = :id"
    before = await desk.one(due, id=id_)

    async def take_back(pause: ActResult) -> ActResult:
        planned = {id_: int(pause.figures[campaigns.PLANNED] or 0)}
        [told] = await undo.unpause(desk.db, desk.clock, desk.actor, [id_], planned=planned)
        return told

    [paused] = await desk.do("pause", id_)
    assert (await take_back(paused)).message == "active again, with its dates as they were"
    assert await desk.one(due, id=id_) == before

    [paused] = await desk.do("pause", id_)
    desk.later(before - desk.clock.now() + 1)  # what was due in the pause moves
    await desk.do("resume", id_)
    [back] = await undo.unresume(desk.db, desk.clock, desk.actor, {id_: 0})
    assert back.ok
    assert (
        await take_back(paused)
    ).message == "active again; dates that were moved since that pause stay moved"
    assert await desk.one(due, id=id_) > before


async def test_the_undo_of_a_pause_lifts_no_later_pause_of_a_rule_or_of_somebody_else(desk: Desk) -> None:
    id_, bob = await desk.running(), Actor(2, "bob", "robert")
    why = "its budget is used up"

    async def refused() -> str:
        [told] = await undo.unpause(desk.db, desk.clock, desk.actor, [id_])
        assert not told.ok
        assert await desk.one("SELECT status FROM campaigns WHERE id = :id", id=id_) == "paused"
        assert await desk.one("SELECT count(*) FROM audit WHERE act = 'undo pause'") == 0
        await desk.sound()
        return told.message

    await desk.do("pause", id_)
    await campaigns.resume(desk.db, desk.clock, bob, [id_])
    await desk.db.write(pause_campaign, id_, why, desk.clock.now(), desk.clock.real())
    said = f"cannot undo: it has paused by itself since: {why}; resume it instead"
    assert await refused() == said
    await campaigns.resume(desk.db, desk.clock, bob, [id_])
    await campaigns.pause(desk.db, desk.clock, bob, [id_])
    assert await refused() == "cannot undo: bob has paused it since; resume it instead"
    await campaigns.resume(desk.db, desk.clock, bob, [id_])
    await campaigns.delete(desk.db, desk.clock, bob, [id_])  # which pauses what sends
    await campaigns.undelete(desk.db, desk.clock, bob, [id_])
    assert await refused() == "cannot undo: bob has paused it since; resume it instead"


async def test_ones_own_acts_are_taken_back_one_after_the_other(desk: Desk) -> None:
    id_, bob = await desk.running(), Actor(2, "bob", "robert")
    await campaigns.pause(desk.db, desk.clock, bob, [id_])
    await campaigns.resume(desk.db, desk.clock, bob, [id_])
    await desk.do("pause", id_)
    await desk.do("resume", id_)
    [back] = await undo.unresume(desk.db, desk.clock, desk.actor, {id_: 0})
    assert back.ok
    [back] = await undo.unpause(desk.db, desk.clock, desk.actor, [id_])
    assert back.ok
    await desk.do("delete", id_)
    [back] = await undo.undelete(desk.db, desk.clock, desk.actor, [id_], were_active=[id_])
    assert back.message.startswith("is back, active again")
    await desk.do("pause", id_)
    await campaigns.delete(desk.db, desk.clock, bob, [id_])  # it was paused before
    await campaigns.undelete(desk.db, desk.clock, bob, [id_])
    [back] = await undo.unpause(desk.db, desk.clock, desk.actor, [id_])
    assert back.ok
    await desk.sound()


async def test_a_start_says_beforehand_that_a_budget_does_not_last_for_the_first_touch(desk: Desk) -> None:
    one = await desk.filled("One", contacts=4, budget_usd="0.02")
    much = await desk.filled("Much", contacts=4, first=10, budget_usd="50")
    none = await desk.filled("None", contacts=4, first=20, budget_usd="0.001")

    async def said(*ids: str) -> str:
        return (await campaigns.preview(desk.db, desk.clock, "start", list(ids))).sentence

    short = " left, enough for about 1 of these 4: it pauses by itself after that."
    assert (await said(one)).endswith(f"Its budget has $0.02{short}")
    assert (await said(one, much)).endswith(f"The budget of One has $0.02{short}")
    assert "enough for none of these 4: it pauses by itself at once." in await said(none)
    assert (await said(one, none, much)).endswith(
        "The budgets of 2 of them do not last for these: they pause by themselves once used up."
    )
    assert "budget" not in await said(much)
    numbers = [number for (number,) in await desk.rows("SELECT number FROM contacts ORDER BY id")]
    await suppressions.add(desk.db, desk.clock, desk.actor, [*numbers[:3], *numbers[-3:]], "asked")
    assert "budget" not in await said(one), "nothing goes to the others"
    assert "left, not enough for this one: it pauses by itself at once." in await said(none)
