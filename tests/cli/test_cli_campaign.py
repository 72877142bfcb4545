"""``trd campaign`` and ``trd contact``: from a definition and a file of contacts to a campaign that runs."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Trd, new_database
from trd_tui.clock import real_now
from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.domain.sheet import Sheet
from trd_tui.settings import load_settings
from trd_tui.store import control, lease
from trd_tui.store.database import SyncDatabase

DEFINITION = """\
name = "Real Estate Q1 2024"
sender = "+15005550006"
timezone = "America/New_York"
send_time = "09:00"
window = { days = "mon-sat", from = "09:00", to = "20:00" }
[variables]
agent = "Ann"
[[touch]]
day = 1
body = "Hi {{first_name|there}}, this is {{agent}}. Reply STOP to opt out."
[[touch]]
day = 3
body = "Still looking in {{area|your area}}?"
"""
CONTACTS = (
    "phone,first_name,area\n+12125550101,Ada,Soho\n212-555-0102,Ben,\nnonsense,Cy,\n+12125550101,Ada again,\n"
)


@pytest.fixture
def files(home: Path) -> tuple[str, str]:
    (home / "drip.toml").write_text(DEFINITION)
    (home / "people.csv").write_text(CONTACTS)
    return "drip.toml", "people.csv"


def create(trd: Trd, files: tuple[str, str], *more: str) -> str:
    ran = trd("campaign", "create", files[0], "--contacts", files[1], *more)
    assert ran.status == 0, ran.err
    return ran.out.strip()


def test_create_prints_the_id_and_the_report(trd: Trd, files: tuple[str, str]) -> None:
    ran = trd("campaign", "create", files[0], "--contacts", files[1], "--rejects", "bad.csv")
    assert ran.status == 0
    assert ran.out.startswith("camp_")
    assert "4 rows read: 2 new, 1 repeated in the file, 1 rejected, 2 enrolled" in ran.err
    assert "line 4: nonsense:" in ran.err
    rejected = Path("bad.csv").read_text()
    assert "nonsense" in rejected
    assert trd("verify").status == 0


def test_create_and_start_schedules_everybody(trd: Trd, files: tuple[str, str]) -> None:
    ran = trd("campaign", "create", files[0], "--contacts", files[1], "--start", "--json")
    assert ran.json["status"] == "active"
    assert ran.json["scheduledMessages"] == 2
    assert ran.json["import"]["rejects"][0]["line"] == 4
    shown = trd("campaign", "show", ran.json["id"], "--json").json[0]
    assert shown["totalContacts"] == 2
    assert shown["waiting"] == 2
    assert [touch["day"] for touch in shown["touches"]] == [1, 3]
    assert trd("verify", "--json").json == {"ok": True, "differences": []}


def test_a_start_says_what_keeps_all_texts_from_going(trd: Trd, files: tuple[str, str]) -> None:
    id_, other = create(trd, files), create(trd, files)
    trd("stop")
    ran = trd("campaign", "start", id_)
    assert ran.status == 0
    assert "warning: all sending is stopped: `trd start` releases it" in ran.err
    trd("start")
    database = SyncDatabase(load_settings().database_url)
    database.write(control.set_trouble, CarrierTrouble("refused", "code 20003", real_now()))
    assert "credentials" not in trd("campaign", "resume", id_).err
    database.write(lease.acquire, "us", "test", real_now(), 60_000)
    database.close()
    ran = trd("campaign", "start", other)
    assert "warning: the carrier refuses the credentials: due texts wait until they are right" in ran.err
    sender = trd("campaign", "show", id_, "--json").json[0]["sender"]
    trd("sender", "pause", sender, "--reason", "filtered.")
    trd("campaign", "pause", id_)
    said = f"warning: its sender {sender} is paused (filtered): nothing goes until it is resumed: `trd sender"
    assert f"{said} resume {sender}`" in trd("campaign", "resume", id_).err


def test_a_start_says_which_budget_does_not_last(trd: Trd, files: tuple[str, str]) -> None:
    lasts = create(trd, files)
    Path(files[0]).write_text(DEFINITION.replace("[variables]", 'budget_usd = "0.01"\n[variables]'))
    short = create(trd, files)
    said = "has $0.01 left, enough for none of these 2: it pauses by itself at once"
    assert f"Its budget {said}." in trd("campaign", "start", short, "--preview").out
    ran = trd("campaign", "start", lasts, short)
    assert ran.status == 0
    name = trd("campaign", "show", short, "--json").json[0]["name"]
    assert f"warning: the budget of {name} {said}: trd campaign edit raises it" in ran.err
    assert ran.err.count("budget") == 1


def test_what_is_wrong_is_named_and_nothing_is_half_done(trd: Trd, files: tuple[str, str]) -> None:
    wrong = [
        (DEFINITION.replace("send_time", "sendtime"), "drip.toml: .*send_time"),
        (DEFINITION.replace("day = 3", "day = 1"), "touch"),
        (DEFINITION.replace("{{area|", "{{aera|"), "area"),
        (DEFINITION + "[[touch", "not valid TOML"),
    ]
    new_database()
    for text, _ in wrong:
        Path("drip.toml").write_text(text)
        ran = trd("campaign", "create", *files[:1], "--contacts", files[1])
        assert ran.status == 1, text
        assert ran.err.count("\n") == 1
        assert "drip.toml" in ran.err
    Path("drip.toml").write_text(DEFINITION)
    assert trd("campaign", "create", "drip.toml", "--contacts", "none.csv").status == 1
    assert trd("campaign", "create", "none.toml").status == 1
    Path("people.csv").write_bytes(b"\x00\x01\x02\x03")
    assert trd("campaign", "create", "drip.toml", "--contacts", "people.csv").status == 1
    Path("people.csv").write_text("phone\nnonsense\n")
    assert trd("campaign", "create", "drip.toml", "--contacts", "people.csv").status == 1
    assert trd("campaign", "list", "--json").json["campaigns"] == []


def test_start_without_an_audience_is_wrong_usage(trd: Trd, files: tuple[str, str]) -> None:
    assert trd("campaign", "create", files[0], "--start").status == 2


def test_a_campaign_lives_its_life(trd: Trd, files: tuple[str, str]) -> None:
    id_ = create(trd, files)
    typed = json.dumps(Sheet(id_, budget_usd="50", base=Sheet()).plain())
    with closing(sqlite3.connect(load_settings().database_url.removeprefix("sqlite:///"))) as db, db:
        db.execute("INSERT INTO campaign_sheets VALUES (1, ?, '', ?, 0)", (id_, typed))
    said = trd("campaign", "start", id_, "--preview", "--json").json
    assert [each["fields"] for each in said["notStored"]] == [["budget_usd"]]
    started = trd("campaign", "start", id_)
    assert "started; 2 messages scheduled" in started.out
    assert "warning: Typed in the steps of Real Estate Q1 2024 and not stored: the budget." in started.err
    assert "paused; 2 messages wait" in trd("campaign", "pause", id_).out
    preview = trd("campaign", "resume", id_, "--preview")
    assert preview.status == 0
    assert "Real Estate" in preview.out
    assert trd("campaign", "resume", id_, "--policy", "shift").status == 0
    again = trd("campaign", "start", id_)
    assert again.status == 1
    assert "it is already running" in again.err
    copy = trd("campaign", "duplicate", id_, "--name", "Second", "--with-contacts", "--json").json[0]
    assert copy["newName"] == "Second"
    assert copy["contacts"] == 2
    assert trd("campaign", "delete", copy["newCampaignId"], "--yes").status == 0
    assert trd("campaign", "show", copy["newCampaignId"]).status == 1
    trd("campaign", "pause", id_)
    assert trd("campaign", "archive", id_, "--yes").status == 0
    assert trd("campaign", "list", "--json").json["pagination"]["total"] == 0
    assert trd("campaign", "list", "--status", "archived", "--json").json["pagination"]["total"] == 1
    assert trd("verify").status == 0


def test_several_at_once_are_all_tried(demo: Trd) -> None:
    ids = [row["id"] for row in demo("campaign", "list", "--status", "active", "--json").json["campaigns"]]
    ran = demo("campaign", "pause", ids[0], "camp_1", ids[1])
    assert ran.status == 1
    assert ran.out.count("paused;") == 2
    assert "camp_1" in ran.err
    assert demo("campaign", "pause", "--all-active").out.count("paused;") == 3
    assert demo("campaign", "resume", "--all-paused").out.count("resumed;") == 6
    assert demo("verify").status == 0


def test_what_is_hard_to_take_back_asks_first(demo: Trd) -> None:
    id_ = demo("campaign", "list", "--status", "paused", "--json").json["campaigns"][0]["id"]
    ran = demo("campaign", "delete", id_)
    assert ran.status == 1
    assert "--yes" in ran.err
    assert demo("campaign", "show", id_).status == 0


@pytest.mark.parametrize(
    "words", [["pause"], ["pause", "x", "--all-active"], ["duplicate", "a", "b", "--name", "x"]]
)
def test_acts_without_a_target_are_wrong_usage(trd: Trd, words: list[str]) -> None:
    assert trd("campaign", *words).status == 2


def test_the_list_filters_searches_sorts_and_pages(demo: Trd) -> None:
    answer = demo("campaign", "list", "--json").json
    assert list(answer) == ["success", "campaigns", "pagination", "summary"]
    assert answer["campaigns"][0]["name"] == "Property Management Leads"
    found = demo("campaign", "list", "--search", "REAL estate", "--json").json
    assert [row["name"] for row in found["campaigns"]] == ["Real Estate Q1 2024"]
    page = demo("campaign", "list", "--sort", "name", "--limit", "2", "--offset", "2", "--json").json
    assert [row["name"] for row in page["campaigns"]] == [
        "Investor Networking Campaign",
        "Lead Follow-up December",
    ]
    assert page["pagination"] == {"total": 7, "limit": 2, "offset": 2, "hasMore": True}
    assert demo("campaign", "list", "--status", "no-such").status == 2
    table = demo("campaign", "list", "--limit", "3")
    assert "3 of 7; 5 of 7 active, 912 contacts, 2,561 sent, 150 replies (5.9 %)" in table.out


def test_export_gives_every_contact(demo: Trd) -> None:
    row = demo("campaign", "list", "--search", "luxury", "--json").json["campaigns"][0]
    lines = list(csv.DictReader(demo("campaign", "export", row["id"]).out.splitlines()))
    assert len(lines) == 67
    missing = demo("campaign", "export", row["id"], "--output", "out")
    assert (missing.status, missing.err) == (
        1,
        "trd campaign export: --output: the folder out is not there; make it first, or name one that is\n",
    )
    Path("out").mkdir()
    ran = demo("campaign", "export", row["id"], "camp_0", "--output", "out", "--what", "messages")
    assert ran.status == 1
    assert "camp_0" in ran.err
    file = Path(ran.out.strip())
    assert file.stat().st_mode & 0o777 == 0o600
    messages = csv.DictReader(file.read_text("utf-8").splitlines())
    assert sum(bool(line["sent_at"]) for line in messages) == 134
    whole = json.loads(demo("campaign", "export", row["id"], "--json").out)[0]
    assert len(whole["contacts"]) == 67
    assert demo("campaign", "export", row["id"], "camp_0").status == 2


def test_contacts_import_says_what_it_would_do_and_then_does_it(trd: Trd, files: tuple[str, str]) -> None:
    dry = trd("contact", "import", files[1], "--dry-run", "--json").json
    assert (dry["added"], dry["rejected"], dry["dryRun"]) == (2, 1, True)
    assert trd("contact", "import", files[1], "--json").json["added"] == 2
    assert trd("contact", "import", files[1], "--json").json["existing"] == 2
    Path("other.csv").write_text("Handy;Vorname\n+12125550109;Eva\n")
    ran = trd("contact", "import", "other.csv", "--map", "Handy=phone", "--map", "Vorname=first_name")
    assert ran.status == 0
    assert "1 new" in ran.out
    assert trd("contact", "import", "other.csv").status == 1
    assert trd("contact", "import", "other.csv", "--map", "Handy").status == 2


def test_rejects_never_overwrite_another_file(trd: Trd, files: tuple[str, str]) -> None:
    ran = trd("contact", "import", files[1], "--rejects", files[0])
    assert ran.status == 1
    assert Path(files[0]).read_text() == DEFINITION


def test_what_it_will_cost_is_told_before_it_starts(trd: Trd, files: tuple[str, str], home: Path) -> None:
    definition = 'budget_usd = "0.03"\ndaily_budget_usd = "0.02"\n' + Path(files[0]).read_text("utf-8")
    Path(files[0]).write_text(definition)
    ran = trd("campaign", "create", files[0], "--contacts", files[1], "--json")
    estimate = ran.json["estimate"]
    assert (estimate["contacts"], estimate["messages"], estimate["segments"]) == (2, 4, 4)
    assert (estimate["costUsd"], estimate["missingUsd"]) == ("0.05", "0.02")
    assert [rate["replyRate"] for rate in estimate["byReplyRate"]] == [0, 5, 10]
    shown = trd("campaign", "show", ran.json["id"], "--json").json[0]
    assert shown["toCome"] == estimate
    assert (shown["budgetUsd"], shown["dailyBudgetUsd"], shown["reservedUsd"]) == ("0.03", "0.02", "0.00")
    people = trd("campaign", "show", ran.json["id"]).out
    assert "Budget    $ 0.03 in all, $ 0.02 a day" in people
    assert "$0.05 at most for 4 segments in 4 messages" in people
    assert "the budget may fall short by $0.02" in people
    (home / "prices.toml").write_text('[country.US]\nusd = "0.1"\n')
    os.environ["TRD_PRICES_FILE"] = str(home / "prices.toml")
    try:
        assert trd("campaign", "show", ran.json["id"], "--json").json[0]["toCome"]["costUsd"] == "0.40"
        os.environ["TRD_DAILY_BUDGET_USD"] = "5"
        said = trd("campaign", "start", ran.json["id"], "--preview", "--json").json
        assert said["mayPutOff"] == ["daily_budget", "shared_daily_budget"]
        del os.environ["TRD_DAILY_BUDGET_USD"]
        (home / "prices.toml").write_text("[country.US]\nusd = 0.1\n")
        broken = trd("campaign", "show", ran.json["id"])
        assert broken.status == 1
        assert "prices.toml: country.US.usd must be text in quotes" in broken.err
        assert trd("stop", "--reason", "test").status == 0, "a stop needs no prices"
    finally:
        del os.environ["TRD_PRICES_FILE"]


def test_what_the_rules_will_say_of_the_next_message_is_told(trd: Trd, files: tuple[str, str]) -> None:
    Path(files[0]).write_text(f'budget_usd = "5"\n{DEFINITION}'.replace("mon-sat", "mon-sun"))
    Path(files[1]).write_text("phone,area\n+493012345678,\n")
    id_ = create(trd, files, "--start")
    coming = trd("campaign", "show", id_, "--json").json[0]["coming"]
    assert [(row["rule"], row["messages"]) for row in coming["decisions"]] == [("price", 1)]
    people = trd("campaign", "show", id_).out
    assert "of 1 message then none can go" in people
    assert "1: the number's country has no price: a person decides" in people
    assert trd("campaign", "pause", id_).status == 0
    assert trd("campaign", "show", id_, "--json").json[0]["coming"] is None


def test_a_campaign_whose_budget_is_used_up_says_so_wherever_one_looks(
    trd: Trd, files: tuple[str, str]
) -> None:
    Path(files[0]).write_text(f'budget_usd = "0.015"\n{DEFINITION}'.replace("mon-sat", "mon-sun"))
    Path(files[1]).write_text("phone,area\n2125550101,\n2125550102,\n2125550103,\n")
    new_database()
    assert trd("run", "--until-idle", "--start", "2024-01-16T12:00Z", "--speed", "100000").status == 0
    id_ = create(trd, files, "--start")
    assert trd("run", "--until-idle").status == 0
    (shown,) = trd("campaign", "show", id_, "--json").json
    assert (shown["status"], shown["sentMessages"], shown["pauseReason"]) == (
        "paused", 1, "its budget is used up",
    )  # fmt: skip
    assert "Status    paused (its budget is used up), " in trd("campaign", "show", id_).out
    listed = trd("campaign", "list")
    assert listed.err == f"paused by itself: Real Estate Q1 2024 ({id_}): its budget is used up\n"
    assert "Real Estate Q1 2024 has paused: its budget is used up; mend that" in trd("doctor").out
    why = trd("contact", "why", id_, "2125550103", "--json").json
    assert why["reasons"][0]["sentence"].startswith("the campaign has paused: its budget is used up;")
    (ahead,) = trd("campaign", "resume", id_, "--preview", "--json").json["resumes"]
    figures = [
        ahead[key] for key in ("messages", "messagesInAll", "overBudget", "affordable", "budgetLeftUsd")
    ]
    assert figures == [3, 5, True, 0, "0.01"], "one has had the first touch of two"
    said = trd("campaign", "resume", id_, "--preview").out
    assert "for the next touch of each contact, 5 in all if nobody answers." in said
    assert "Its budget has $0.01 left, enough for none of these 3: it pauses again at once." in said
    assert "the budget has $0.01 left, enough for none of these 3: it pauses again at once; raise" in said
    with closing(sqlite3.connect(load_settings().database_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE campaigns SET budget_micros = cost_micros + 30000")
        connection.commit()
    said = trd("campaign", "resume", id_, "--preview").out
    assert "Its budget has $0.03 left, enough for about 2 of these 3: it pauses again after that." in said
