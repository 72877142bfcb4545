"""A new campaign on its way, and the files that its contacts come from."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.support.services import Desk
from trd_tui.domain.sheet import REVIEW, SENDER, TOUCHES, Sheet, TypedTouch
from trd_tui.domain.sheet_meet import meet, take
from trd_tui.services import (
    campaigns,
    csv_files,
    draft_audience,
    editing,
    new_campaign,
    previews,
    stored_draft,
    suppressions,
    touches,
)
from trd_tui.services.actor import Actor
from trd_tui.services.consent_rows import StatedConsent
from trd_tui.services.contact_file import ContactFileError, look_through
from trd_tui.services.stored_draft import NoDraftError

BOB = Actor(1, "bob", "bob.login")


async def opened(desk: Desk, campaign: str = "", actor: Actor | None = None) -> Sheet:
    return await new_campaign.open_sheet(desk.db, actor or desk.actor, campaign, "skip")


async def kept(desk: Desk, sheet: Sheet) -> None:
    await new_campaign.keep(desk.db, desk.clock, desk.actor, sheet)


async def saved(desk: Desk, sheet: Sheet) -> tuple[Sheet, list[tuple[int, str]]]:
    stored, faults = await new_campaign.save(desk.db, desk.clock, desk.actor, sheet)
    return stored, [(fault.step, fault.field) for fault in faults]


async def test_what_is_typed_is_found_again_its_writers_before_and_everybodys_after_the_draft(
    desk: Desk,
) -> None:
    sheet = await opened(desk)
    assert (sheet.timezone, sheet.resume_policy, len(sheet.touches)) == ("America/New_York", "skip", 9)
    assert not await new_campaign.unfinished(desk.db, desk.actor, "")
    half = replace(sheet, name="Spr", sender="+1555")
    await kept(desk, half)
    assert await opened(desk) == half
    assert (await opened(desk, actor=BOB)).name == ""
    stored, faults = await saved(desk, half)  # a sender that is none makes no draft
    assert (stored.campaign_id, faults[0]) == ("", (SENDER, "sender"))

    whole = replace(half, name="Spring", sender="(212) 555-0123", daily_cap="x", step=4)
    stored, faults = await saved(desk, whole)
    assert stored.campaign_id
    assert [step for step, _ in faults] == [4, 2]  # the cap, and nobody is in it
    assert await opened(desk, stored.campaign_id, BOB) == stored  # the wrong cap is kept as it was typed
    assert (await opened(desk)).name == ""  # the next new campaign begins empty
    (row,) = await desk.rows("SELECT name, sender, daily_cap, resume_policy, status FROM campaigns")
    assert row == ("Spring", "+12125550123", None, "shift", "draft")

    stored, _ = await saved(desk, replace(stored, daily_cap="1,500", touches=(TypedTouch("2", "{{nme}}"),)))
    assert await desk.rows("SELECT daily_cap, resume_policy FROM campaigns") == [(1500, "skip")]
    assert await desk.rows("SELECT count(*) FROM touches") == [(9,)]  # wrong touches leave the stored ones
    await new_campaign.forget(desk.db, desk.actor, stored)
    assert not await new_campaign.unfinished(desk.db, desk.actor, stored.campaign_id)
    again = await opened(desk, stored.campaign_id)
    assert (again.daily_cap, again.step, len(again.touches)) == ("1500", SENDER, 9)
    await desk.sound()


async def test_an_edit_made_elsewhere_is_taken_over_where_nothing_was_typed(desk: Desk) -> None:
    id_ = await desk.draft()
    sheet = await opened(desk, id_)
    await kept(desk, replace(sheet, name="Typed", file="leads.csv", step=REVIEW))
    data = {"name": "Edited", "sender": sheet.sender, "timezone": "UTC"}
    definition = await editing.definition_for(desk.db, id_, data)
    await editing.edit(desk.db, desk.clock, desk.actor, id_, definition)
    found = await opened(desk, id_)
    assert (found.name, found.timezone, found.file, found.step) == ("Typed", "UTC", "leads.csv", REVIEW)
    (fault,) = [each for each in await new_campaign.check(desk.db, found) if each.step == SENDER]
    assert (fault.field, "to “Edited”" in fault.message) == ("name", True)


async def test_a_name_is_taken_whatever_its_case_but_not_by_itself(desk: Desk) -> None:
    id_ = await desk.draft("Spring")
    sheet = replace(await opened(desk), name=" sPRING ", sender="+12125550123")
    stored, faults = await saved(desk, sheet)
    assert (stored.campaign_id, faults[0]) == ("", (SENDER, "name"))
    assert not [
        fault for fault in await new_campaign.check(desk.db, await opened(desk, id_)) if fault.step == SENDER
    ]


async def test_a_draft_that_was_started_or_deleted_elsewhere_is_not_written_over(desk: Desk) -> None:
    id_ = await desk.filled()
    sheet = await opened(desk, id_)
    await desk.do("start", id_)
    with pytest.raises(NoDraftError, match="Spring is active"):
        await saved(desk, sheet)
    with pytest.raises(NoDraftError, match="active"):
        await draft_audience.empty_audience(desk.db, desk.clock, desk.actor, id_)
    await desk.do("delete", id_)
    with pytest.raises(NoDraftError, match="deleted it"):
        await opened(desk, id_)
    await desk.sound()


async def test_the_audience_is_counted_emptied_and_taken_from_those_who_have_not_answered(desk: Desk) -> None:
    old = await desk.running("Old", contacts=4)
    for status in ("replied", "opted_out"):
        first = "SELECT min(id) FROM enrolments WHERE status = 'active'"
        change = f"UPDATE enrolments SET status = '{status}' WHERE id = ({first})"
        await desk.db.write(Connection.exec_driver_sql, change)
    await suppressions.add(desk.db, desk.clock, desk.actor, ["+12122000009"], "asked by phone")
    id_ = await desk.draft("New")
    sheet = replace(await opened(desk, id_), other=old)
    seen: list[tuple[int, int]] = []
    joined = await draft_audience.take_contacts(
        desk.db, desk.clock, desk.actor, sheet, lambda done, total: seen.append((done, total))
    )
    assert (joined, seen) == (2, [(4, 4)])
    await desk.load("phone\n2122000009\n", id_)
    figures = await draft_audience.audience(desk.db, id_)
    assert (figures.contacts, figures.suppressed, figures.without_consent) == (3, 1, 3)
    assert await draft_audience.empty_audience(desk.db, desk.clock, desk.actor, id_) == 3
    assert (await draft_audience.audience(desk.db, id_)).contacts == 0
    await desk.load("phone,Pet\n2122000001,rex\n", id_)
    assert (await draft_audience.audience(desk.db, id_)).custom == ("pet",)
    wrong = replace(sheet, touches=(TypedTouch("1", "{{pet}} and {{nme}}"),))
    (fault,) = [each for each in await new_campaign.check(desk.db, wrong) if each.step == TOUCHES]
    assert "'nme'" in fault.message


async def test_a_dry_run_counts_reasons_the_suppressed_and_those_without_consent(desk: Desk) -> None:
    await desk.load("phone\n2122000001\n2122000002\n", consent=StatedConsent("written"))
    await suppressions.add(desk.db, desk.clock, desk.actor, ["+12122000002"], "asked")
    rows = "phone,consent\n2122000001,\n2122000002,\n2122000003,verbal\n2122000004,\n"
    rows += "x,\ny,\n12,\n5551234567,\n"
    before = await desk.rows("SELECT count(*) FROM contacts")
    report = await desk.load(rows, dry_run=True)
    # the suppression of the second has taken its consent back
    assert (report.suppressed, report.lacking, report.rejected) == (1, 2, 4)
    assert dict(report.reasons) == {"has letters in it": 2, "has too few digits": 1, "does not exist": 1}
    assert await desk.rows("SELECT count(*) FROM contacts") == before
    assert (await desk.load(rows)).suppressed == 1


def test_a_half_typed_path_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("leads-a.csv", "leads-b.CSV", "photo.png", ".hidden.csv"):
        (tmp_path / name).write_text("phone\n")
    (tmp_path / "lists").mkdir()
    assert csv_files.complete("le") == ("leads-", ("leads-a.csv", "leads-b.CSV"))
    assert csv_files.complete("leads-a") == ("leads-a.csv", ("leads-a.csv",))
    assert csv_files.complete("li") == ("lists/", ("lists/",))
    assert csv_files.complete("nowhere/x") == ("nowhere/x", ())
    assert {file.name for file in csv_files.found_files(tmp_path)} == {"leads-a.csv", "leads-b.CSV"}
    assert csv_files.found_files(tmp_path / "nowhere") == ()
    assert csv_files.rejects_place(tmp_path / "leads-a.csv", tmp_path).name == "leads-a-rejects.csv"
    (tmp_path / "leads-a-rejects.csv").touch()
    assert csv_files.rejects_place(tmp_path / "leads-a.csv", tmp_path).name == "leads-a-rejects-2.csv"
    (tmp_path / "trd").mkdir()
    beside = csv_files.rejects_place(tmp_path / "trd" / ".." / "leads-b.csv", tmp_path)
    assert beside == tmp_path.resolve() / "leads-b-rejects.csv", (
        "people read where it is, not how it was typed"
    )


def test_a_file_whose_columns_say_too_little_is_shown_to_be_mapped(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Handy,Handy,Who\n2122000001,,Ann Lee\n")
    file, found = csv_files.look(str(path), {})
    assert file is None
    assert [(column.title, column.field) for column in found.columns] == [
        ("Handy#1", ""), ("Handy#2", ""), ("Who", "custom.who"),
    ]  # fmt: skip
    assert (found.rows, found.columns[0].samples) == (1, ("2122000001",))
    assert found.problem == (
        "columns 1 and 2 are both called 'Handy'; give one of them another title, or say what becomes of one"
        " of them: enter on its line below"
    )
    with pytest.raises(ContactFileError) as refused:  # the API has nothing to choose with
        look_through(path)
    assert refused.value.in_file.endswith(" are both called 'Handy'; give one of them another title")
    assert str(refused.value).endswith("of them: --map 'Handy#2=ignore' or --map 'Handy#2=custom.NAME'")
    file, found = csv_files.look(str(path), {"Handy#1": "phone", "Handy#2": "ignore", "Who": "name"})
    assert file is not None
    assert [column.field for column in found.columns] == ["phone", "ignore", "name"]
    assert found.columns[2].samples == ("Ann Lee",)
    for content, said in ((b"", "is empty"), (os.urandom(4000) + b"\0", "not a text file")):
        path.write_bytes(content)
        with pytest.raises(ContactFileError, match=said):
            csv_files.look(str(path), {})
    for wrong, said in (
        (str(tmp_path), "is a folder"),
        ("nowhere.csv", "no such file"),
        ("  ", "name a CSV"),
    ):
        with pytest.raises(ContactFileError, match=said):
            csv_files.look(wrong, {})


async def stored_of(desk: Desk, id_: str) -> Sheet:
    return await opened(desk, id_, BOB)


async def test_nobodys_save_is_stored_over_what_another_has_changed_meanwhile(desk: Desk) -> None:
    id_ = await desk.draft()
    mine, theirs = await opened(desk, id_), await opened(desk, id_)
    first, second, *rest = mine.touches
    bobs = replace(theirs, touches=(replace(first, body="BBB"), second, *rest), brand="Bob's", daily_cap="7")
    await new_campaign.save(desk.db, desk.clock, BOB, bobs)
    ann = replace(
        mine, touches=(replace(first, body="AAA"), replace(second, body="222"), *rest), budget_usd="5"
    )
    news = await new_campaign.heard(desk.db, ann)
    assert [(c.part, c.who) for c in news.taken] == [("brand", "bob"), ("daily_cap", "bob")]
    assert all(c.at is not None for c in news.taken)
    assert [(c.part, c.who) for c in news.crossed] == [("touch[1]", "bob")]

    kept, faults = await new_campaign.save(desk.db, desk.clock, desk.actor, ann)
    (fault,) = [each for each in faults if each.step == TOUCHES]
    assert (fault.field, "bob has changed it too, to day" in fault.message) == ("touch[1].body", True)
    assert (kept.touches[0].body, kept.brand, kept.daily_cap) == ("AAA", "Bob's", "7")
    stored = await new_campaign.touches_of(desk.db, id_)
    assert [each.body for each in stored[:2]] == ["BBB", "222"]  # what is hers alone is stored
    assert (await desk.rows("SELECT budget_micros, daily_cap, brand FROM campaigns")) == [
        (5_000_000, 7, "Bob's")
    ]
    again = await opened(desk, id_)  # also after the next login it is asked
    assert meet(again, (await new_campaign.heard(desk.db, again)).stored or again).crossed == ("touch[1]",)

    news = await new_campaign.heard(desk.db, kept)
    assert news.stored is not None
    hers = replace(kept, base=take(kept.base or kept, news.stored, ("touch[1]",)))
    await new_campaign.save(desk.db, desk.clock, BOB, replace(bobs, base=news.stored, touches=(
        replace(first, body="CCC"), *stored[1:])))  # fmt: skip
    hers, faults = await new_campaign.save(desk.db, desk.clock, desk.actor, hers)
    assert [each.field for each in faults if each.step == TOUCHES] == ["touch[1].body"]  # asked anew
    news = await new_campaign.heard(desk.db, hers)
    assert news.stored is not None
    hers = replace(hers, base=take(hers.base or hers, news.stored, ("touch[1]",)))
    hers, faults = await new_campaign.save(desk.db, desk.clock, desk.actor, hers)
    assert [each.body for each in (await new_campaign.touches_of(desk.db, id_))[:2]] == ["AAA", "222"]
    assert not [each for each in faults if each.step == TOUCHES]
    assert hers.base is not None
    assert hers.touches == hers.base.touches


async def test_a_start_elsewhere_is_said_and_the_typed_touches_wait_on_the_touches_page(desk: Desk) -> None:
    id_ = await desk.filled()
    sheet = await opened(desk, id_)
    sheet = replace(sheet, touches=(replace(sheet.touches[0], body="Half ty"), *sheet.touches[1:]))
    await campaigns.start(desk.db, desk.clock, BOB, [id_])
    news = await new_campaign.heard(desk.db, sheet)
    assert (news.ended, news.status) == ("Spring is active by now; bob started it.", "active")
    assert await new_campaign.hand_over(desk.db, desk.clock, desk.actor, sheet)
    unsaved = await touches.kept(desk.db, desk.actor, id_)
    assert unsaved is not None
    assert (unsaved.touches[0].body, unsaved.touches[1:]) == ("Half ty", unsaved.before[1:])


async def test_a_start_is_refused_when_the_draft_is_not_what_was_reviewed(desk: Desk) -> None:
    id_ = await desk.filled()
    sheet = await opened(desk, id_)
    read = sheet.version
    sheet, _ = await new_campaign.save(desk.db, desk.clock, BOB, replace(sheet, brand="Other"))
    (no,) = await campaigns.start(desk.db, desk.clock, desk.actor, [id_], versions={id_: read})
    assert (no.ok, "was changed meanwhile" in no.message) == (False, True)
    (yes,) = await campaigns.start(desk.db, desk.clock, desk.actor, [id_], versions={id_: sheet.version})
    assert yes.ok


async def test_a_start_says_first_what_is_typed_in_its_steps_and_not_stored(desk: Desk) -> None:
    one, other, empty = (
        await desk.filled("One"),
        await desk.filled("Other", first=3),
        await desk.draft("Empty"),
    )
    both = [other, one, empty]

    async def said(*ids: str) -> list[tuple[str, tuple[str, ...]]]:
        found = await previews.preview(desk.db, desk.clock, "start", ids)
        return [(each.name, each.parts) for each in found.not_stored]

    for id_ in both:
        sheet = await opened(desk, id_)
        await kept(desk, replace(sheet, file="leads.csv", step=REVIEW))
    assert await said(*both) == []  # the same as what is stored is not worth a word
    for id_ in both:
        await kept(desk, replace(await opened(desk, id_), budget_usd="50", send_time="25:99"))
    assert await said(one) == [("One", ("send_time", "budget_usd"))]
    assert [name for name, _ in await said(*both)] == ["Other", "One"]  # who has nobody is not started
    assert (
        await stored_draft.not_stored(desk.db, both)
        == (await previews.preview(desk.db, desk.clock, "start", both)).not_stored
    )
    await saved(desk, replace(await opened(desk, one), send_time="9:30"))
    await desk.do("start", other)
    assert await said(*both) == []
