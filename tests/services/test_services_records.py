"""A number's records are whole, and an erasure leaves nothing of the person but the suppressed number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.support.services import Desk
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import consent, drafts, records, reply_drafts, suppressions, webhooks
from trd_tui.services.consent import NoSuchContactError
from trd_tui.services.imports import StatedConsent
from trd_tui.services.records import ErasureError
from trd_tui.store import audit, personal
from trd_tui.store.personal import Held
from trd_tui.store.schema import metadata

ANN, BOB = "+12122000000", "+12122000001"
LONGER = f"{ANN}9"
SENDER = "+15005550006"
SECRETS = ("Zelda", "Quux", "zelda@example.com", "Unicorn", "stop by tomorrow, I am Zelda", "raffle of Zelda")
PEOPLE = (
    "phone,first_name,last_name,email,Pet\n"
    "2122000000,Zelda,Quux,zelda@example.com,Unicorn\n"
    "2122000001,Bob,Lee,bob@example.com,Cat\n"
)


def _sent(conn: Connection, now: int) -> None:
    """As if the first touch to both had gone out a day ago."""
    conn.execute(
        text(
            "UPDATE scheduled_messages SET body = 'Hi ' || (SELECT first_name FROM contacts c WHERE c.id ="
            " contact_id) || ', day 1.', recipient = (SELECT number FROM contacts c WHERE c.id = contact_id),"
            " sender = :sender, reason = 'Zelda was slow'"
        ),
        {"sender": SENDER},
    )
    del now


async def lived(desk: Desk) -> str:
    """A campaign with two contacts; one of them has left traces everywhere."""
    await webhooks.add(desk.db, desk.clock, desk.actor, "http://127.0.0.1:9/", "reply,opt_out")
    campaign = await desk.draft()
    await desk.load(PEOPLE, campaign, consent=StatedConsent("written", "a raffle", "2023-12-01"))
    await consent.add(
        desk.db, desk.clock, desk.actor, ANN, "verbal", "raffle of Zelda", None, "Zelda said so"
    )
    assert (await desk.do("start", campaign))[0].ok
    await desk.db.write(_sent, desk.clock.now())
    now = desk.clock.real()
    replies = [
        CarrierMessage("SM1", True, ANN, SENDER, "stop by tomorrow, I am Zelda", "received", None, now, now),
        CarrierMessage("SM2", True, BOB, SENDER, "who is this?", "received", None, now, now),
    ]
    await desk.db.write(receive_batch, replies, desk.clock.now(), now)
    await reply_drafts.save(desk.db, desk.clock, desk.actor, ANN, "Dear Zelda, I")
    await desk.db.write(
        lambda conn: audit.record(
            conn, desk.actor, "review: skip", "campaign", campaign, None, {"numbers": [ANN, LONGER]}, at=now
        )
    )
    return campaign


def content_of(desk: Desk) -> bytes:
    return Path(str(desk.db.url.database)).read_bytes()


async def everything(desk: Desk) -> str:
    """All that the database holds, as text."""

    def dump(conn: Connection) -> str:
        rows = {
            name: [list(row) for row in conn.execute(table.select())]
            for name, table in metadata.tables.items()
        }
        return json.dumps(rows, ensure_ascii=False)

    return await desk.db.read(dump)


async def test_what_is_held_is_found_in_every_table(desk: Desk) -> None:
    campaign = await lived(desk)
    found = await records.of_number(desk.db, "(212) 200-0000")
    assert found.contact is not None
    assert (found.contact["first_name"], json.loads(found.contact["custom"])) == ("Zelda", {"pet": "Unicorn"})
    assert [row["kind"] for row in found.consents] == ["written", "verbal"]
    assert [(row["campaign_id"], row["campaign"]) for row in found.enrolments] == [(campaign, "Spring")]
    assert [row["body"] for row in found.messages] == ["Hi Zelda, day 1."]
    assert [row["sid"] for row in found.replies] == ["SM1"]
    assert [row["act"] for row in found.audit] == ["consent", "review: skip"]
    assert [json.loads(row["payload"])["data"]["text"] for row in found.outbox] == [
        "stop by tomorrow, I am Zelda"
    ]
    assert [row["body"] for row in found.drafts] == ["Dear Zelda, I"]
    assert found.suppression is None
    assert "Bob" not in json.dumps(found, default=str)
    with pytest.raises(NoSuchContactError, match=r"nothing is held about \+12122000009"):
        await records.of_number(desk.db, "2122000009")


async def test_an_erasure_leaves_the_suppressed_number_and_nothing_else(desk: Desk) -> None:
    await lived(desk)
    held_before = await everything(desk)
    assert all(secret in held_before for secret in SECRETS)
    counters = "SELECT contact_count, sent_count, replied_count, opted_out_count, texted_count FROM campaigns"
    before = await desk.rows(counters)
    done = await records.erase(desk.db, desk.clock, desk.actor, ANN, "asked on 3 May")
    assert done.ended == 1
    assert done.counts == {
        "contacts": 1, "consents": 2, "enrolments": 1, "messages": 1, "replies": 1, "acts": 2,
        "answers": 0, "notes": 0, "drafts": 1, "events": 1,
    }  # fmt: skip
    left = await everything(desk)
    assert not [secret for secret in (*SECRETS, "Zelda") if secret in left]
    assert left.replace(LONGER, "").count(ANN) == 1
    assert LONGER in left
    assert await desk.rows("SELECT number, reason, source FROM suppressions") == [(ANN, "erased", "erasure")]
    assert "Bob" in left
    assert "who is this?" in left
    assert await desk.rows(counters) == before
    (row,) = await desk.rows("SELECT actor, subject, subject_id, after FROM audit WHERE act = 'erase'")
    assert row[:3] == ("ann", "contact", done.alias)
    assert json.loads(row[3]) == {"reason": "asked on 3 May", **done.counts}
    await desk.sound()


async def test_what_came_from_no_contact_is_erased_too(desk: Desk) -> None:
    now = desk.clock.real()
    stop = CarrierMessage("SM1", True, ANN, SENDER, "Zelda says STOP", "received", None, now, now)
    await desk.db.write(receive_batch, [stop], desk.clock.now(), now)
    await suppressions.add(desk.db, desk.clock, desk.actor, [BOB], "Zelda called")
    for number in (ANN, BOB):
        await records.erase(desk.db, desk.clock, desk.actor, number, "asked")
        with pytest.raises(ErasureError, match="was erased before"):
            await records.erase(desk.db, desk.clock, desk.actor, number, "asked")
    left = await everything(desk)
    assert "Zelda" not in left
    assert left.count(ANN) == left.count(BOB) == 1


async def test_who_is_erased_and_imported_again_is_never_texted(desk: Desk) -> None:
    campaign = await lived(desk)
    await records.erase(desk.db, desk.clock, desk.actor, ANN, "asked")
    again = await desk.draft("Summer")
    await desk.load(PEOPLE, again)
    copy = await drafts.duplicate(desk.db, desk.clock, desk.actor, campaign, "Copy", with_contacts=True)
    now = desk.clock.real()
    start = CarrierMessage("SM9", True, ANN, SENDER, "START", "received", None, now, now)
    await desk.db.write(receive_batch, [start], desk.clock.now(), now)
    assert await desk.one("SELECT count(*) FROM suppressions WHERE number = :ann", ann=ANN) == 1
    assert await desk.one("SELECT count(*) FROM contacts") == 3
    result = await desk.do("start", again, str(copy.figures["new_campaign_id"]))
    assert all(each.ok for each in result)
    refused = (
        "SELECT count(*) FROM scheduled_messages m JOIN contacts c ON c.id = m.contact_id"
        " LEFT JOIN suppressions s ON s.number = c.number"
        " WHERE m.state = 'scheduled' AND s.number IS NULL AND c.bad_number IS NULL AND c.number <> :bob"
    )
    assert await desk.one(refused, bob=BOB) == 0
    await desk.sound()


@pytest.mark.parametrize("state", ["sending", "unknown"])
async def test_nothing_is_erased_while_a_text_is_under_way(desk: Desk, state: str) -> None:
    await lived(desk)
    before = await everything(desk)
    await desk.db.write(
        lambda conn: (
            conn.execute(
                text("UPDATE scheduled_messages SET state = :state WHERE recipient = :ann"),
                {"state": state, "ann": ANN},
            ).rowcount
        )
    )
    with pytest.raises(ErasureError, match="under way, or nobody knows yet whether it was sent"):
        await records.erase(desk.db, desk.clock, desk.actor, ANN, "asked")
    after = await everything(desk)
    assert after.count("Zelda") == before.count("Zelda")
    assert await desk.one("SELECT count(*) FROM suppressions") == 0


async def test_what_came_after_the_look_is_erased_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await lived(desk)
    look = records.of_number

    async def then_more_comes(*args: object) -> Held:
        found = await look(*args)  # type: ignore[arg-type]
        await suppressions.add(desk.db, desk.clock, desk.actor, [ANN], "Zelda called")
        return found

    monkeypatch.setattr(records, "of_number", then_more_comes)
    await records.erase(desk.db, desk.clock, desk.actor, ANN, "asked")
    left = await everything(desk)
    assert "Zelda" not in left
    assert left.replace(LONGER, "").count(ANN) == 1


async def test_an_erased_text_does_not_stay_in_the_file(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    await lived(desk)
    await desk.db.close()  # writes the log into the file
    assert b"Unicorn" in content_of(desk)
    # as SQLite is built where nobody asked for more
    before = await desk.db.write(personal.overwrite_freed_space, 0)
    assert before in (0, 1)
    await records.erase(desk.db, desk.clock, desk.actor, ANN, "asked")
    await desk.db.close()
    content = content_of(desk)
    assert not [secret for secret in SECRETS if secret.encode() in content]
    assert b"bob@example.com" in content
