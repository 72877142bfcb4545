"""What is wrong is said in one sentence, with exit status 1 or 2, and nothing is half done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import Launch, create, set_clock
from tests.support.command import Command, Ran, command, last_line
from tests.support.drip import Drip, people
from tests.support.peer_process import judge
from tests.support.templates import new_sqlite

HEADER = b"phone,first_name,city\n"
BAD_CONTACTS = {
    "empty": (b"", "is empty"),
    "binary": (bytes(range(256)) * 10, "is not a text file"),
    "no numbers": (b"first_name,city\nAnn,Boston\n", "no column holds phone numbers"),
    "open quote": (
        HEADER + b'"+12125550123,Ann\n' + b"a,b,c\n" * 200,
        "a quote opens here",
    ),
    "wide": (b"phone," + b",".join(b"c%d" % at for at in range(10_000)) + b"\n", "10,001 columns"),
    "all bad": (HEADER + b"12,Ann,Boston\n", "line 2: '12' has too few digits"),
}
BAD_DEFINITIONS = {
    "unknown key": ("send_time", "send_tme", "did you mean 'send_time'?"),
    "days": ("day = 2", "day = 1", "touch[2]: day 1 must be later"),
    "field": ("{{city}}", "{{cty}}", "unknown field 'cty'; did you mean 'city'?"),
    "zone": ("New_York", "NewYork", "did you mean America/New_York?"),
}


@pytest.fixture
def trd(tmp_path: Path) -> Iterator[Command]:
    with command(tmp_path) as made:
        yield made


def nothing_is_there(trd: Command) -> bool:
    """Whether the database holds no campaign, contact or message (or was not made at all)."""
    if not trd.database.exists():
        return True
    tables = ("campaigns", "touches", "contacts", "enrolments", "scheduled_messages", "audit")
    return not any(trd.one(f"SELECT count(*) FROM {table}") for table in tables)


def refused(ran: Ran) -> str:
    """The sentence with which a command was refused."""
    assert (ran.status, ran.out) == (1, "")
    return last_line(ran.err)


def test_contacts_files_that_cannot_be(trd: Command) -> None:
    definition, _ = Drip("Bad", people(3), days=(1, 2)).write(trd.home)
    for name, (content, reason) in BAD_CONTACTS.items():
        file = trd.home / f"{name}.csv"
        file.write_bytes(content)
        said = refused(trd.here("campaign", "create", definition, "--contacts", file, "--start"))
        assert reason in said
        assert str(file) in said
    assert nothing_is_there(trd)


def test_definitions_that_cannot_be(trd: Command) -> None:
    definition, contacts = Drip("Bad", people(3), days=(1, 2)).write(trd.home)
    whole = definition.read_text()
    for right, wrong, reason in BAD_DEFINITIONS.values():
        assert right in whole
        definition.write_text(whole.replace(right, wrong))
        ran = trd.here("campaign", "create", definition, "--contacts", contacts, "--start")
        assert (ran.status, ran.out) == (1, "")
        lines = ran.err.strip().splitlines()  # one for each fault
        assert all(line.startswith(f"trd campaign create: {definition}: ") for line in lines)
        assert reason in lines[0]
    assert nothing_is_there(trd)


def test_odd_contacts_files_are_read(trd: Command) -> None:
    """A mark, semicolons, a newline in quotes, a repeated and an impossible number, no last newline."""
    definition, _ = Drip("Odd", [], days=(1, 2)).write(trd.home)
    contacts = trd.home / "odd.csv"
    contacts.write_bytes(
        b'\xef\xbb\xbfMobile;First Name;City\r\n(212) 555-0123;Ann;"Salt\r\nLake"\r\n'
        b"+1 212 555 0123;Bob;B\r\n0;x;y\r\n212.555.0124;Eve;Boston"
    )
    rejects = trd.home / "rejects.csv"
    ran = trd.ok_here(
        "campaign", "create", definition, "--contacts", contacts, "--rejects", rejects, "--json"
    )
    report = ran.json["import"]
    assert (report["enrolled"], report["repeated"], report["rejected"]) == (2, 1, 1)
    assert "not a phone number" in rejects.read_text()
    assert trd.rows("SELECT number FROM contacts ORDER BY number") == [("+12125550123",), ("+12125550124",)]


def test_a_database_of_a_newer_version_is_left_alone(trd: Command) -> None:
    new_sqlite(trd.database)
    with closing(sqlite3.connect(trd.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = trd.database.read_bytes()
    for words in (("run", "--until-idle"), ("stop",)):
        assert "newer version of TRD" in refused(trd(*words))
    assert trd.database.read_bytes() == before


def test_a_file_that_may_not_be_written(trd: Command) -> None:
    definition, contacts = Drip("Locked", people(3), days=(1, 2)).write(trd.home)
    new_sqlite(trd.database)
    trd.without_privileges = True
    trd.database.chmod(0o400)
    said = refused(trd("campaign", "create", definition, "--contacts", contacts, "--start"))
    assert "read-only" in said or "written" in said
    assert str(trd.database) in said
    trd.database.chmod(0o600)
    assert nothing_is_there(trd)


def test_wrong_credentials_and_a_carrier_that_hangs(launch: Launch) -> None:
    trd, peer = launch()
    set_clock(trd)
    create(trd, Drip("Waiting", people(5), days=(1, 2)))
    ran = trd("run", "--until-idle", TRD_TWILIO_AUTH_TOKEN="wrong")
    assert ran.status == 1
    assert "Twilio refused the credentials" in ran.err.splitlines()[-1]
    assert "wrong" not in ran.err
    peer.tell("faults", [{"kind": "hang", "times": 100, "method": "GET"}])
    ran = trd("run", "--until-idle", TRD_CARRIER_TIMEOUT_S="0.3")
    assert ran.status == 1
    assert "Twilio did not answer within 0.3 s" in ran.err.splitlines()[-1]
    # Nothing went, nothing was lost, nobody has to release anything.
    assert peer.count() == 0
    assert trd.states() == {"scheduled": 5}
    assert trd.one("SELECT stopped FROM control") == 0
    trd.ok_here("verify")


def test_credentials_that_are_refused_in_the_middle_are_waited_for(launch: Launch) -> None:
    """Before the first text, and again for one of them: everybody gets each text once, without any person."""
    trd, peer = launch()
    set_clock(trd)
    drip = Drip("Closed", people(5), days=(1, 2))
    create(trd, drip)
    peer.tell("faults", [{"kind": "unauthorised", "times": 2, "method": "GET"}])
    peer.tell("faults", [{"kind": "unauthorised", "to": drip.audience[0].number}])
    trd.ok("run", "--until-idle")
    assert judge(peer.sent(), drip.expected()) == []
    assert trd.one("SELECT stopped FROM control") == 0
    assert trd.one("SELECT carrier_trouble FROM control") is None
    trd.ok_here("verify")


def test_credentials_that_may_read_and_not_send_stop_everything(launch: Launch) -> None:
    trd, peer = launch()
    set_clock(trd)
    drip = Drip("Closed", people(5), days=(1, 2))
    create(trd, drip)
    peer.tell("faults", [{"kind": "unauthorised", "times": 1_000, "method": "POST"}])
    ran = trd("run", "--until-idle")
    assert ran.status == 1
    assert "all sending was stopped" in ran.err.splitlines()[-1]
    assert trd.states() == {"scheduled": 5}
    assert peer.count() == 0
    trd.ok_here("verify")
