import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.services import Desk, definition, people
from trd_tui.domain.phone import normalise
from trd_tui.services import imports, listing
from trd_tui.services.import_views import kind_of_reason
from trd_tui.services.imports import ContactFileError, ImportRefusedError, ImportStoppedError, look_through
from trd_tui.services.seen import SeenNumbers
from trd_tui.services.views import ContactQuery, ListQuery
from trd_tui.store import contacts
from trd_tui.store.errors import DiskFullError

HEADER = "phone,first_name,last_name,company,email,city,state,zip,timezone,Property Address\n"


async def test_a_whole_row_becomes_a_contact(desk: Desk) -> None:
    report = await desk.load(
        HEADER
        + ' (212) 555-2368 ,"Ann, B.",Lee,Acme,a@b.c,New York,NY,10001,America/Chicago,"1 Main St\nApt 2"'
    )
    assert (report.rows, report.added, report.existing, report.rejected) == (1, 1, 0, 0)
    (row,) = await desk.rows(
        "SELECT number, first_name, last_name, name_folded, city, timezone, custom FROM contacts"
    )
    assert row[:6] == ("+12125552368", "Ann, B.", "Lee", "ann, b. lee", "New York", "America/Chicago")
    assert json.loads(row[6]) == {"property_address": "1 Main St\nApt 2"}


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfphone;name\r\n(212) 200-0001;J\xc3\xb6rg Meier\r\n",
        b"phone\tname\n2122000001\tJ\xc3\xb6rg Meier",
        b"phone|name\r(212) 200-0001|J\xc3\xb6rg Meier\r",
        "phone\tname\r\n2122000001\tJörg Meier\r\n".encode("utf-16"),
        b'name,"phone"\n"J\xf6rg Meier",+1 212 200 0001\n,,\n\n',
    ],
    ids=["bom-semicolon", "tab-no-last-newline", "bar-old-mac", "utf-16", "windows-1252-blank-lines"],
)
async def test_every_kind_of_csv_is_read(sqlite_desk: Desk, content: bytes) -> None:
    report = await sqlite_desk.load(content)
    assert (report.added, report.rejected) == (1, 0)
    assert await sqlite_desk.rows("SELECT number, first_name, last_name FROM contacts") == [
        ("+12122000001", "Jörg", "Meier")
    ]


async def test_repeated_and_existing_numbers_are_counted_apart(desk: Desk) -> None:
    first = await desk.load("phone,first_name,company,Age\n2122000001,Ann,Acme,40\n")
    assert first.added == 1
    id_ = await desk.draft()
    report = await desk.load(
        "phone,first_name,last_name,Pet\n2122000001,,Lee,X\n(212) 200-0001,Bob,,\n2122000002,Cy,,\n", id_
    )
    assert (report.rows, report.added, report.existing, report.repeated) == (3, 1, 1, 1)
    assert (report.enrolled, report.already_enrolled) == (2, 0)
    (row,) = await desk.rows(
        "SELECT first_name, last_name, name_folded, company, custom FROM contacts WHERE number LIKE '%01'"
    )
    assert row[:4] == ("Ann", "Lee", "ann lee", "Acme")
    assert json.loads(row[4]) == {"age": "40", "pet": "X"}
    again = await desk.load("phone\n2122000001\n2122000003\n", id_)
    assert (again.enrolled, again.already_enrolled) == (1, 1)
    await desk.sound()


async def test_rejected_rows_say_why_and_can_be_mended(desk: Desk) -> None:
    id_ = await desk.draft()
    rejects = desk.folder / "rejects.csv"
    content = (
        "phone,first_name,timezone,note\n"
        "2122000001,Ann,,\n"
        "12,Bob,,\n"
        ",Cy,,\n"
        "2122000002,Dee,America/New_Yrok,\n"
        '2122000003,Eve,,"a\nb",extra\n'
        f"2122000004,{'x' * 2000},,\n"
        "2110000000,Fay,,\n"
    )
    report = await desk.load(content, id_, rejects=rejects)
    assert (report.added, report.rejected, report.enrolled) == (1, 6, 1)
    reasons = {reject.line: reject.reason for reject in report.rejects}
    assert reasons[3] == "'12' has too few digits"
    assert reasons[4] == "there is no number"
    assert reasons[5] == "'America/New_Yrok' is not a time zone; did you mean America/New_York?"
    assert reasons[6] == "5 values for 4 columns; is a quote missing?"
    assert reasons[8] == "a value is longer than 1,000 characters"
    assert "does not exist" in reasons[9]
    assert report.rejects_file == rejects
    assert rejects.stat().st_mode & 0o777 == 0o600
    with rejects.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["phone", "first_name", "timezone", "note", "reason"]
    assert rows[1] == ["12", "Bob", "", "", "line 3: '12' has too few digits"]
    assert rows[4][3:] == ["a\nb", "line 6: 5 values for 4 columns; is a quote missing?", "extra"]
    rows[4].pop()
    # mended in place, and imported with the rejects going to the file that is being read
    for row, number in zip(rows[1:], range(10, 16), strict=True):
        row[0], row[1], row[2] = f"21220000{number}", row[1][:9], ""
    rows[2][0] = "still wrong"
    with rejects.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    looked = look_through(rejects)
    assert "reason" not in looked.columns.custom
    second = await imports.import_contacts(
        desk.db, desk.clock, desk.actor, looked, campaign_id=id_, rejects=rejects
    )
    assert (second.added, second.rejected) == (5, 1)
    with rejects.open(newline="", encoding="utf-8") as file:
        left = list(csv.reader(file))
    assert len(left) == 2
    assert left[1][-1] == "line 3: 'still wrong' has letters in it"
    await desk.sound()


async def test_numbers_that_nobody_can_be_texted_at_are_rejected(sqlite_desk: Desk) -> None:
    """Premium rates here and abroad, service codes, area codes that are none; an 800 number is a phone."""
    wrong = ("1-900-234-1234", "+449098790000", "+12115550123", "9115550123", "976-234-5678", "7002345678")
    report = await sqlite_desk.load("phone\n+18002345678\n" + "\n".join(wrong) + "\n")
    assert (report.added, report.rejected) == (1, len(wrong))
    assert dict(report.reasons) == {
        "is a premium-rate number, which takes no texts": 2,
        "does not exist": 4,
    }
    assert normalise(wrong[0]) == "+19002341234", "who has one on record can erase it"


async def test_surplus_values_are_refused_until_they_are_mended(sqlite_desk: Desk) -> None:
    desk, rejects = sqlite_desk, sqlite_desk.folder / "rejects.csv"
    report = await desk.load("phone,note\n2122000001,a,b,,c, ,\n", rejects=rejects)
    assert (report.added, report.rejected) == (0, 1)
    reason = "5 values for 2 columns; is a quote missing?"
    for _ in range(2):
        with rejects.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert rows[1:] == [["2122000001", "a", f"line 2: {reason}", "b", "", "c"]]
        again = await imports.import_contacts(
            desk.db, desk.clock, desk.actor, look_through(rejects), rejects=rejects
        )
        assert (again.added, again.rejected, again.rejects[0].reason) == (0, 1, reason)
    rows[1][3:] = ["", "", ""]
    with rejects.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    mended = await imports.import_contacts(desk.db, desk.clock, desk.actor, look_through(rejects))
    assert (mended.added, mended.rejected) == (1, 0)


async def test_surplus_empty_values_are_passed_over(sqlite_desk: Desk) -> None:
    report = await sqlite_desk.load("phone,first_name\n2122000001,Ann,,\n2122000002,Bob, ,\n2122000003,,\n")
    assert (report.added, report.rejected) == (3, 0)
    assert await sqlite_desk.rows("SELECT first_name FROM contacts ORDER BY number") == [
        ("Ann",),
        ("Bob",),
        ("",),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('phone,first_name\n+12125550120,"Ann\n+12125550121,Bob\n', 2),
        ('phone,first_name\r\n+12125550120,"Ann\r\n+12125550121,Bob', 2),
        ('phone,first_name\r+12125550120,"Ann\r+12125550121,Bob\r', 2),
        ('phone,first_name\n"+12125550120\n","Ann\n+12125550121,Bob\n', 3),
        ('phone,first_name\n+12125550120,Ann\n"', 3),
        ('phone,first_name\n+12125550120,"\n', 2),
        ('phone,"first_name\n+12125550120,Ann\n', 1),
        ('phone,"first_name', 1),
        ('phone,first_name\n3,"4\n' + "5,6\n" * 200, 2),
    ],
)
def test_a_quote_that_stays_open_is_named_by_its_line(tmp_path: Path, content: str, line: int) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(content.encode())
    with pytest.raises(ContactFileError) as caught:
        look_through(path)
    assert str(caught.value).startswith(f"{path}, line {line}: a quote opens here and is not closed")


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_closed_quote_at_the_end_of_the_file_is_fine(tmp_path: Path, end: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(('"phone","note"\n"+12125550120","a\nb ""c"""' + end).encode())
    assert look_through(path).rows == 1
    path.write_bytes(('"phone","note\nx"' + end).encode())
    assert look_through(path).rows == 0


async def test_line_breaks_in_quotes_are_read_in_every_field(sqlite_desk: Desk) -> None:
    report = await sqlite_desk.load(
        'phone,First Name,city,note\n2122000001,"Ann\nMarie",,\n2122000002,Cy,"a\rb",\n'
        '2122000003,"Dee\n",,"call 212-200-0009\r\n212-200-0008\nor so"\n"212\n2000004",Eve,,\n'
    )
    assert (report.added, report.rejected) == (4, 0)
    rows = await sqlite_desk.rows("SELECT first_name, city, custom FROM contacts ORDER BY id")
    assert [row[:2] for row in rows] == [("Ann Marie", ""), ("Cy", "a b"), ("Dee", ""), ("Eve", "")]
    assert json.loads(rows[2][2]) == {"note": "call 212-200-0009\r\n212-200-0008\nor so"}


async def test_a_row_that_takes_in_another_contact_has_lost_a_quote(sqlite_desk: Desk) -> None:
    report = await sqlite_desk.load(
        'phone,First Name,note\n2122000001,"Ann,x\n2122000002,Bob,5\'10"\n2122000003,Cy,\n'
        '2122000004,Dee,"y\n2122000005,"Eve",\n2122000006,Fay,"u\n,"v\n'
    )
    assert (report.added, report.rejected) == (1, 3)
    contact, misfit = "line 2 of them reads as a contact of its own", "a quote in it does not fit"
    assert [(reject.line, reject.reason) for reject in report.rejects] == [
        (2, f"it runs over 2 lines, and {contact}; is a quote missing?"),
        (5, f"it runs over 2 lines, and {contact}; is a quote missing?"),
        (7, f"it runs over 2 lines, and {misfit}; is one missing?"),
    ]


async def test_a_dry_run_counts_and_stores_nothing(desk: Desk) -> None:
    id_ = await desk.filled(contacts=2)
    before = await desk.one("SELECT count(*) FROM audit")
    report = await desk.load(people(5) + "12,x,,\n", id_, dry_run=True)
    assert report.dry_run
    assert (report.added, report.existing, report.rejected) == (3, 2, 1)
    assert (report.enrolled, report.already_enrolled) == (3, 2)
    assert await desk.one("SELECT count(*) FROM contacts") == 2
    assert await desk.one("SELECT count(*) FROM audit") == before


@pytest.mark.parametrize("asked", [False, True], ids=["anybody", "with consent alone"])
async def test_what_a_dry_run_counts_is_what_an_import_does(sqlite_desk: Desk, asked: bool) -> None:
    """Every row is of one kind, so that a reader can add them up; and who lacks consent is told before."""
    id_ = await sqlite_desk.running(contacts=1)
    rows = ["2122000000,", "2122000001,web_form", "2122000001,web_form", "12,web_form", ","]
    content = "phone,consent\n" + "\n".join([*rows, "2122000002,", "2122000003,"]) + "\n"
    told = []
    for dry_run in (True, False):
        report = await sqlite_desk.load(content, id_, dry_run=dry_run, require_consent=asked)
        joins = (report.enrolled, report.already_enrolled, report.without_consent)
        assert sum(joins) == report.contacts
        assert (report.rows, report.rejected, report.repeated, report.empty) == (7, 1, 1, 1)
        told.append(joins)
    assert told[0] == told[1]
    assert bool(told[0][2]) == asked


async def test_who_joins_a_running_campaign_is_scheduled_at_once(desk: Desk) -> None:
    id_ = await desk.running(contacts=2)
    report = await desk.load(people(6), id_)
    assert (report.enrolled, report.already_enrolled) == (4, 2)
    assert await desk.one("SELECT count(*) FROM scheduled_messages WHERE state = 'scheduled'") == 6
    assert await desk.one("SELECT plan_kind FROM campaigns") is None
    await desk.sound()


async def test_contacts_keep_the_order_of_the_file(desk: Desk) -> None:
    id_ = await desk.draft()
    await desk.load("phone\n2122000009\n2122000001\n2122000005\n", id_)
    page = await listing.contact_page(desk.db, id_, ContactQuery())
    assert [row.number[-1] for row in page.rows] == ["9", "1", "5"]


async def test_a_finished_campaign_takes_nobody(desk: Desk) -> None:
    id_ = await desk.draft()
    await desk.do("archive", id_)
    with pytest.raises(ImportRefusedError, match="Spring is archived and takes no more contacts"):
        await desk.load(people(2), id_)
    with pytest.raises(ImportRefusedError, match="there is no campaign camp_0"):
        await desk.load(people(2), "camp_0")
    assert await desk.one("SELECT count(*) FROM contacts") == 0


async def test_batches_progress_and_cancelling(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    told: list[tuple[int, int]] = []
    report = await desk.load(people(12_000), progress=lambda *step: told.append(step))
    assert told == [(5_000, 12_000), (10_000, 12_000), (12_000, 12_000)]
    assert report.added == 12_000
    stopped = await desk.load(people(12_000, first=20_000), cancelled=lambda: True)
    assert (stopped.cancelled, stopped.added) == (True, 5_000)
    assert await desk.one("SELECT count(*) FROM contacts") == 17_000


async def test_an_import_that_cannot_go_on_says_what_it_has_kept(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, path, store = sqlite_desk, sqlite_desk.file(people(12_000)), contacts.store
    batches: list[int] = []

    def full(*args: Any) -> contacts.Stored:
        batches.append(1)
        if len(batches) % 3 == 0:
            raise DiskFullError("there is no room left")
        return store(*args)

    monkeypatch.setattr(contacts, "store", full)
    kept = "there is no room left; the first 10,000 rows are stored (10,000 new contacts); import the same"
    with pytest.raises(ImportStoppedError, match=re.escape(kept)) as stopped:
        await imports.import_contacts(desk.db, desk.clock, desk.actor, look_through(path))
    assert (stopped.value.report.rows, stopped.value.report.added) == (10_000, 10_000)
    assert await desk.one("SELECT count(*) FROM contacts") == 10_000
    # A campaign is not left with a part of its contacts.
    with pytest.raises(ImportStoppedError, match=r"10,000 rows are stored \(0 new contacts\)"):
        await imports.create_with_contacts(desk.db, desk.clock, desk.actor, definition(), look_through(path))
    assert (await listing.page(desk.db, ListQuery())).total == 0
    monkeypatch.setattr(contacts, "store", store)
    again = await imports.import_contacts(desk.db, desk.clock, desk.actor, look_through(path))
    assert (again.added, again.existing) == (2_000, 10_000)
    await desk.sound()


async def test_an_import_of_rejected_rows_can_be_cancelled_too(sqlite_desk: Desk) -> None:
    report = await sqlite_desk.load("phone\n" + "12\n" * 12_000, cancelled=lambda: True)
    assert (report.cancelled, report.rows) == (True, 5_000)


async def test_a_campaign_and_its_contacts_are_made_together(desk: Desk) -> None:
    looked = look_through(desk.file(people(156)))
    report = await imports.create_with_contacts(
        desk.db, desk.clock, desk.actor, definition("New"), looked, rejects=desk.folder / "rejects.csv"
    )
    assert report.campaign_id is not None
    assert (report.enrolled, report.rejects_file) == (156, None)
    assert not (desk.folder / "rejects.csv").exists()
    assert (await listing.page(desk.db, ListQuery())).rows[0].contact_count == 156
    await desk.sound()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("phone\n12\n13\n", "none of its 2 rows can be imported; line 2: '12' has too few digits"),
        ("phone\n", "holds no contacts, only a header row"),
    ],
)
async def test_no_campaign_is_left_without_contacts(desk: Desk, content: str, said: str) -> None:
    looked = look_through(desk.file(content))
    with pytest.raises(ImportRefusedError, match=said):
        await imports.create_with_contacts(desk.db, desk.clock, desk.actor, definition(), looked)
    assert await desk.one("SELECT count(*) FROM campaigns") == 0
    await desk.sound()


async def test_a_cancelled_creation_leaves_no_campaign(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    looked = look_through(desk.file(people(6_000)))
    with pytest.raises(ImportRefusedError, match="no campaign was made"):
        await imports.create_with_contacts(
            desk.db, desk.clock, desk.actor, definition(), looked, cancelled=lambda: True
        )
    assert (await listing.page(desk.db, ListQuery())).total == 0
    await desk.sound()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty; a contacts file begins with a header row"),
        (b"\n\n", "the first line is empty"),
        (b"PK\x03\x04rest", "is an Excel or OpenDocument workbook; save it as CSV"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "is not a text file; export the contacts as CSV in UTF-8"),
        (b"\xff\xfea\x00\x00\xd8a\x00", "is damaged"),
        (b"\xff\xfe\x00binary\x00\xff", "is damaged, or not a text file"),
        (b"\xff\xfe\x00binary\x00", "is not a text file; export the contacts as CSV in UTF-8"),
        (b"\x89\x01\x02,\x90phone\n2122000001,1\n", "is not a text file; export the contacts as CSV in"),
        (b"name,city\nAnn,Town\n", "no column holds phone numbers: the header is 'name', 'city'"),
        (b"2122000001,Ann\n", "the first row holds a number: add a header row above it"),
        (",".join(f"c{at}" for at in range(10_000)).encode(), "the header has 10,000 columns"),
        (b"phone,x\n1," + b"y" * 200_000 + b"\n", "line 2: a value is longer than 131,072 characters"),
        (
            b'phone,x\n1,2\n3,"4\n' + b"5,6\n" * 200 + b'"',
            "line 3: a quoted value runs over more than 100 lines",
        ),
    ],
)
def test_what_is_no_contacts_file_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(ContactFileError) as refused:
        look_through(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ContactFileError, match="cannot be read: no such file or directory"):
        look_through(tmp_path / "none.csv")
    with pytest.raises(ContactFileError, match="is a folder"):
        look_through(tmp_path)


def test_a_column_is_mapped_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Ruf,Wer\n2122000001,Ann\n")
    looked = look_through(path, {"Ruf": "phone", "Wer": "first_name"})
    assert (looked.columns.number, dict(looked.columns.fields), looked.rows) == (0, {"first_name": 1}, 1)
    with pytest.raises(ContactFileError, match="there is no column 'Rufe'"):
        look_through(path, {"Rufe": "phone"})


def test_seen_numbers_are_a_set() -> None:
    seen, plain = SeenNumbers(), set()
    for at in range(60_000):
        number = 12_120_000_000 + (at * 7_919) % 40_009
        assert seen.add(number) == (number not in plain)
        plain.add(number)
    for number in (3 << 32, 4 << 32, 999_999_999_999_999, 1):
        assert [seen.add(number), seen.add(number)] == [True, False]
    assert len(seen) == len(plain) + 4


def test_what_rejected_rows_have_in_common_leaves_no_blank_where_their_value_stood() -> None:
    kind = kind_of_reason("consent 'no': who has not agreed is not imported")
    assert kind == "consent: who has not agreed is not imported"
