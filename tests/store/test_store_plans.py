"""What the hot statements cost on SQLite: each finds its rows through the index that is there for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.support.world import START, World
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.domain.put_off import Limits
from trd_tui.store import (
    ahead,
    answers,
    campaign_list,
    contact_list,
    conversations,
    counters,
    exits,
    idempotency,
    inbox,
    planning,
    put_off,
    queue,
    receive,
    recover,
    report,
    suppressions,
    tokens,
)
from trd_tui.store.conversations import Wanted
from trd_tui.store.counters import CampaignDelta


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str) -> Iterator[World]:
    made = World(tmp_path, url=sqlite_url)
    made.campaign("camp_1", contacts=20)
    made.campaign("camp_2", contacts=20, first=100)
    yield made
    made.close()


def plans_of(world: World, work: Callable[..., object], *args: Any, **values: Any) -> dict[str, str]:
    """The query plan of every statement that SQLite itself says it ran for ``work``."""
    said: list[str] = []

    def traced(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(said.append)
        try:
            work(connection, *args, **values)
        finally:
            driver.set_trace_callback(None)

    def explain(connection: Connection) -> dict[str, str]:
        return {
            statement: "\n".join(
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            )
            for statement in said
        }

    world.db.write(traced)
    return world.db.read(explain)


def assert_indexed(plans: dict[str, str], *names: str, scans: tuple[str, ...] = ()) -> None:
    """No table is read as a whole but those named, and each index named is used by some statement."""
    for statement, plan in plans.items():
        for line in plan.splitlines():
            # json_each is the list of ids that the statement is for
            if line.startswith("SCAN") and line.split()[1] not in (*scans, "json_each"):
                pytest.fail(f"{line}\nin: {statement}")
    everything = "\n".join(plans.values())
    for name in names:
        assert name in everything, everything


def test_due_campaigns_cost_nothing_for_those_that_are_paused(world: World) -> None:
    assert_indexed(plans_of(world, queue.due_campaigns, START), "idx_campaigns_due")


def test_the_next_due_instant_is_the_head_of_an_index(world: World) -> None:
    assert_indexed(plans_of(world, queue.next_due, START), "idx_campaigns_due")


def test_what_each_sender_sends_next_is_found_in_a_seek_a_sender(world: World) -> None:
    plans = plans_of(world, campaign_list.next_due_by_sender, 1)
    # used is the list of senders that it makes, and each goes on from the one before
    assert_indexed(plans, "idx_campaigns_next", scans=("used", "CONSTANT"))
    assert "TEMP B-TREE" not in "".join(plans.values())
    assert "idx_campaigns_due" not in "".join(plans.values())
    assert_indexed(plans_of(world, campaign_list.next_due, 1), "idx_campaigns_due")


def test_due_messages_are_read_in_their_order(world: World) -> None:
    plans = plans_of(world, queue.due_rows, "camp_1", 1, START, 200)
    assert_indexed(plans, "idx_messages_campaign_id", scans=("m",))  # m is the page of the inner select
    (plan,) = plans.values()
    inner = plan.splitlines()[:2]
    assert not any("TEMP B-TREE" in line for line in inner), plan


def test_what_is_sent_next_is_the_head_of_an_index(world: World) -> None:
    plans = plans_of(world, ahead.ahead, "camp_1", 10)
    assert_indexed(plans, "idx_messages_campaign_id")
    assert "TEMP B-TREE" not in "".join(plans.values())


def test_contacts_are_counted_among_those_of_their_campaign(world: World) -> None:
    assert_indexed(plans_of(world, contact_list.counts, "camp_1"), "idx_enrolments_campaign_id")


def test_counters_find_campaigns_touches_and_totals_by_key(world: World) -> None:
    plans = plans_of(
        world,
        counters.apply,
        {"camp_1": CampaignDelta(sent_count=1, recompute_next_due=True)},
        START,
        touches={("camp_1", 1, None): counters.TouchDelta(sent_count=1)},
    )
    assert len(plans) == 6
    assert_indexed(plans, "idx_messages_campaign_id", "sqlite_autoindex_campaigns_1")


def test_a_plans_chunk_reads_only_its_contacts(world: World) -> None:
    world.db.write(planning.begin_plan, "camp_1", "resume", START)
    plans = plans_of(world, planning.plan_chunk, "camp_1", START, 5)
    assert_indexed(plans, "idx_enrolments_campaign_id", scans=("e",))  # e is the page of the inner select
    for statement, plan in plans.items():
        if "ORDER BY id LIMIT" in statement:
            assert "TEMP B-TREE" not in plan.partition("SCAN e")[0], plan


def test_messages_in_flight_are_found_without_a_scan(world: World) -> None:
    assert_indexed(plans_of(world, recover.orphan, 2), "idx_messages_in_flight")
    assert_indexed(plans_of(world, recover.unknown_rows, START, START, 50), "idx_messages_in_flight")
    assert_indexed(plans_of(world, recover.unread_rows, 50), "idx_messages_held", scans=("m",))


def test_who_shares_the_caps_is_found_contact_by_contact(world: World) -> None:
    plans = plans_of(world, put_off.putters, ["camp_1"], START, Limits())
    assert_indexed(plans, "idx_enrolments_campaign_id", "idx_enrolments_contact_id")


def test_a_receipt_and_a_reply_find_their_message(world: World) -> None:
    plans = plans_of(world, receive.by_sid, [("SM1", "+12122000001")])
    assert_indexed(plans, "sqlite_autoindex_contacts_1", "idx_enrolments_contact_id")
    assert_indexed(plans_of(world, receive.latest_touch, 1, "+15005550006"), "idx_enrolments_contact_id")
    assert_indexed(plans_of(world, receive.contact_of, "+12122000001"))
    assert_indexed(plans_of(world, receive.late_receipts, 0, START, START, 5), "idx_messages_open")
    assert_indexed(
        plans_of(world, receive.asked_for, receive.LateReceipt("scheduled_messages", 1, "SM1"), START)
    )


def inbox_page(shown: str) -> Callable[[Connection], object]:
    return lambda conn: conversations.conversations(conn, 1, Wanted(START, shown), limit=50, offset=0)


def test_a_page_of_the_inbox_walks_the_replies_from_the_newest_on(world: World) -> None:
    world.db.write(
        lambda conn: [
            receive.keep_reply(
                conn,
                workspace_id=1,
                sid=f"SM{at}",
                sender=f"+{at % 20}",
                recipient="+1",
                body="x",
                kind="reply",
                contact_id=None,
                campaign_id=None,
                message_id=None,
                now=at,
                carrier_at=at,
                opt_out_type=None,
            )
            for at in range(100)
        ]
    )
    for shown in ("all", "unanswered"):
        plans = plans_of(world, inbox_page(shown))
        unread, page = (plan for statement, plan in plans.items() if "LIMIT" in statement)
        assert "SCAN u USING INDEX idx_replies_unanswered" in unread, "they are few, and come first"
        assert "idx_replies_received_at" in page, page
        assert "SEARCH n USING COVERING INDEX idx_replies_sender" in page, page
        assert "USE TEMP B-TREE FOR ORDER BY" not in page, page
    assert_indexed(plans_of(world, inbox_page("snoozed")), "sqlite_autoindex_conversations_1")  # they are few
    assert_indexed(plans_of(world, inbox.thread, "+1"), "idx_replies_sender")
    assert_indexed(plans_of(world, inbox.opted_out, "+1"), "idx_replies_sender")
    assert_indexed(plans_of(world, inbox.lines, "+1", 50), "idx_answers_number")
    assert_indexed(plans_of(world, inbox.mark_answered, "+1", 9, START), "idx_replies_sender")


def test_an_answer_under_way_and_its_receipt_are_found_by_index(world: World) -> None:
    assert_indexed(
        plans_of(world, answers.under_way, "+1", "x"), "idx_answers_in_flight", scans=("CONSTANT",)
    )
    due = plans_of(world, answers.due, START, START, 50)
    assert_indexed(due, "idx_answers_in_flight", scans=("answers",))  # the index holds no others
    assert_indexed(plans_of(world, answers.by_sid, ["SM1"]), "idx_answers_sid")
    assert_indexed(plans_of(world, receive.late_receipts, 0, START, START, 5), "idx_answers_open")


def test_suppressed_numbers_are_found_by_number(world: World) -> None:
    assert_indexed(plans_of(world, suppressions.which, ["+12122000001"]), "sqlite_autoindex_suppressions_1")


@pytest.mark.parametrize(
    ("work", "args"),
    [
        (queue.terms, (["camp_1", "camp_2"],)),
        (queue.touches, (["camp_1", "camp_2"],)),
        (queue.standing, ([1, 2],)),
        (queue.completable, (["camp_1", "camp_2"],)),
        (queue.busy_campaigns, ()),
        (receive.known_replies, (["SM1"],)),
        (receive.count_reply, (1, START)),
        (receive.set_state, (1, "delivered", None, None, START)),
        (exits.end_contact, (1, EnrolmentStatus.REPLIED, "replied", START, {})),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_runs_for_every_batch_or_reply_reads_no_table_as_a_whole(
    world: World, work: Callable[..., object], args: tuple[object, ...]
) -> None:
    assert_indexed(plans_of(world, work, *args))


def test_who_answered_and_who_did_not_are_pages_of_an_index(world: World) -> None:
    assert_indexed(
        plans_of(world, report.responders, "camp_1", None, 10),
        "idx_replies_campaign_id",
        "idx_replies_contact_id",
        scans=("p",),  # p is the page of the inner select
    )
    silent = plans_of(world, report.non_responders, "camp_1", 0, 10)
    assert_indexed(silent, "idx_enrolments_campaign_id", scans=("p",))


def test_a_token_and_a_kept_answer_are_found_by_their_keys(world: World) -> None:
    assert_indexed(
        plans_of(world, tokens.by_key, "0123456789abcdef"), "INDEX sqlite_autoindex_tokens_2 (key=?)"
    )
    world.run(
        "INSERT INTO tokens (name, key, hash, created_by, created_at) VALUES ('front', 'k', 'h', 'ann', 0)"
    )
    assert_indexed(
        plans_of(world, idempotency.begin, 1, "a", "print", 1, 1), "idx_idempotent_answers_created_at"
    )
