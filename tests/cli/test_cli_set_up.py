"""``trd init``, ``doctor``, ``stop``, ``start`` and ``verify``: a machine set up, examined and stopped."""

from __future__ import annotations

import grp
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Trd
from tests.support.answering import OURS
from tests.support.peer_process import peer_process
from trd_tui import settings as places
from trd_tui.carriers.simulated_ledger import SimulatedLedger
from trd_tui.cli.sharing import examine
from trd_tui.engine.journal import CallJournal
from trd_tui.services.credentials import webhooks
from trd_tui.settings import Settings, load_settings


def test_init_makes_a_database_and_a_settings_file_for_its_owner_only(trd: Trd, home: Path) -> None:
    assert trd("init").status == 0
    file = places.user_settings_file()
    assert file.stat().st_mode & 0o777 == 0o600
    database = Path(load_settings({}, system_file=home / "no").database_url.removeprefix("sqlite:///"))
    assert database.stat().st_mode & 0o777 == 0o600
    assert trd("campaign", "list").status == 0


def test_init_again_changes_nothing(trd: Trd) -> None:
    trd("init")
    places.user_settings_file().write_text('actor = "ann"\n')
    answer = trd("init", "--json").json
    assert answer["settingsWritten"] is False
    assert places.user_settings_file().read_text() == 'actor = "ann"\n'


def test_init_shared_opens_the_folder_to_a_group(trd: Trd, home: Path) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    ran = trd("init", "--shared", "shared", "--group", group)
    assert ran.status == 0, ran.err
    assert f"what is stored is {home / 'shared'}" in ran.out
    assert (home / "shared").stat().st_mode & 0o7777 == 0o2770
    assert (home / "shared" / "trd.db").stat().st_mode & 0o777 == 0o660
    settings = load_settings({}, system_file=places.SYSTEM_FILE, user_file=home / "none")
    assert settings.database_url == f"sqlite:///{home / 'shared' / 'trd.db'}"
    assert places.SYSTEM_FILE.stat().st_mode & 0o777 == 0o640


def test_what_stands_beside_a_shared_database_is_shared_whatever_the_mask(trd: Trd, home: Path) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    before = os.umask(0o077)
    try:
        assert trd("init", "--shared", home / "far" / "shared", "--group", group).status == 0
        file = home / "far" / "shared" / "trd.db"
        CallJournal(Path(f"{file}.calls")).begin(1)
        SimulatedLedger(Path(f"{file}.carrier"), lambda: 0).close()
    finally:
        os.umask(before)
    assert {each.name: each.stat().st_mode & 0o777 for each in file.parent.iterdir()} == dict.fromkeys(
        ("trd.db", "trd.db.calls", "trd.db.carrier"), 0o660
    )
    for passed in (home / "far", places.SYSTEM_FILE.parent):
        assert passed.stat().st_mode & 0o777 == 0o755
    Path(f"{file}.calls").chmod(0o600)
    assert {(each.level, each.text) for each in examine(file) if "pass" not in each.text} == {
        ("warning", f"{file}.calls is closed to the group {group}")
    }
    assert (
        trd("init", "--shared", home / "far" / "shared", "--group", group, "--json").json["settingsWritten"]
        is False
    )
    assert Path(f"{file}.calls").stat().st_mode & 0o777 == 0o660


def test_init_shared_says_what_keeps_the_group_out(
    trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    (home / "closed").mkdir(mode=0o700)
    (home / "closed").chmod(0o700)
    monkeypatch.setenv("TRD_DATABASE_URL", f"sqlite:///{home / 'mine.db'}")
    told = trd("init", "--shared", home / "closed" / "x", "--group", group, "--json").json
    assert any("cannot pass" in note for note in told["notes"])
    assert any("you yourself work on" in note and "mine.db" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--shared", "x"), "belong together"),
        (("--shared", "x", "--group", "no-such-group"), "there is no group no-such-group"),
        (
            ("--shared", "full", "--group", ""),
            "holds other files (letters.txt); name a folder that TRD may have",
        ),
        (("--shared", "full/letters.txt", "--group", ""), "letters.txt is a file; name a folder"),
        (("--shared", "other", "--group", ""), "is there and does not name this database"),
    ],
)
def test_init_shared_says_what_is_wrong_and_changes_nothing(
    trd: Trd, home: Path, words: tuple[str, ...], sentence: str
) -> None:
    (home / "full").mkdir(mode=0o755)
    (home / "full" / "letters.txt").touch()
    if "other" in words:
        places.SYSTEM_FILE.parent.mkdir()
        places.SYSTEM_FILE.write_text('carrier = "simulated"\n')
    group = grp.getgrgid(os.getgid()).gr_name
    ran = trd("init", *(word or group for word in words))
    assert ran.status == 1
    assert sentence in ran.err
    assert ran.err.count("\n") == 1
    assert (home / "full").stat().st_mode & 0o7777 == 0o755
    assert not (home / "other").exists()


def test_init_prints_a_systemd_unit_that_runs_this_command(trd: Trd) -> None:
    ran = trd("init", "--systemd")
    assert "ExecStart=" in ran.out
    assert "@TRD@" not in ran.out
    assert " run\n" in ran.out
    assert "KillSignal=SIGTERM" in ran.out


def test_doctor_finds_a_fresh_machine_well(trd: Trd) -> None:
    trd("init")
    ran = trd("doctor")
    assert ran.status == 0, ran.out
    for subject in ("database", "clock", "zones", "carrier", "sender", "queue", "disk"):
        assert f"  {subject} " in ran.out
    assert "error" not in ran.out


def test_doctor_names_the_remedy(trd: Trd, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = trd("doctor")
    assert ran.status == 1
    assert "run `trd init` to create it" in ran.out
    trd("init")
    places.user_settings_file().chmod(0o644)
    trd("stop", "--reason", "test")
    found = {(line["subject"], line["level"]): line for line in trd("doctor", "--json").json}
    assert "chmod" in found["settings", "warning"]["remedy"]
    assert "trd start" in found["stop", "warning"]["remedy"]
    monkeypatch.setenv("TRD_CARRIER", "twilio")
    assert trd("doctor", "--offline").status == 1


def test_doctor_looks_at_what_needs_no_settings_where_these_are_wrong(
    demo: Trd, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    with closing(sqlite3.connect(home / "demo.db")) as database, database:
        database.execute("UPDATE campaigns SET held_count = 3 WHERE id = (SELECT max(id) FROM campaigns)")
        database.execute("UPDATE campaigns SET held_count = 1 WHERE id = (SELECT min(id) FROM campaigns)")
        most, least = database.execute("SELECT max(id), min(id) FROM campaigns").fetchone()
    monkeypatch.setenv("TRD_CAP_PER_DAY", "x")
    monkeypatch.setenv("TRD_CARRIER", "twillio")
    ran = demo("doctor")
    assert (ran.status, ran.err) == (1, "")
    for subject in ("database", "clock", "zones", "queue", "disk"):
        assert f"ok       {subject} " in ran.out
    assert "TRD_CAP_PER_DAY: cap_per_day must be a whole number" in ran.out
    assert "prices, quiet hours, credentials and carrier are not looked at" in ran.out
    assert "is chosen" not in ran.out, "nobody knows who is"
    # the advice is a command that says it, not one that has to be asked of every campaign
    assert f"4 messages wait for a person; `trd campaign review {most}` shows which and why" in ran.out
    assert f"also of {least}" in ran.out
    monkeypatch.delenv("TRD_DATABASE_URL")
    places.user_settings_file().parent.mkdir(parents=True, exist_ok=True)
    places.user_settings_file().write_text("carrier = simulated")
    blind = demo("doctor")
    assert (blind.status, "is not valid TOML" in blind.out, "ok       zones" in blind.out) == (1, True, True)
    assert "database, prices, quiet hours" in blind.out
    assert not (home / "data").exists(), "no other database is made"


def test_doctor_names_what_nobody_reads(trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FOO", "1"), ("ASCII", "1"), ("THEME", "trd-dark")):
        monkeypatch.setenv(f"TRD_{name}", value)
    said = [(line["level"], line["text"]) for line in trd("doctor", "--json").json if line["level"] != "ok"]
    stray = ("warning", "TRD_FOO is no setting of TRD and nobody reads what stands there")
    assert [each for each in said if "TRD_" in each[1] or "theme" in each[1]] == [stray]
    monkeypatch.setenv("TRD_THEME", "nope")
    assert "theme: there is no theme nope; the app takes its usual one; known are trd-" in trd("doctor").out


def test_doctor_shows_no_secret(trd: Trd, monkeypatch: pytest.MonkeyPatch) -> None:
    trd("init")
    monkeypatch.setenv("TRD_CARRIER", "twilio")
    monkeypatch.setenv("TRD_TWILIO_ACCOUNT_SID", "AC" + "1" * 32)
    monkeypatch.setenv("TRD_TWILIO_API_KEY_SID", "SK" + "1" * 32)
    monkeypatch.setenv("TRD_TWILIO_API_KEY_SECRET", "very-secret")
    monkeypatch.setenv("TRD_TWILIO_API_BASE", "http://127.0.0.1:9")
    ran = trd("doctor")
    assert ran.status == 1
    assert "webhooks cannot be checked" in ran.out
    assert "very-secret" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("public", "token", "level", "said"),
    [
        (None, "t", "ok", "not used"),
        ("https://trd.example.com", "t", "ok", "Twilio posts to https://trd.example.com"),
        ("https://trd.example.com", None, "warning", "an API key is set, but no auth token"),
        ("http://trd.example.com", "t", "warning", "in the open"),
        ("https://localhost:8000", "t", "warning", "where Twilio reaches nobody"),
    ],
)
def test_doctor_says_whether_webhooks_can_work(
    public: str | None, token: str | None, level: str, said: str
) -> None:
    settings = Settings(
        database_url="sqlite:///x",
        carrier="twilio",
        twilio_account_sid="AC" + "1" * 32,
        twilio_auth_token=token,
        twilio_api_key_sid="SK" + "1" * 32,
        twilio_api_key_secret="s",
        public_url=public,
    )
    assert any(line.level == level and said in line.text for line in webhooks(settings))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ACCOUNT_SID", "AC123", "it begins with AC and has 5 characters; it must be AC and 32 hexadecimal"),
        ("ACCOUNT_SID", "5ecre7" * 5, "TRD_TWILIO_ACCOUNT_SID is no SID: it does not begin with AC"),
        ("ACCOUNT_SID", "AC" + "g" * 32, "must be AC and 32 hexadecimal digits"),
        ("API_KEY_SID", "AC" + "1" * 32, "TRD_TWILIO_API_KEY_SID is no SID: it does not begin with SK"),
    ],
)
def test_doctor_names_a_misshapen_sid_and_does_not_show_it(
    trd: Trd, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    trd("init")
    settings = {
        "CARRIER": "twilio",
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_API_KEY_SECRET": "secret",
        "TWILIO_API_BASE": "http://127.0.0.1:9",
        f"TWILIO_{name}": value,
    }
    for key, each in settings.items():
        monkeypatch.setenv(f"TRD_{key}", each)
    ran = trd("doctor")
    assert ran.status == 1
    assert said in ran.out
    assert "copy it from Twilio's console" in ran.out
    assert value not in ran.out
    assert "could not be reached" not in ran.out, "nobody need be asked"


def test_doctor_asks_the_carrier_whether_the_credentials_work(
    trd: Trd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trd("init")
    with peer_process(tmp_path) as peer:
        for key, value in peer.settings.items():
            monkeypatch.setenv(key, value)
        ran = trd("doctor")
        assert ran.status == 0, ran.out
        assert "Twilio accepts the credentials; the account is active" in ran.out
        assert trd("sender", "add", "+12125550177").status == 0
        ran = trd("doctor")
        assert ran.status == 0, "whoever is warned may know better"
        assert "+12125550177 is no number of this account" in ran.out
        assert f"choose one of its own: {OURS}" in ran.out
        peer.tell("faults", [{"kind": "hang", "times": 10, "method": "GET"}])
        monkeypatch.setenv("TRD_CARRIER_TIMEOUT_S", "0.1")
        ran = trd("doctor")
        assert (ran.status, "Twilio did not answer within 0.1 s" in ran.out) == (1, True)
        monkeypatch.setenv("TRD_TWILIO_AUTH_TOKEN", "wrong-token")
        ran = trd("doctor")
    assert ran.status == 1
    assert "Twilio refused the credentials (code 20003); check TRD_TWILIO_ACCOUNT_SID" in ran.out
    assert "wrong-token" not in ran.out + ran.err


def test_doctor_names_a_sender_that_is_none(demo: Trd, home: Path) -> None:
    with closing(sqlite3.connect(home / "demo.db")) as connection:
        connection.execute("UPDATE senders SET address = 'MG12' WHERE id = 1")
        connection.commit()
    ran = demo("doctor")
    assert ran.status == 1
    assert "'MG12' is no messaging service" in ran.out


def test_doctor_tells_of_late_messages_that_nobody_sends(demo: Trd, home: Path) -> None:
    with sqlite3.connect(home / "demo.db") as connection:
        connection.execute(
            "UPDATE campaigns SET next_due_at = next_due_at - 864000000 WHERE status = 'active'"
        )
    connection.close()
    assert "start `trd run`" in demo("doctor").out


def test_stop_and_start_say_what_holds(trd: Trd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRD_ACTOR", "ann")
    assert trd("init").status == 0
    first = trd("stop", "--reason", "wrong list", "--json").json
    assert (first["stopped"], first["by"], first["reason"]) == (True, "ann", "wrong list")
    assert trd("stop", "--reason", "later", "--json").json["reason"] == "wrong list"
    assert trd("start", "--json").json == {"stopped": False, "released": True}
    assert trd("start", "--json").json == {"stopped": False, "released": False}


@pytest.mark.parametrize("command", [["stop"], ["start"], ["verify"], ["campaign", "list"]])
def test_a_database_that_is_not_there_is_never_made_by_looking(
    trd: Trd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    missing = tmp_path / "typo.db"
    monkeypatch.setenv("TRD_DATABASE_URL", f"sqlite:///{missing}")
    ran = trd(*command)
    assert ran.status == 1
    assert "trd init" in ran.err
    assert not missing.exists()


def test_verify_finds_a_wrong_counter(demo: Trd, home: Path) -> None:
    assert demo("verify").out.startswith("verified")
    with sqlite3.connect(home / "demo.db") as connection:
        connection.execute("UPDATE campaigns SET sent_count = sent_count + 1 WHERE name LIKE 'Luxury%'")
    connection.close()
    ran = demo("verify")
    assert ran.status == 1
    assert "135" in ran.out
    assert "134" in ran.out
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "words", [("list",), ("doctor", "--no-such"), ("run", "--speed", "0"), ("nonsense",)]
)
def test_wrong_usage_is_one_line_and_status_two(trd: Trd, words: tuple[str, ...]) -> None:
    ran = trd(*words)
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert "--help" in ran.err


def test_a_misspelt_setting_is_wrong_usage(trd: Trd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRD_LOG_LEVLE", "debug")
    ran = trd("verify")
    assert ran.status == 2
    assert "TRD_LOG_LEVEL" in ran.err


def test_a_log_file_that_cannot_be_written_is_named(
    trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRD_LOG_FILE", str(home))
    ran = trd("verify")
    assert ran.status == 2
    said = f"the log file {home} cannot be written: is a directory; set TRD_LOG_FILE to another"
    assert ran.err == f"trd verify: {said}\n"


def test_a_file_that_is_no_database_is_named_and_left_alone(
    trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"this is no database, but long enough to be taken for one" * 20
    (home / "not.db").write_bytes(content)
    monkeypatch.setenv("TRD_DATABASE_URL", f"sqlite:///{home / 'not.db'}")
    ran = trd("campaign", "list")
    assert ran.status == 1
    assert "not.db" in ran.err
    assert "unexpected" not in ran.err
    assert (home / "not.db").read_bytes() == content
