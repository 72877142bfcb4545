from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from tests.support.world import START, World
from trd_tui.store import lease, verify
from trd_tui.store.counters import HOUR_COUNTERS
from trd_tui.store.recount import _HOUR_SOURCES


def found(world: World) -> list[str]:
    return world.db.read(verify.differences)


@pytest.fixture
def sound(world: World) -> World:
    world.campaign("camp_1", contacts=3)
    world.campaign("camp_2", contacts=2, first=10, start=None)
    assert found(world) == []
    return world


SENDING = (
    "UPDATE scheduled_messages SET state = 'sending', attempt_id = 'a', attempted_at = 1, recipient = '+1',"
    " body = 'x', fencing_token = 1 WHERE id = 1"
)

ANSWER = (
    "INSERT INTO answers (id, number, contact_id, campaign_id, sender, body, attempt_id, attempted_at,"
    " outlay_id, actor, login, created_at, updated_at, sid, sent_at, state)"
    " SELECT 1, number, id, 'camp_1', '+2', 'x', 'reply-1', 5, 1, 'ann', 'ann', 5, 5, NULL, NULL, 'sending'"
    " FROM contacts WHERE id = 1"
)

OUTLAY = (
    "INSERT INTO outlays (id, campaign_id, kind, state, day, segments, cost_micros, created_at, updated_at)"
    " VALUES (1, 'camp_1', 'answer', 'reserved', 0, 1, 7, 5, 5)"
)

UNSEEN = (
    "INSERT INTO outlays (id, campaign_id, kind, state, day, segments, cost_micros, created_at, updated_at,"
    " contact_id, message_id, attempt_id, tried_at)"
    " SELECT 2, campaign_id, 'unclear', 'spent', 0, 1, 7, 5, 5, contact_id, id, 'a', 5"
    " FROM scheduled_messages WHERE id = 1"
)

COUNTERS = [
    (OUTLAY, "campaign camp_1 (camp_1): by_hand_micros is 0, its rows say 7"),
    ("UPDATE campaigns SET sent_count = 1 WHERE id = 'camp_1'", "sent_count is 1, its rows say 0"),
    ("UPDATE campaigns SET waiting_count = 2 WHERE id = 'camp_1'", "waiting_count is 2, its rows say 3"),
    ("UPDATE campaigns SET open_count = 1 WHERE id = 'camp_2'", "open_count is 1, its rows say 2"),
    ("UPDATE campaigns SET reserved_micros = 1 WHERE id = 'camp_1'", "reserved_micros is 1, its rows say 0"),
    ("UPDATE campaigns SET touches_planned = 8 WHERE id = 'camp_1'", "touches_planned is 8, its rows say 9"),
    (
        "UPDATE campaigns SET touches_resolved = 1 WHERE id = 'camp_1'",
        "touches_resolved is 1, its rows say 0",
    ),
    ("UPDATE campaigns SET next_due_at = NULL WHERE id = 'camp_1'", "next_due_at is None, its messages say"),
    (
        "UPDATE touches SET replied_count = 1 WHERE position = 2 AND campaign_id = 'camp_1'",
        "touch 2 of campaign camp_1: replied_count is 1, its rows say 0",
    ),
    (
        "UPDATE totals SET contact_count = 9 WHERE status = 'active'",
        "the total of active campaigns: contact_count is 9, its rows say 3",
    ),
    (
        "UPDATE totals SET campaign_count = 2 WHERE status = 'draft'",
        "the total of draft campaigns: campaign_count is 2, its rows say 1",
    ),
    (
        "INSERT INTO hourly_totals (workspace_id, hour, sent_count) VALUES (1, 5, 1)",
        "the total of hour 5: sent_count is 1, its rows say 0",
    ),
    (
        "DELETE FROM touches WHERE campaign_id = 'camp_1' AND position = 1",
        "campaign camp_1: there are messages of touch 1, which it does not have",
    ),
    (
        "INSERT INTO touch_variants (campaign_id, touch, name, place, body, replied_count)"
        " VALUES ('camp_1', 1, 'B', 1, 'x', 1)",
        "variant B of touch 1 of campaign camp_1: replied_count is 1, its rows say 0",
    ),
    (
        "UPDATE scheduled_messages SET variant = 'C' WHERE id = 1",
        "campaign camp_1: messages of touch 1 have variant C, which it does not have",
    ),
]
"""A hand-written change, and what is said of it."""

INVARIANTS = [
    (
        ["UPDATE scheduled_messages SET state = 'skipped' WHERE id = 1"],
        "enrolment 1: it is active and started, but no message of it waits or is in flight",
    ),
    (
        [
            "INSERT INTO scheduled_messages (campaign_id, enrolment_id, contact_id, touch, plan_version,"
            " scheduled_for, created_at, updated_at) VALUES ('camp_1', 1, 1, 2, 1, 5, 0, 0)"
        ],
        "enrolment 1: more than one message of it waits or is in flight",
    ),
    (
        ["UPDATE touches SET active = 0 WHERE campaign_id = 'camp_1' AND position = 3"],
        "enrolment 1: the touches planned are not those resolved, the one that waits and those behind it",
    ),
    (
        ["UPDATE enrolments SET status = 'replied' WHERE id = 1"],
        "message 1: it waits although the contact's sequence has ended",
    ),
    (
        ["UPDATE scheduled_messages SET plan_version = 0 WHERE id = 1"],
        "message 1: it waits under a plan that is not its campaign's, so it would never be sent",
    ),
    (
        ["UPDATE scheduled_messages SET contact_id = 2 WHERE id = 1"],
        "message 1: it belongs to another campaign or contact than its enrolment",
    ),
    (
        ["UPDATE scheduled_messages SET state = 'sent', sent_at = 5 WHERE id = 1"],
        "message 1: it was accepted, but the carrier's id or the instant is missing",
    ),
    (
        ["UPDATE scheduled_messages SET sid = 'SM1', sent_at = 5 WHERE id = 1"],
        "message 1: it was accepted and waits again, so it would be sent twice",
    ),
    (
        ["UPDATE scheduled_messages SET state = 'sending' WHERE id = 1"],
        "message 1: it is in flight without an attempt, so it could not be looked for",
    ),
    (
        ["UPDATE enrolments SET sent_count = 1 WHERE id = 1"],
        "enrolment 1: what it says was sent differs from its messages",
    ),
    (
        [
            "UPDATE scheduled_messages SET state = 'sent', sid = 'SM1', sent_at = 5 WHERE id = 1",
            "UPDATE enrolments SET sent_count = 1, last_sent_at = 5 WHERE id = 1",
        ],
        "enrolment 1: a text of the week before its last one is not remembered, so the caps miss it",
    ),
    (
        ["UPDATE enrolments SET recent_sends = '5' WHERE id = 1"],
        "enrolment 1: it remembers more texts of the week before its last one than there were",
    ),
    (
        ["UPDATE enrolments SET touches_resolved = 4 WHERE id = 1"],
        "enrolment 1: more touches are resolved than planned",
    ),
    (
        ["UPDATE enrolments SET status = 'replied', touches_resolved = 2 WHERE id = 1"],
        "enrolment 1: its sequence has ended, but touches of it are not resolved",
    ),
    (
        ["UPDATE scheduled_messages SET state = 'failed' WHERE id = 1"],
        "enrolment 1: fewer touches are resolved than messages of it have come to an end",
    ),
    (
        ["UPDATE enrolments SET touches_resolved = 3 WHERE id = 1"],
        "enrolment 1: a message of it waits, but every touch is resolved",
    ),
    (
        ["UPDATE enrolments SET status = 'held' WHERE id = 1"],
        "enrolment 1: it waits for a person, but no message of it is held",
    ),
    (
        ["UPDATE scheduled_messages SET state = 'held' WHERE id = 1"],
        "message 1: it is held, but its enrolment does not wait for a person",
    ),
    (
        ["UPDATE scheduled_messages SET state = 'sent', sid = 'SM1', sent_at = 5 WHERE id IN (1, 2)"],
        "message 2: its carrier's id is that of another message, too",
    ),
    ([SENDING], "message 1: it is in flight under a term that no sender has had"),
    (
        ["INSERT INTO leases (name, token, owner, expires_at) VALUES ('scheduler', 1, 'one', 5)", SENDING],
        "message 1: it is being sent, but nobody holds the lease; trd run looks for it at the carrier",
    ),
    (
        [SENDING, UNSEEN],
        "message 1: its attempt counts twice, as its own and as one that may have been sent unseen",
    ),
    (
        [UNSEEN, "UPDATE outlays SET contact_id = 2"],
        "outlay 2: it is of a message that may have been sent, but of another contact or campaign",
    ),
    (
        [ANSWER, "UPDATE answers SET state = 'sent'"],
        "answer 1: it was accepted, but the carrier's id or the instant is missing",
    ),
    (
        [OUTLAY, ANSWER, "UPDATE outlays SET state = 'free'"],
        "answer 1: what it costs is not among the outlays, or not as its state says",
    ),
    (
        [ANSWER, "UPDATE answers SET sid = 'SM1', sent_at = 5"],
        "answer 1: it was accepted and counts as under way, so nobody could write there any more",
    ),
    (
        [
            ANSWER,
            "UPDATE answers SET state = 'sent', sid = 'SM1', sent_at = 5",
            "UPDATE scheduled_messages SET state = 'sent', sid = 'SM1', sent_at = 5 WHERE id = 1",
        ],
        "answer 1: its carrier's id is that of a campaign's message, too",
    ),
    (
        [ANSWER, "UPDATE answers SET contact_id = 2"],
        "answer 1: it belongs to a contact who has another number",
    ),
    (
        [
            "INSERT INTO replies (sid, sender, recipient, body, received_at, carrier_at, answered_at)"
            " VALUES ('SM1', '+1', '+2', 'x', 5, 5, 6)"
        ],
        "reply 1: it was answered, but counts as unread",
    ),
    (
        ["UPDATE campaigns SET status = 'completed' WHERE id = 'camp_1'"],
        "campaign camp_1: it is completed, but contacts of it are still open",
    ),
    (
        ["UPDATE campaigns SET status = 'draft' WHERE id = 'camp_1'"],
        "campaign camp_1: it is a draft, but messages of it exist",
    ),
]
"""Hand-written changes, and the sentence of the rule that they break."""


class TakeBackError(Exception):
    """Ends a transaction without a trace."""


def found_after(world: World, changes: list[str]) -> list[str]:
    """What is found within a transaction after these changes, which is then taken back."""
    said: list[str] = []

    def change(connection: Connection) -> None:
        for statement in changes:
            connection.execute(text(statement))
        said.extend(verify.differences_seen(connection))
        raise TakeBackError

    with pytest.raises(TakeBackError):
        world.db.write(change)
    return said


def test_a_wrong_counter_is_named(sound: World) -> None:
    for change, sentence in COUNTERS:
        assert sentence in "\n".join(found_after(sound, [change]))


def test_a_broken_rule_is_named(sound: World) -> None:
    for changes, sentence in INVARIANTS:
        assert sentence in found_after(sound, changes)


def test_every_rule_is_broken_by_a_test() -> None:
    named = {sentence.partition(": ")[2] for _, sentence in INVARIANTS}
    assert named == {sentence.partition(": ")[2] for sentence, _ in verify._IMPOSSIBLE}


def test_what_a_living_sender_has_in_flight_is_as_it_should_be(sound: World) -> None:
    sound.db.write(lease.acquire, "one", "test", 1_000, 15_000)
    sound.run(SENDING)
    sound.run("UPDATE campaigns SET waiting_count = 2, in_flight_count = 1 WHERE id = 'camp_1'")
    sound.run("UPDATE totals SET waiting_count = 2 WHERE status = 'active'")
    assert sound.db.read(verify.differences, real=15_999) == []
    assert len(sound.db.read(verify.differences, real=16_000)) == 1


def test_a_sentence_says_what_is_wrong_with_which(sound: World) -> None:
    sound.run("UPDATE campaigns SET waiting_count = 7 WHERE id = 'camp_1'")
    assert found(sound) == [
        "campaign camp_1 (camp_1): waiting_count is 7, its rows say 3",
        "the total of active campaigns: waiting_count is 3, its rows say 7",
    ]


def test_sent_answered_and_failed_rows_add_up(sound: World) -> None:
    world, at = sound, START + 60_000
    world.run(
        "UPDATE scheduled_messages SET state = 'delivered', sid = 'SM1', sent_at = :at, final_at = :at,"
        " segments = 2, cost_micros = 25600 WHERE id = 1",
        at=at,
    )
    world.run(
        "UPDATE enrolments SET status = 'replied', sent_count = 1, last_sent_at = :at, replied_at = :at,"
        " touches_resolved = 3, recent_sends = :text WHERE id = 1",
        at=at,
        text=str(at),
    )
    world.run(
        "INSERT INTO replies (sid, sender, recipient, body, contact_id, campaign_id, message_id, received_at,"
        " carrier_at) VALUES ('SM2', '+1', '+2', 'yes', 1, 'camp_1', 1, :at, :at)",
        at=at,
    )
    world.run(
        "UPDATE campaigns SET sent_count = 1, delivered_count = 1, replied_count = 1, texted_count = 1,"
        " waiting_count = 2, open_count = 2, touches_resolved = 3, segment_count = 2, cost_micros = 25600"
        " WHERE id = 'camp_1'"
    )
    world.run(
        "UPDATE totals SET sent_count = 1, delivered_count = 1, replied_count = 1, texted_count = 1,"
        " waiting_count = 2 WHERE status = 'active'"
    )
    world.run(
        "UPDATE touches SET sent_count = 1, delivered_count = 1, replied_count = 1"
        " WHERE campaign_id = 'camp_1' AND position = 1"
    )
    world.run(
        "INSERT INTO hourly_totals (workspace_id, hour, sent_count, delivered_count, replied_count)"
        " VALUES (1, :hour, 1, 1, 1)",
        hour=at // 3_600_000,
    )
    assert found(world) == []


def test_many_of_one_kind_are_counted_not_listed(world: World) -> None:
    world.campaign(contacts=30)
    world.run("UPDATE scheduled_messages SET plan_version = 0")
    said = found(world)
    assert len(said) == verify.EXAMPLES + 1
    assert said[-1].endswith("(10 more like these)")


def test_every_hourly_counter_has_its_rows() -> None:
    assert tuple(_HOUR_SOURCES) == HOUR_COUNTERS
