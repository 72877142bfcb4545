"""The do-not-contact list: put on, taken off, from and to files, on both databases."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.services import Desk
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import review, suppression_files, suppressions
from trd_tui.services.actor import Actor
from trd_tui.services.administration_views import SuppressionQuery
from trd_tui.services.contact_file import ContactFileError
from trd_tui.services.export_files import ExportRefusedError
from trd_tui.services.imports import look_through
from trd_tui.services.suppression_files import ListImport, export_list, import_list
from trd_tui.services.suppressions import Suppressed, SuppressionError
from trd_tui.store.suppressions import Suppression

FIRST, SECOND, THIRD, STRANGER = (f"+1212200000{at}" for at in (0, 1, 2, 9))
AUDIT = "SELECT actor, act, subject_id, after FROM audit WHERE subject = 'suppression' ORDER BY id"


async def add(desk: Desk, *numbers: str, reason: str = "asked by phone") -> Suppressed:
    return await suppressions.add(desk.db, desk.clock, desk.actor, numbers, reason)


async def load(
    desk: Desk, content: str, reason: str | None = None, rejects: Path | None = None
) -> ListImport:
    file = look_through(desk.file(content, "dnc.csv"))
    tried = await import_list(desk.db, desk.clock, desk.actor, file, reason, dry_run=True)
    done = await import_list(desk.db, desk.clock, desk.actor, file, reason, rejects=rejects)
    assert tried == replace(done, dry_run=True, rejects_file=None)  # and it has stored nothing
    return done


def table_of(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text(encoding="utf-8").splitlines()))


async def statuses(desk: Desk) -> list[str]:
    return [
        row[0] for row in await desk.rows("SELECT status FROM enrolments ORDER BY campaign_id, contact_id")
    ]


async def hears(desk: Desk, body: str, sender: str = FIRST) -> None:
    """Let a contact say something."""
    now = desk.clock.now()
    message = CarrierMessage(f"SM{body}", True, sender, "+15005550006", body, "received", None, now, now)
    await desk.db.write(receive_batch, [message], now, now)


async def test_who_is_added_gets_nothing_more_of_any_campaign(desk: Desk) -> None:
    await desk.running("Spring", 2)
    await desk.filled("Draft", 1)
    fence = await desk.one("SELECT fence FROM control")
    done = await add(desk, "(212) 200-0000", FIRST, STRANGER, reason=" asked\nby phone ")
    assert done == Suppressed((FIRST, STRANGER), (), 2)
    assert sorted(await statuses(desk)) == ["active", "opted_out", "opted_out"]
    assert await desk.rows("SELECT state, count(*) FROM scheduled_messages GROUP BY 1 ORDER BY 1") == [
        ("cancelled", 1),
        ("scheduled", 1),
    ]
    assert await desk.one("SELECT fence FROM control") > fence
    assert await desk.rows("SELECT number, reason, source FROM suppressions ORDER BY number") == [
        (FIRST, "asked by phone", "operator"),
        (STRANGER, "asked by phone", "operator"),
    ]
    assert await desk.rows(AUDIT) == [
        ("ann", "suppress", number, '{"reason": "asked by phone"}') for number in (FIRST, STRANGER)
    ]
    await desk.sound()
    again = await add(desk, FIRST, reason="list")
    assert again == Suppressed((), ((FIRST, "asked by phone"),), 0)
    assert len(await desk.rows(AUDIT)) == 2


async def test_the_last_contact_completes_the_campaign(desk: Desk) -> None:
    id_ = await desk.running("Spring", 1)
    await add(desk, FIRST)
    assert await desk.one("SELECT status FROM campaigns WHERE id = :id", id=id_) == "completed"
    await desk.sound()


@pytest.mark.parametrize(
    ("numbers", "reason", "sentence"),
    [
        ((FIRST, "12"), "asked", "12: "),
        ((FIRST,), "  ", "the reason is empty"),
        ((FIRST,), "x" * 501, "longer than 500"),
    ],
)
async def test_bad_input_changes_nothing(
    desk: Desk, numbers: tuple[str, ...], reason: str, sentence: str
) -> None:
    for act in (suppressions.add, suppressions.remove):
        with pytest.raises(SuppressionError, match=sentence):
            await act(desk.db, desk.clock, desk.actor, numbers, reason)
    assert await desk.one("SELECT count(*) FROM suppressions") == 0
    assert await desk.rows(AUDIT) == []


async def test_who_is_removed_may_be_texted_again_and_the_audit_says_what_it_was(desk: Desk) -> None:
    await add(desk, FIRST)
    done = await suppressions.remove(desk.db, desk.clock, desk.actor, [FIRST, SECOND], "typed wrongly")
    at = desk.clock.now()
    assert done.removed == (Suppression(FIRST, "asked by phone", "operator", at),)
    assert done.left == (SECOND,)
    assert await desk.one("SELECT count(*) FROM suppressions") == 0
    assert await desk.rows("SELECT act, before, after FROM audit WHERE act = 'unsuppress'") == [
        (
            "unsuppress",
            f'{{"reason": "asked by phone", "since": {at}, "source": "operator"}}',
            '{"reason": "typed wrongly"}',
        )
    ]


async def test_a_page_is_searched_in_any_notation(desk: Desk) -> None:
    await add(desk, FIRST, SECOND, THIRD)
    page = await suppressions.page(desk.db, limit=2)
    assert ([row.number for row in page.rows], page.total) == ([THIRD, SECOND], 3)
    found = await suppressions.page(desk.db, "(212) 200-0001")
    assert ([row.number for row in found.rows], found.total) == ([SECOND], 1)


async def test_a_file_is_taken_row_by_row_and_bad_rows_carry_their_reason(desk: Desk) -> None:
    await desk.running("Spring", 3)
    await add(desk, THIRD)
    rejects = desk.folder / "rejects.csv"
    content = (
        "phone,reason,note\n212-200-0000,moved,a\n12,,b\n+12122000001,,c\n212 200 0001,,d\n,,\n"
        "+12122000002,,e\n"
    )
    done = await load(desk, content, "old list", rejects)
    assert (done.rows, done.added, done.known, done.rejected, done.ended) == (5, 2, 2, 1, 2)
    assert (done.empty, done.nobody) == (1, False)
    assert [(row.line, row.number) for row in done.rejects] == [(3, "12")]
    assert done.rejects_file == rejects
    assert table_of(rejects)[1][:3] == ["12", "", "b"]
    assert await desk.rows("SELECT number, reason, source FROM suppressions ORDER BY number") == [
        (FIRST, "moved", "import"),
        (SECOND, "old list", "import"),
        (THIRD, "asked by phone", "operator"),
    ]
    who = "SELECT number, actor FROM suppressions ORDER BY number"
    assert await desk.rows(who) == [(FIRST, "ann"), (SECOND, "ann"), (THIRD, "ann")]
    await desk.db.write(lambda conn: conn.execute(text("UPDATE suppressions SET actor = NULL")))
    rows = (await suppressions.listed(desk.db, SuppressionQuery())).rows
    assert [row.by for row in rows] == ["a file", "a file", "ann"]  # what the audit alone knows of before
    assert set(await statuses(desk)) == {"opted_out"}
    assert (await desk.rows(AUDIT))[-1][:3] == ("ann", "import", "dnc.csv")
    await desk.sound()


async def test_a_list_may_end_with_its_reasons_and_so_does_what_was_rejected_of_it(desk: Desk) -> None:
    rejects, again = desk.folder / "rejects.csv", desk.folder / "again.csv"
    done = await load(desk, "phone,reason\n+12122000000,moved\n12,by phone\n13,\n", "list", rejects)
    assert (done.added, done.rejected) == (1, 2)
    assert table_of(rejects)[0] == ["phone", "reason", "reason"]
    rejects.write_text(rejects.read_text().replace("12,", "+12122000001,").replace("13,", "+12122000002,"))
    assert (await load(desk, rejects.read_text(), "list", again)).added == 2
    # of a list without reasons the last column of its rejects is why they were rejected, and that alone
    await load(desk, "phone\n12\n", "list", again)
    assert (await load(desk, again.read_text().replace("12,", "+12122000003,"), "list")).added == 1
    assert await desk.rows("SELECT number, reason FROM suppressions ORDER BY number") == [
        ("+12122000000", "moved"),
        ("+12122000001", "by phone"),
        ("+12122000002", "list"),
        ("+12122000003", "list"),
    ]


async def test_a_long_file_goes_in_chunks_and_a_lost_quote_swallows_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppression_files, "CHUNK", 2)
    lines = [f"+1212200000{at},x" for at in range(5)]
    done = await load(desk, "\n".join(["phone,reason", *lines, lines[0]]))  # of another chunk, known by then
    assert (done.rows, done.added, done.known, done.rejected) == (6, 5, 1, 0)
    damaged = 'phone,note\n+12122000006,"open\n+12122000007,b\n+12122000008,"c"\n'
    done = await load(desk, damaged)
    assert done.rejected == 1
    assert done.added == 0


async def test_a_file_without_a_header_is_refused_whole(desk: Desk) -> None:
    with pytest.raises(ContactFileError, match="add a header row"):
        await load(desk, "+12122000000\n+12122000001\n")
    assert await desk.one("SELECT count(*) FROM suppressions") == 0


async def test_an_export_can_be_imported(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression_files, "_PAGE", 2)
    await add(desk, FIRST, reason='said, "no"')
    await add(desk, SECOND, THIRD, reason="list")
    file = desk.folder / "out.csv"
    assert await export_list(desk.db, file) == 3
    assert file.stat().st_mode & 0o777 == 0o600
    rows = table_of(file)
    assert rows[0] == ["phone", "reason", "source", "since"]
    assert [row[:3] for row in rows[1:]] == [
        [FIRST, 'said, "no"', "operator"],
        [SECOND, "list", "operator"],
        [THIRD, "list", "operator"],
    ]
    with pytest.raises(ExportRefusedError, match="exists already"):
        await export_list(desk.db, file)
    await suppressions.remove(desk.db, desk.clock, desk.actor, [FIRST, SECOND, THIRD], "moving")
    done = await load(desk, file.read_text())
    assert (done.added, done.rejected) == (3, 0)
    assert await desk.one("SELECT reason FROM suppressions WHERE number = :n", n=FIRST) == 'said, "no"'


async def test_a_person_decides_about_a_doubt_by_naming_the_number(desk: Desk) -> None:
    id_ = await desk.running("Spring", 2)
    await hears(desk, "stop by tomorrow")
    (held,), _ = await review.held_messages(desk.db, id_)
    assert (held.number, held.reason, held.perhaps_sent) == (
        FIRST,
        "perhaps an opt-out: stop by tomorrow",
        False,
    )
    decisions: tuple[review.Decision, ...] = ("send", "skip")
    for decision in decisions:
        done = await review.review(desk.db, desk.clock, desk.actor, id_, decision)
        assert (done.done, [number for number, _ in done.left]) == (0, [FIRST])
        assert await desk.one("SELECT count(*) FROM contacts WHERE doubt IS NOT NULL") == 1
    done = await review.review(desk.db, desk.clock, desk.actor, id_, "send", [FIRST])
    assert done.done == 1
    assert await desk.one("SELECT count(*) FROM contacts WHERE doubt IS NOT NULL") == 0
    assert await desk.rows("SELECT state, count(*) FROM scheduled_messages GROUP BY 1") == [("scheduled", 2)]
    await desk.sound()


async def test_giving_one_text_up_decides_nothing_about_the_person(desk: Desk) -> None:
    id_ = await desk.running("Spring", 2)
    await hears(desk, "stop by tomorrow")
    done = await review.review(desk.db, desk.clock, desk.actor, id_, "skip", [FIRST])
    assert done.done == 1
    assert await desk.one("SELECT count(*) FROM contacts WHERE doubt IS NOT NULL") == 1
    assert await desk.one("SELECT count(*) FROM audit WHERE act = 'no_opt_out'") == 0
    await desk.sound()


async def test_adding_or_removing_a_number_settles_its_doubt(desk: Desk) -> None:
    await desk.running("Spring", 2)
    for act in (suppressions.add, suppressions.remove):
        await hears(desk, f"wrong number {act.__name__}")
        await act(desk.db, desk.clock, desk.actor, [FIRST], "looked into it")
        assert await desk.one("SELECT count(*) FROM contacts WHERE doubt IS NOT NULL") == 0
    await desk.sound()


async def test_a_lift_taken_back_leaves_the_word_with_whoever_gave_it(desk: Desk) -> None:
    await desk.load("phone,first_name\n2122000000,Ada\n2122000001,Ben\n2122000002,Cy\n")
    await add(desk, FIRST)
    await hears(desk, "STOP", SECOND)
    await load(desk, f"phone\n{THIRD}\n", reason="bought list")
    query = SuppressionQuery()
    before = (await suppressions.listed(desk.db, query)).rows
    assert {row.number: row.by for row in before} == {FIRST: "ann", SECOND: "the contact", THIRD: "ann"}
    desk.later(60_000)
    bob = Actor(2, "bob", "bob.login")
    for row in before:
        await suppressions.remove(desk.db, desk.clock, bob, [row.number], "a slip")
        assert await suppressions.put_back(desk.db, desk.clock, bob, row)
    after = (await suppressions.listed(desk.db, query)).rows
    assert sorted(after, key=str) == sorted(before, key=str)
    undone = "SELECT DISTINCT actor FROM audit WHERE act = 'undo unsuppress'"
    assert await desk.rows(undone) == [("bob",)]
    taken = "SELECT actor, recorded_at FROM consents WHERE contact_id = 1 ORDER BY id"
    assert await desk.rows(taken) == [("ann", desk.clock.now() - 60_000), ("bob", desk.clock.now())]
