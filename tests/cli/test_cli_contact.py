"""``trd contact import``: an import that is interrupted says what it has kept and how to go on."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Trd, new_database
from trd_tui.settings import load_settings
from trd_tui.store import contacts

ROWS = 30_000


@pytest.fixture
def interrupted(trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A contacts file during whose first batch Ctrl-C is pressed."""
    new_database()
    file = home / "people.csv"
    lines = (f"+1212{2_000_000 + at},Ann" for at in range(ROWS))
    file.write_text("phone,first_name\n" + "\n".join(lines) + "\n")
    store = contacts.store
    pressed: list[bool] = []

    def press(*args: Any) -> contacts.Stored:
        if not pressed:
            pressed.append(True)
            os.kill(os.getpid(), signal.SIGINT)
        return store(*args)

    monkeypatch.setattr(contacts, "store", press)
    return file


def stored(home: Path) -> int:
    """Contacts in the database."""
    url = load_settings({}, system_file=home / "no").database_url
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return int(connection.execute("SELECT count(*) FROM contacts").fetchone()[0])


def test_an_interrupted_import_is_gone_on_with(trd: Trd, home: Path, interrupted: Path) -> None:
    ran = trd("contact", "import", str(interrupted), "--json")
    kept = stored(home)
    assert 0 < kept < ROWS
    assert ran.status == 130
    assert ran.json["added"] == kept
    sentence = (
        f"interrupted; the first {kept:,} rows are stored ({kept:,} new contacts); import the same file"
    )
    assert ran.json["stopped"].startswith(sentence)
    assert ran.err.startswith(f"trd contact import: {sentence}")
    again = trd("contact", "import", str(interrupted), "--json")
    assert (again.status, again.json["added"], again.json["existing"]) == (0, ROWS - kept, kept)
    assert again.json["stopped"] is None


def test_two_columns_that_mean_the_same_are_told(trd: Trd, home: Path) -> None:
    note = "column 'mobile' is used as the number; 'phone' is kept as {{phone_2}}"
    (home / "two.csv").write_text("phone,mobile\n+12125550100,+12125550101\n")
    assert trd("contact", "import", "two.csv", "--dry-run").out.splitlines()[1] == note
    assert trd("contact", "import", "two.csv", "--json").json["notes"] == [note]
    (home / "drip.toml").write_text('name = "Nine"\nsender = "+15005550006"\ntimezone = "America/New_York"\n')
    assert note in trd("campaign", "create", "drip.toml", "--contacts", "two.csv").err.splitlines()


def test_a_state_or_zip_that_is_not_understood_is_told_and_the_contact_taken(trd: Trd, home: Path) -> None:
    rows = (
        "+12125550100,Flroida,",
        "+12125550101,NY,12x",
        ",NY,",
        "+12125550102,ny,10001",
        "+493012345,XX,1",
    )
    (home / "odd.csv").write_text("phone,state,zip\n" + "\n".join(rows) + "\n")
    said = trd("contact", "import", "odd.csv", "--dry-run").out.splitlines()
    assert "4 new, 1 rejected, 2 with a state or zip that is not understood, " in said[0]
    assert said[1] == "  line 4: there is no number"
    assert said[2].startswith("2 contacts have a state or zip that is not understood: the other one, else")
    assert said[3:] == [
        "  line 2: +12125550100: state 'Flroida' is not understood; did you mean 'Florida'?",
        "  line 3: +12125550101: zip '12x' is not understood",
    ]
    found = trd("contact", "import", "odd.csv", "--json").json
    assert (found["added"], found["unplaced"], [row["line"] for row in found["doubts"]]) == (4, 2, [2, 3])


def test_two_columns_with_one_title_are_refused_until_a_person_says_which(trd: Trd, home: Path) -> None:
    (home / "two.csv").write_text("phone,phone\n+12125550100,+12125550101\n")
    ran = trd("contact", "import", "two.csv")
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert "two.csv: columns 1 and 2 are both called 'phone'" in ran.err
    assert "--map 'phone#2=ignore'" in ran.err
    ran = trd("contact", "import", "two.csv", "--map", "phone#2=ignore", "--json")
    assert (ran.status, ran.json["added"], ran.json["notes"]) == (0, 1, [])


def test_an_interrupted_creation_leaves_no_campaign(trd: Trd, home: Path, interrupted: Path) -> None:
    (home / "drip.toml").write_text('name = "Nine"\nsender = "+15005550006"\ntimezone = "America/New_York"\n')
    ran = trd("campaign", "create", "drip.toml", "--contacts", str(interrupted), "--start", "--json")
    kept = stored(home)
    assert ran.status == 130
    assert (ran.json["id"], ran.json["import"]["added"]) == (None, kept)
    assert f"no campaign was made; the first {kept:,} rows are stored" in ran.err
    assert trd("campaign", "list", "--json").json["campaigns"] == []
    assert trd("campaign", "create", "drip.toml", "--contacts", str(interrupted)).status == 0
    assert trd("verify").status == 0


def test_a_folder_for_the_rejects_that_is_not_there_is_named_before_anything_is_stored(
    trd: Trd, home: Path
) -> None:
    (home / "people.csv").write_text("phone\n2122000001\n12\n")
    ran = trd("contact", "import", "people.csv", "--rejects", str(home / "none" / "rejects.csv"))
    assert ran.status == 1
    assert f"there is no folder {home / 'none'}; make it first" in ran.err
    assert not (home / "data").exists()


def test_a_definition_that_is_no_text_is_named(trd: Trd, home: Path) -> None:
    (home / "drip.toml").write_bytes(b"\xff\xfe")
    ran = trd("campaign", "create", "drip.toml")
    assert (ran.status, ran.err) == (
        1,
        "trd campaign create: drip.toml is not UTF-8 text; save it as UTF-8\n",
    )


def test_contacts_are_listed_page_by_page_and_by_campaign(demo: Trd) -> None:
    campaign = demo("campaign", "list", "--limit", "1", "--json").json["campaigns"][0]
    id_, contacts = campaign["id"], campaign["totalContacts"]
    page = demo("contact", "list", "--campaign", id_, "--limit", "2", "--json").json
    assert page["pagination"] == {"total": contacts, "limit": 2, "offset": 0, "hasMore": True}
    said = demo("contact", "list", "--campaign", id_, "--status", "replied", "--limit", "5").out
    assert said.splitlines()[-2:] == [f"5 of {campaign['replies']} contacts", "more: --offset 5"]
    stopped = demo("contact", "list", "--suppressed", "--json").json
    assert stopped["pagination"]["total"] == demo("suppress", "list", "--json").json["pagination"]["total"]
    assert all(row["suppressed"] for row in stopped["contacts"])
    assert demo("contact", "list").out.splitlines()[-2] == "20 of 912 contacts"
    gone = demo("contact", "list", "--campaign", "camp_0")
    assert (gone.status, gone.err) == (
        1,
        "trd contact list: there is no campaign camp_0; `trd campaign list` shows all\n",
    )


def test_a_repeated_row_is_told_with_the_line_that_was_taken(trd: Trd, home: Path) -> None:
    """The first row that can be imported is taken, not the first that has the number."""
    many = [f"+1212555{at:04},Ann," for at in range(1_000, 1_030)]
    rows = ["+12125550100,Lost,Mars", *many, "212-555-0100,Ann,", "(212) 555-0100,Bob,", *many]
    (home / "people.csv").write_text("\n".join(["phone,first_name,timezone", *rows]))
    ran = trd("contact", "import", "people.csv", "--rejects", "bad.csv", "--json").json
    assert (ran["rejected"], ran["repeated"], len(ran["repeats"])) == (1, 31, 20)
    assert ran["repeats"][:2] == [
        {"line": 34, "number": "+12125550100", "takenLine": 33},
        {"line": 35, "number": "+12125551000", "takenLine": 3},
    ]
    assert "Bob" not in Path("bad.csv").read_text(), "imported again it would be written over Ann"
    said = trd("contact", "import", "people.csv", "--dry-run").out.splitlines()
    assert "31 rows repeat a number of the file; the first row of it is taken, the others are not:" in said
    assert "  line 34: +12125550100: line 33 is taken" in said
    assert said[-1] == "  ... and 11 more"


def test_a_file_without_rows_is_refused_as_create_does(trd: Trd, home: Path) -> None:
    new_database()
    (home / "drip.toml").write_text('name = "Nine"\nsender = "+15005550006"\ntimezone = "America/New_York"\n')
    for content in ("phone,name\n", "phone,name\n,\n,\n"):
        (home / "none.csv").write_text(content)
        for words in (
            ("contact", "import", "none.csv"),
            ("contact", "import", "none.csv", "--dry-run"),
            ("campaign", "create", "drip.toml", "--contacts", "none.csv"),
        ):
            ran = trd(*words)
            assert ran.status == 1, words
            assert "none.csv holds no contacts, only a header row" in ran.err
    assert "none.csv holds no numbers, only a header row" in trd("suppress", "import", "none.csv").err
