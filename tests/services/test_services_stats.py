"""Who answered and who did not, on both kinds of database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from tests.support.services import Desk
from trd_tui.services import report
from trd_tui.store import receive


def reply(conn: Any, campaign: str, contact: int, at: int, kind: str = "reply") -> None:
    """Keep a reply to the contact's first touch, and count it where it is one."""
    enrolment, message = conn.execute(
        text(
            "SELECT e.id, m.id FROM enrolments e JOIN scheduled_messages m ON m.enrolment_id = e.id"
            " WHERE e.campaign_id = :campaign AND e.contact_id = :contact"
        ),
        {"campaign": campaign, "contact": contact},
    ).one()
    receive.keep_reply(
        conn,
        workspace_id=1,
        sid=f"SM{campaign}{contact}{at}",
        sender="+12122000000",
        recipient="+15005550006",
        body="yes",
        kind=kind,
        contact_id=contact,
        campaign_id=campaign,
        message_id=message,
        now=at,
        carrier_at=at,
        opt_out_type=None,
    )
    if kind == "reply":
        receive.count_reply(conn, enrolment, at)
    else:
        receive.count_opt_out(conn, enrolment, at)


def send_all(conn: Any) -> None:
    """Let every message have been sent."""
    conn.execute(text("UPDATE scheduled_messages SET state = 'sent', sent_at = 5"))
    conn.execute(text("UPDATE enrolments SET sent_count = 1, last_sent_at = 5"))


async def test_who_wrote_twice_stands_there_once_and_who_opted_out_nowhere(desk: Desk) -> None:
    campaign = await desk.running(contacts=5)
    other = await desk.running("Other", contacts=5)
    await desk.db.write(send_all)
    ids = [row[0] for row in await desk.rows("SELECT id FROM contacts ORDER BY id")]
    for contact, at in ((ids[0], 10), (ids[1], 20), (ids[0], 30)):
        await desk.db.write(reply, campaign, contact, at)
    await desk.db.write(reply, campaign, ids[2], 40, "opt_out")
    await desk.db.write(reply, other, ids[3], 50)
    found = await report.campaign_stats(desk.db, campaign)
    assert found is not None
    assert [(each.name.split()[0], each.replied_day) for each in found.responders] == [
        ("First1", 1),
        ("First0", 1),
    ]
    assert [each.name.split()[0] for each in found.non_responders] == ["First3", "First4"]
    assert {(each.sent, each.last_day) for each in found.non_responders} == {(1, 1)}


async def test_who_was_never_texted_has_not_failed_to_answer(desk: Desk) -> None:
    campaign = await desk.running()
    found = await report.campaign_stats(desk.db, campaign)
    assert found is not None
    assert (found.responders, found.non_responders) == ((), ())
    assert await report.campaign_stats(desk.db, "none") is None


async def test_pages_are_bounded_whatever_is_asked(sqlite_desk: Desk) -> None:
    campaign = await sqlite_desk.running(contacts=report.MOST_PEOPLE + 5)
    await sqlite_desk.db.write(send_all)
    found = await report.campaign_stats(sqlite_desk.db, campaign, 10**9)
    assert found is not None
    assert len(found.non_responders) == report.MOST_PEOPLE
    after = found.non_responders[-1].enrolment_id
    assert len(await report.non_responders(sqlite_desk.db, campaign, after, 100)) == 5
