"""``trd run``: a virtual month in seconds, signals that drain, virtual time refused before real people."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Trd, new_database
from tests.support.templates import new_sqlite
from trd_tui.cli.run import Narrator
from trd_tui.clock import real_now
from trd_tui.engine.state import EngineState, Role
from trd_tui.settings import load_settings

TRD = (sys.executable, "-m", "trd_tui")


@pytest.fixture
def campaign(trd: Trd, home: Path) -> str:
    """A started campaign of the built-in nine touches with three contacts, on a virtual clock."""
    (home / "drip.toml").write_text(
        'name = "Nine"\nsender = "+15005550006"\ntimezone = "America/New_York"\nsend_time = "09:00"\n'
        'window = { days = "mon-sun", from = "09:00", to = "20:00" }\n'
    )
    (home / "people.csv").write_text(
        "phone,first_name\n" + "".join(f"+1212555010{i},Ann\n" for i in range(3))
    )
    new_database()
    # Sets the clock that the database then runs on.
    assert trd("run", "--until-idle", "--start", "2024-01-15T12:00:00Z", "--speed", "100000").status == 0
    ran = trd("campaign", "create", "drip.toml", "--contacts", "people.csv", "--start")
    assert ran.status == 0, ran.err
    return ran.out.strip()


def test_until_idle_sends_all_nine_touches_and_ends(trd: Trd, campaign: str) -> None:
    ran = trd("run", "--until-idle")
    assert ran.status == 0
    lines = [json.loads(line) for line in ran.err.splitlines()]
    assert {"at", "level", "where", "what"} <= set(lines[0])
    shown = trd("campaign", "show", campaign, "--json").json[0]
    assert shown["status"] == "completed"
    assert shown["completionRate"] == 100.0
    assert shown["sentMessages"] >= 3
    assert trd("verify").status == 0


def test_run_logs_to_standard_error_and_a_named_file_gets_a_copy(
    trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_database()
    monkeypatch.setenv("TRD_LOG_FILE", str(home / "trd.log"))
    ran = trd("run", "--until-idle")
    assert ran.status == 0
    assert "scheduler is sending" in json.loads(ran.err.splitlines()[0])["what"]
    assert (home / "trd.log").read_text() == ran.err
    assert (home / "trd.log").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("more", [(), ("--until-idle",), ("--real-time",), ("--speed", "60")])
def test_a_run_without_a_database_is_refused_and_makes_none(
    trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    """A slip in a unit file must not give a server that is happily idle."""
    monkeypatch.setenv("TRD_DATABASE_URL", f"sqlite:///{home / 'typo.db'}")
    ran = trd("run", *more)
    assert ran.status == 1
    assert f"there is no database {home / 'typo.db'}; check TRD_DATABASE_URL, or run `trd init`" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not list(home.glob("typo.db*"))


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (
            "2023-03-02T09:00+02:00",
            "--start 2023-03-02T07:00:00Z lies before the start of 1 active campaign: ",
        ),
        ("2024-08-01", "--start 2024-08-01T00:00:00Z is more than a day after messages of 1 active "),
        ("as it was", ""),
    ],
)
def test_a_clock_that_is_set_far_from_the_campaigns_is_warned_of(
    trd: Trd, campaign: str, home: Path, start: str, said: str
) -> None:
    with closing(sqlite3.connect(database(home))) as connection:
        # by itself the fast clock of this test would be elsewhere by now
        connection.execute("UPDATE campaigns SET started_at = 1705330800000, next_due_at = 1705330800000")
        connection.commit()
    trd("stop")  # nothing is sent, and idle it is at once
    ran = trd("run", "--until-idle", "--start", start if said else "2024-01-15T15:00Z")
    warned = [line["what"] for line in map(json.loads, ran.err.splitlines()) if line["level"] == "warning"]
    assert len(warned) == bool(said), warned
    assert all(each.startswith(said) and "2024-01-15T15:00:00Z" in each for each in warned)


def test_a_stop_lets_nothing_go(trd: Trd, campaign: str) -> None:
    trd("stop")
    assert trd("run", "--until-idle").status == 0
    assert trd("campaign", "show", campaign, "--json").json[0]["sentMessages"] == 0
    trd("start")
    assert trd("run", "--until-idle").status == 0
    assert trd("campaign", "show", campaign, "--json").json[0]["sentMessages"] >= 3


@pytest.mark.parametrize("words", [("--speed", "10"), ("--start", "2024-01-01")])
def test_virtual_time_is_refused_before_a_real_carrier(
    trd: Trd, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    new_database()
    monkeypatch.setenv("TRD_CARRIER", "twilio")
    ran = trd("run", *words)
    assert ran.status == 1
    assert "TRD_CARRIER=simulated" in ran.err


def test_a_database_on_a_virtual_clock_is_refused_to_a_real_carrier(
    trd: Trd, campaign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRD_CARRIER", "twilio")
    ran = trd("run", "--until-idle")
    assert ran.status in (1, 2)
    assert "virtual clock" in ran.err


def test_a_clock_that_is_behind_is_left_once_nothing_would_be_overdue_at_once(
    trd: Trd, campaign: str, home: Path
) -> None:
    ran = trd("run", "--until-idle", "--real-time")
    assert ran.status == 1
    assert "campaign time would leap from 2024-" in ran.err
    assert "touches of 1 active campaign from 2024-" in ran.err
    assert "would be overdue at once" in ran.err
    assert "trd campaign pause --all-active" in ran.err
    assert "virtual: 2024-" in trd("doctor").out
    assert trd("campaign", "pause", "--all-active").status == 0
    ran = trd("run", "--until-idle", "--real-time")
    assert ran.status == 0
    assert "campaign time is real time: the virtual clock stood at 2024-" in ran.err
    assert "virtual" not in trd("doctor").out
    assert trd("campaign", "resume", campaign).status == 0
    shown = trd("campaign", "show", campaign, "--json").json[0]
    # What is late by years waits for a person: nothing goes at the moment of the resume.
    assert shown["nextScheduledMessage"] is None
    assert shown["sentMessages"] == 0
    assert "late" in trd("campaign", "review", campaign).out
    assert trd("verify").status == 0


def test_a_clock_that_is_ahead_is_left_and_what_is_scheduled_keeps_its_date(
    trd: Trd, campaign: str, home: Path
) -> None:
    assert trd("run", "--until-idle", "--start", "2024-01-15T12:00:00Z").status == 0
    definition = (home / "drip.toml").read_text().replace('"Nine"', '"Later"')
    (home / "drip.toml").write_text(definition)
    with closing(sqlite3.connect(database(home))) as connection:
        ahead = real_now() + 30 * 86_400_000
        connection.execute("UPDATE control SET anchor_real = ?, anchor_virtual = ?", (real_now(), ahead))
        connection.commit()
    later = trd("campaign", "create", "drip.toml", "--contacts", "people.csv", "--start").out.strip()
    before = trd("campaign", "show", later, "--json").json[0]["nextScheduledMessage"]
    process = subprocess.Popen([*TRD, "run", "--real-time"], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process.stderr as said:
        assert f"the next message goes at {before}" in said.readline()
        assert "scheduler is sending" in said.readline()
        # Another process cannot turn the clock of one that sends.
        with closing(sqlite3.connect(database(home))) as connection:
            connection.execute("UPDATE control SET anchor_real = 0, anchor_virtual = 0, speed_milli = 1000")
            connection.commit()
        refused = trd("run", "--real-time")
        assert refused.status == 1
        assert "sends on the virtual clock; end it first" in refused.err
        process.send_signal(signal.SIGTERM)
        said.read()
    assert process.wait(20) == 0
    assert trd("campaign", "show", later, "--json").json[0]["nextScheduledMessage"] == before


def test_real_time_and_a_virtual_clock_exclude_each_other(trd: Trd) -> None:
    ran = trd("run", "--real-time", "--speed", "2")
    assert ran.status == 2
    assert "drop one of them" in ran.err


def database(home: Path) -> str:
    """The file of this user's database."""
    return load_settings({}, system_file=home / "no").database_url.removeprefix("sqlite:///")


def test_incomplete_credentials_are_named(trd: Trd, monkeypatch: pytest.MonkeyPatch) -> None:
    new_database()
    monkeypatch.setenv("TRD_CARRIER", "twilio")
    ran = trd("run", "--until-idle")
    assert ran.status in (1, 2)
    assert "TRD_TWILIO_ACCOUNT_SID" in ran.err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_drains_and_ends_with_success(home: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "TRD_DATABASE_URL": new_sqlite(home / "signal.db")}
    process = subprocess.Popen([*TRD, "run"], env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process.stderr as said:
        assert "scheduler is sending" in said.readline()
        process.send_signal(number)
        rest = said.read()
    assert process.wait(20) == 0
    assert number.name in rest
    assert "scheduler is ended" in rest


def test_a_second_run_waits_and_a_takeover_gets_the_lease(home: Path) -> None:
    environment = {**os.environ, "TRD_DATABASE_URL": new_sqlite(home / "lease.db"), "TRD_LEASE_S": "3"}
    first = subprocess.Popen([*TRD, "run"], env=environment, stderr=subprocess.PIPE, text=True)
    assert first.stderr is not None
    assert "scheduler is sending" in first.stderr.readline()
    second = subprocess.Popen([*TRD, "run", "--takeover"], env=environment, stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None
    said = ""
    while "scheduler is sending" not in said:
        said = second.stderr.readline()
        assert said, "the second run ended without the lease"
    for process in (second, first):
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        process.stderr.read()
        process.stderr.close()
        assert process.wait(20) == 0


def test_who_waits_for_the_lease_says_whose_clock_holds(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "trd_tui.cli.run")
    begun: list[bool] = []
    narrator = Narrator(lambda: begun.append(True))
    for role in (Role.STARTING, Role.WATCHING, Role.WATCHING, Role.SENDING, Role.WATCHING):
        narrator(EngineState(role=role, holder="trd run on host (ann)", now=1_705_330_800_000))
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warned == [
        "trd run on host (ann) sends, and its clock holds: the one that --start or --speed asks for begins"
        " when this process begins to send"
    ]
    times = [
        getattr(record, "campaign_time", None) for record in caplog.records if record.levelname == "INFO"
    ]
    assert times == [None, None, "2024-01-15T15:00:00Z", "2024-01-15T15:00:00Z"], (
        "another clock's is not told"
    )
    assert begun == [True]


def test_the_virtual_clock_begins_when_the_sending_begins_and_is_left_where_it_came_to(
    trd: Trd, home: Path
) -> None:
    new_database()
    ran = trd("run", "--until-idle", "--start", "2024-01-15T12:00:00Z", "--speed", "60")
    first = json.loads(ran.err.splitlines()[0])
    assert first["campaign_time"].startswith("2024-01-15T12:0")
    assert "2024-01-15T12:" in trd("doctor").out
    # Without options a database goes on in its own time.
    again = trd("run", "--until-idle")
    assert json.loads(again.err.splitlines()[0])["campaign_time"].startswith("2024-01-15T12:")
