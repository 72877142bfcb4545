"""Why a contact gets what and when, on both databases; rule by rule it is `engine/test_engine_why.py`."""

from __future__ import annotations

from sqlalchemy import text

from tests.support.services import HOUR, Desk
from trd_tui.services import consent, suppressions
from trd_tui.services.why import Why, why
from trd_tui.store.sequences import SequenceCache

WHO = "(212) 200-0002"


async def asked(desk: Desk, campaign: str) -> Why:
    return await why(desk.db, desk.clock, campaign, WHO, SequenceCache(), daily_budget=10_000_000)


async def test_it_is_told_from_draft_to_archive(desk: Desk) -> None:
    id_ = await desk.filled(contacts=5, daily_budget_usd="5.00")
    draft = await asked(desk, id_)
    assert ([reason.rule for reason in draft.reasons], draft.touches) == (["draft"], ())
    await desk.do("start", id_)
    told = await asked(desk, id_)
    # one segment a second, and two before it
    assert [reason.rule for reason in told.reasons] == ["rate", "no_scheduler", "send"]
    assert "2 before it" in told.reasons[0].sentence
    assert (told.number, told.name, told.status) == ("+12122000002", "First2 Last2", "active")
    assert (told.next_touch, told.planned_for) == (1, desk.clock.now())
    assert [(touch.touch, touch.state) for touch in told.touches] == [(1, "scheduled")]
    await desk.do("pause", id_)
    assert (await asked(desk, id_)).rule == "paused"
    desk.later(HOUR)
    await desk.do("resume", id_)
    ahead = await asked(desk, id_)
    assert ahead.rule == "date"
    assert ahead.expected_at == ahead.planned_for
    await desk.do("pause", id_)
    await desk.do("archive", id_)
    assert [reason.rule for reason in (await asked(desk, id_)).reasons] == ["archived", "date"]


async def test_it_shows_consent_caps_list_and_history(desk: Desk) -> None:
    """The caps are those that the claim counts, the consent is the row that decides."""
    id_ = await desk.running(contacts=3)
    assert (await asked(desk, id_)).consent.kind == ""
    await consent.add(desk.db, desk.clock, desk.actor, WHO, "web_form", "acme.com/offer", "2024-01-10")
    now = desk.clock.now()
    await desk.db.write(
        lambda conn: [
            conn.execute(text(statement), {"now": now})
            for statement in (
                "UPDATE enrolments SET sent_count = 1, last_sent_at = :now, recent_sends = CAST(:now AS text)"
                " WHERE id = 3",
                "UPDATE scheduled_messages SET state = 'delivered', sent_at = :now, final_at = :now + 4000,"
                " sid = 'SM1' WHERE enrolment_id = 3",
                "INSERT INTO replies (workspace_id, sid, sender, recipient, body, kind, contact_id,"
                " campaign_id, message_id, received_at, carrier_at)"
                " SELECT 1, 'SM2', '+12122000002', '+15005550006', 'Who is this?', 'reply', contact_id,"
                " campaign_id, id, :now, :now FROM scheduled_messages WHERE enrolment_id = 3",
            )
        ]
    )
    told = await asked(desk, id_)
    assert (told.consent.given, told.consent.kind, told.consent.source) == (
        True,
        "web_form",
        "acme.com/offer",
    )
    day, week = told.caps
    assert ((day.limit.most, day.used, day.free_at), (week.limit.most, week.used, week.free_at)) == (
        (1, 1, now + 20 * HOUR),
        (4, 1, None),
    )
    (touch,) = told.touches
    assert (touch.sent_at, touch.final_at, touch.sid) == (now, now + 4000, "SM1")
    assert [(w.at, w.kind, w.touch, w.here) for w in told.written] == [(now, "reply", 1, True)]
    assert told.suppressed is None
    await suppressions.add(desk.db, desk.clock, desk.actor, [WHO], "asked on the phone")
    told = await asked(desk, id_)
    assert (told.suppressed, told.suppressed_by) == ("asked on the phone", "operator")
    assert (told.consent.given, told.consent.kind, told.consent.rows) == (False, "revoked", 2)
