import csv
import io
import itertools
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.support.services import HOUR, Desk
from trd_tui.services import control, export, listing, records, senders, suppressions
from trd_tui.services.contact_book import book_page
from trd_tui.services.views import CampaignRow, ContactQuery, ListQuery, NextMessage, Sends, SortKey
from trd_tui.store.senders import UNTIL_A_PERSON_ACTS, add_sender

NAMES = ["Alpha Estate", "beta estate", "Gamma_1", "Gamma%2", "ÄRGER", "Zeta"]


async def shelf(desk: Desk) -> dict[str, str]:
    """Campaigns with figures of all kinds, by name."""
    ids = {name: await desk.draft(name) for name in NAMES}
    await desk.load("phone\n2122000001\n2122000002\n", ids["Zeta"])
    await desk.do("start", ids["Zeta"])
    figures = [(3, 9, 1), (1, 9, 3), (2, 0, 0), (0, 4, 4), (5, 5, 0)]

    def touch_up(conn: Connection) -> None:
        for name, (contacts, sent, replied) in zip(NAMES, figures, strict=False):
            statement = (
                f"UPDATE campaigns SET contact_count = {contacts}, sent_count = {sent},"
                f" replied_count = {replied}, touches_planned = 10, touches_resolved = {sent}"
                f" WHERE id = '{ids[name]}'"
            )
            conn.exec_driver_sql(statement)

    await desk.db.write(touch_up)
    return ids


async def names(desk: Desk, query: ListQuery) -> list[str]:
    return [row.name for row in (await listing.page(desk.db, query)).rows]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ESTATE", ["beta estate", "Alpha Estate"]),
        (" ärger ", ["ÄRGER"]),
        ("_", ["Gamma_1"]),
        ("%", ["Gamma%2"]),
        ("\\", []),
        ("nothing", []),
        ("  ", NAMES[::-1]),
    ],
)
async def test_a_search_is_partial_case_blind_and_literal(desk: Desk, search: str, found: list[str]) -> None:
    await shelf(desk)
    query = ListQuery(search=search, sort=SortKey.CREATED)
    assert await names(desk, query) == found
    assert (await listing.page(desk.db, query)).total == len(found)


def _oracle(row: CampaignRow, sort: SortKey) -> float | str | int:
    return {
        SortKey.CONTACTS: row.contact_count,
        SortKey.SENT: row.sent_count,
        SortKey.REPLIES: row.replied_count,
        SortKey.RATE: row.reply_rate,
        SortKey.PROGRESS: row.completion_rate,
        SortKey.CREATED: row.created_at,
    }[sort]


@pytest.mark.parametrize("descending", [True, False])
async def test_every_sort_pages_and_ranks_alike(desk: Desk, descending: bool) -> None:
    ids = await shelf(desk)
    for sort, status, search in itertools.product(SortKey, (None, "draft"), ("", "a")):
        query = ListQuery(status=status, search=search, sort=sort, descending=descending, limit=100)
        whole = (await listing.page(desk.db, query)).rows
        pages = [
            await listing.page(
                desk.db, ListQuery(status, search, sort, descending=descending, limit=2, offset=offset)
            )
            for offset in (0, 2, 4, 6)
        ]
        assert [row for page in pages for row in page.rows] == list(whole)
        assert {page.total for page in pages} == {len(whole)}
        for at, row in enumerate(whole):
            assert await listing.rank(desk.db, row.id, query) == at
        if sort in (SortKey.CONTACTS, SortKey.SENT, SortKey.REPLIES, SortKey.RATE, SortKey.PROGRESS):
            keys = [_oracle(row, sort) for row in whole]
            assert keys == sorted(keys, reverse=descending)
    shown = ListQuery(status="draft", sort=SortKey.NAME)
    assert await listing.rank(desk.db, ids["Zeta"], shown) is None
    assert await listing.rank(desk.db, "camp_0", shown) is None


async def test_campaigns_without_a_next_message_come_last_both_ways(desk: Desk) -> None:
    await shelf(desk)
    for descending in (True, False):
        assert (await names(desk, ListQuery(sort=SortKey.NEXT, descending=descending)))[0] == "Zeta"


async def test_marking_all_takes_every_match(desk: Desk) -> None:
    ids = await shelf(desk)
    assert await listing.matching_ids(desk.db, ListQuery(search="estate", limit=1)) == [
        ids["Alpha Estate"],
        ids["beta estate"],
    ]


async def test_the_overview_adds_up(desk: Desk) -> None:
    id_ = await desk.running("Live", contacts=3)
    await desk.draft("Draft")
    seen = await listing.overview(desk.db, desk.clock, "America/New_York")
    assert (seen.counts["all"], seen.counts["active"], seen.counts["draft"]) == (2, 1, 1)
    assert (seen.summary.total_contacts, seen.summary.total_waiting) == (3, 3)
    assert seen.active_waiting == 3
    assert seen.next_message == NextMessage(id_, "Live", 1, desk.clock.now())
    assert (seen.stopped, seen.sent_today, len(seen.hourly)) == (False, 0, 24)
    (sender,) = await senders.page(desk.db)
    await senders.pause(desk.db, desk.clock, desk.actor, sender.address, "moving")
    paused = (await listing.overview(desk.db, desk.clock, "America/New_York")).next_message
    assert paused == NextMessage(id_, "Live", 1, desk.clock.now(), UNTIL_A_PERSON_ACTS)
    hour = desk.clock.now() // HOUR

    def sends(conn: Connection) -> None:
        # 09:00 in New York: ten hours ago was yesterday there
        for at, sent, replied in ((hour, 5, 1), (hour - 9, 7, 0), (hour - 10, 9, 0), (hour - 200, 100, 2)):
            conn.exec_driver_sql(
                "INSERT INTO hourly_totals (workspace_id, hour, sent_count, replied_count)"
                f" VALUES (1, {at}, {sent}, {replied})"
            )

    await desk.db.write(sends)
    seen = await listing.overview(desk.db, desk.clock, "America/New_York")
    assert seen.sent_today == 12
    assert (seen.hourly[-1], seen.hourly[-10], seen.hourly[-11]) == (5, 7, 9)
    assert seen.reply_trend == 1
    await desk.do("pause", id_)
    seen = await listing.overview(desk.db, desk.clock)
    assert (seen.summary.total_waiting, seen.active_waiting) == (3, 0)
    assert (await listing.overview(desk.db, desk.clock)).summary == seen.summary
    page, totals = await listing.page_and_summary(desk.db, ListQuery())
    assert (page.total, totals) == (2, seen.summary)


async def test_the_stop_is_shown_with_its_reason_and_the_first_one_stays(desk: Desk) -> None:
    held = await control.stop(desk.db, desk.clock, desk.actor, "wrong list")
    assert (held.stopped, held.reason, held.by) == (True, "wrong list", "ann")
    assert (await control.stop(desk.db, desk.clock, desk.actor, "again")).reason == "wrong list"
    seen = await listing.overview(desk.db, desk.clock)
    assert (seen.stopped, seen.stop_reason, seen.stopped_by) == (True, "wrong list", "ann")
    assert await control.start(desk.db, desk.clock, desk.actor)
    assert not await control.start(desk.db, desk.clock, desk.actor)
    assert not (await control.state(desk.db)).stopped
    assert [row[0] for row in await desk.rows("SELECT act FROM audit ORDER BY id")] == ["stop", "start"]


async def test_contacts_are_found_by_name_number_and_status(desk: Desk) -> None:
    id_ = await desk.running(contacts=5)
    page = await listing.contact_page(desk.db, id_, ContactQuery(limit=2, offset=1))
    assert ([row.name for row in page.rows], page.total) == (["First1 Last1", "First2 Last2"], 5)
    first = page.rows[0]
    assert (first.status, first.next_touch, first.next_state) == ("active", 1, "scheduled")
    assert first.next_at == desk.clock.now()
    for search, total in (("LAST3", 1), ("200-0004", 1), ("212", 5), ("nobody", 0), ("_", 0), ("4", 1)):
        assert (await listing.contact_page(desk.db, id_, ContactQuery(search=search))).total == total, search
    assert (await listing.contact_page(desk.db, id_, ContactQuery(status="replied"))).total == 0
    assert (await listing.contact_page(desk.db, id_, ContactQuery(status="active", limit=2))).total == 5
    assert (await listing.contact_page(desk.db, id_, ContactQuery(search="first", limit=2))).total == 5
    assert (await listing.contact_page(desk.db, id_, ContactQuery(limit=2))).total == 5
    assert (await listing.contact_page(desk.db, id_, ContactQuery(offset=50))).total == 5
    assert (await listing.contact_page(desk.db, "camp_0", ContactQuery())).total == 0


async def test_a_campaign_is_exported_whole(desk: Desk) -> None:
    id_ = await desk.draft()
    await desk.load("phone,first_name,Note\n2122000001,=1+1,x\n2122000002,Bo,\n", id_)
    await desk.do("start", id_)
    stream = io.StringIO()
    assert await export.write_csv(desk.db, id_, "contacts", stream) == 2
    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))
    assert (rows[0]["number"], rows[0]["first_name"], json.loads(rows[0]["custom"])) == (
        "+12122000001",
        "'=1+1",
        {"note": "x"},
    )
    stream = io.StringIO()
    assert await export.write_csv(desk.db, id_, "messages", stream) == 2
    message = next(csv.DictReader(io.StringIO(stream.getvalue())))
    assert (message["touch"], message["day"], message["state"]) == ("1", "1", "scheduled")
    assert (message["scheduled_for"], message["cost_usd"]) == ("2024-01-15T14:00:00Z", "0.000000")
    whole = await export.whole(desk.db, id_)
    assert json.loads(json.dumps(whole)) == whole
    assert (len(whole["contacts"]), len(whole["messages"]), len(whole["touches"])) == (2, 2, 3)
    with pytest.raises(export.NothingToExportError, match="there is no campaign camp_0"):
        await export.whole(desk.db, "camp_0")


async def test_contacts_are_counted_by_state(desk: Desk) -> None:
    campaign = await desk.running(contacts=4)
    assert await listing.contact_counts(desk.db, campaign) == {"active": 4}
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(
            "UPDATE enrolments SET status = 'replied' WHERE id = (SELECT min(id) FROM enrolments)"
        )
    )
    counts = await listing.contact_counts(desk.db, campaign)
    assert counts == {"active": 3, "replied": 1}
    for state, number in counts.items():
        assert (await listing.contact_page(desk.db, campaign, ContactQuery(status=state))).total == number
    assert await listing.contact_counts(desk.db, "camp_0") == {}


async def test_next_sends_are_grouped_by_instant_and_bounded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await desk.running(contacts=6)
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(
            "UPDATE scheduled_messages SET scheduled_for = scheduled_for + 60000, touch = 2"
            " WHERE id > (SELECT min(id) + 1 FROM scheduled_messages)"
        )
    )
    first = await desk.one("SELECT min(scheduled_for) FROM scheduled_messages")
    assert await listing.next_sends(desk.db, campaign) == (
        Sends(first, 1, 1, 2),
        Sends(first + 60_000, 2, 2, 4),
    )
    monkeypatch.setattr(listing, "_AHEAD", 3)
    assert (await listing.next_sends(desk.db, campaign))[-1] == Sends(first + 60_000, 2, 2, 1, more=True)
    assert await listing.next_sends(desk.db, "camp_0") == ()


async def test_all_contacts_are_listed_and_filtered_over_the_campaigns_that_are_there(desk: Desk) -> None:
    """Every page says the same as all rows taken together; the erased and the deleted do not show."""
    first, gone = await desk.filled("First", contacts=4), await desk.filled("Gone", contacts=2, first=3)
    await desk.load("phone,first_name\n2122000009,Ämil\n")
    await desk.db.write(
        Connection.exec_driver_sql,
        "UPDATE enrolments SET status = 'replied' WHERE contact_id IN"
        " (SELECT id FROM contacts WHERE number IN ('+12122000002', '+12122000004'))",
    )
    await suppressions.add(desk.db, desk.clock, desk.actor, ["+12122000001", "+12122000009"], "asked")
    await records.erase(desk.db, desk.clock, desk.actor, "+12122000000", "asked")
    await desk.do("delete", gone)

    async def found(**query: Any) -> list[str]:
        page = await book_page(desk.db, ContactQuery(**query))
        step = ContactQuery(**(query | {"limit": 1}))
        each = [await book_page(desk.db, replace(step, offset=at)) for at in range(page.total)]
        assert [page.rows[0] for page in each] == list(page.rows)
        return [row.number[-1] for row in page.rows]

    rows = {row.number[-1]: row for row in (await book_page(desk.db, ContactQuery())).rows}
    # the fifth of `people` is only in the campaign that was deleted: no state of it is told
    assert {number: (row.campaigns, row.open_campaigns) for number, row in rows.items()} == {
        "1": (1, 0), "2": (1, 0), "3": (1, 1), "4": (0, 0), "9": (0, 0),
    }  # fmt: skip
    assert {number for number, row in rows.items() if row.suppressed == "asked"} == {"1", "9"}
    assert await found(status="replied") == ["2"]
    assert await found(suppressed=True) == ["1", "9"]
    assert await found(search="ÄMIL", suppressed=True) == ["9"]
    assert await found(search="200-0003") == ["3"]
    assert await found(search="%") == []
    page = await listing.contact_page(desk.db, first, ContactQuery(suppressed=True))
    assert ([(row.number, row.suppressed) for row in page.rows], page.total) == (
        [("+12122000001", "asked")],
        1,
    )


async def test_what_goes_next_is_no_message_of_a_paused_sender_while_another_goes_before(desk: Desk) -> None:
    """It stood there as the next message for hours, while other campaigns sent."""
    first = await desk.running("First", contacts=1)
    second = await desk.running("Second", contacts=1)
    minute, due = 60_000, desk.clock.now()
    paused = "+15005550009"

    def elsewhere(conn: Connection) -> None:
        conn.exec_driver_sql(
            f"UPDATE campaigns SET sender = '{paused}', next_due_at = {due - minute} WHERE id = '{first}'"
        )

    def later(conn: Connection) -> None:
        conn.exec_driver_sql(f"UPDATE campaigns SET next_due_at = {due + 90 * minute} WHERE id = '{second}'")

    async def following() -> NextMessage | None:
        return (await listing.overview(desk.db, desk.clock)).next_message

    async def paused_until(until: int) -> None:
        def pause(conn: Connection) -> None:
            conn.exec_driver_sql("DELETE FROM senders WHERE address = '" + paused + "'")
            conn.exec_driver_sql(
                "INSERT INTO senders (workspace_id, address, kind, rate_milli, paused_until, created_at)"
                f" VALUES (1, '{paused}', 'long_code', 1000, {until}, {due})"
            )

        await desk.db.write(pause)

    await desk.db.write(elsewhere)
    assert await following() == NextMessage(first, "First", 1, due - minute)
    await paused_until(UNTIL_A_PERSON_ACTS)
    assert await following() == NextMessage(second, "Second", 1, due)
    await desk.db.write(later)
    assert await following() == NextMessage(second, "Second", 1, due + 90 * minute)
    await paused_until(due + 60 * minute)  # it is resumed by itself before the other one is due
    assert await following() == NextMessage(first, "First", 1, due - minute, due + 60 * minute)
    await desk.do("pause", second)
    await paused_until(UNTIL_A_PERSON_ACTS)  # nothing else goes: what keeps it is told
    assert await following() == NextMessage(first, "First", 1, due - minute, UNTIL_A_PERSON_ACTS)


async def test_of_several_paused_senders_the_one_that_goes_on_first_is_next(desk: Desk) -> None:
    minute, due, good = 60_000, desk.clock.now(), UNTIL_A_PERSON_ACTS
    ids = {
        f"+1500555001{n}": await desk.running(f"Of {n}", contacts=1, first=n)
        for n in range(4)
    }  # fmt: skip
    late = await desk.running("Late", contacts=1, first=9)

    async def following(*untils: int | None) -> NextMessage | None:
        def pause(conn: Connection) -> None:
            values = [{"who": who, "until": until} for who, until in zip(ids, untils, strict=True)]
            conn.execute(text("UPDATE senders SET paused_until = :until WHERE address = :who"), values)

        await desk.db.write(pause)
        return (await listing.overview(desk.db, desk.clock)).next_message

    def apart(conn: Connection) -> None:
        """One after the other is due, a minute apart; the last one has two, the later first in the list."""
        say = text("UPDATE campaigns SET sender = :who, next_due_at = :at WHERE id = :id")
        for at, (who, id_) in enumerate(ids.items()):
            conn.execute(say, {"who": who, "at": due + at * minute, "id": id_})
            add_sender(conn, who, "long_code", 1000, due)
        conn.execute(say, {"who": who, "at": due + 50 * minute, "id": late})

    await desk.db.write(apart)
    first, second, third, fourth = ids.values()
    hour = due + 60 * minute
    assert await following(None, None, None, None) == NextMessage(first, "Of 0", 1, due)
    assert await following(good, None, None, None) == NextMessage(second, "Of 1", 1, due + minute)
    assert await following(good, hour, good, None) == NextMessage(fourth, "Of 3", 1, due + 3 * minute)
    assert await following(good, hour + 1, hour, good) == NextMessage(
        third, "Of 2", 1, due + 2 * minute, hour
    )
    assert await following(good, good, good, good) == NextMessage(first, "Of 0", 1, due, good)
    await desk.do("pause", first, second, third, fourth)
    assert await following(good, good, good, good) == NextMessage(late, "Late", 1, due + 50 * minute, good)
    await desk.do("pause", late)
    assert await following(good, good, good, good) is None
