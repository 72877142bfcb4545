"""``trd campaign simulate`` and ``trd contact why`` as a person and a program use them."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Trd

TOML = """
name = "Spring"
sender = "+15005550006"
timezone = "America/New_York"
window = { days = "mon-sat", from = "09:00", to = "20:00" }
budget_usd = "25.00"
[[touch]]
day = 1
body = "Acme: hi {{first_name|there}}. Reply STOP to opt out."
[[touch]]
day = 3
body = "Acme: again."
"""
START = "2024-01-15T14:00:00Z"


@pytest.fixture
def spring(trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A draft with forty contacts in an own database."""
    monkeypatch.setenv("TRD_DATABASE_URL", f"sqlite:///{home / 'trd.db'}")
    Path("spring.toml").write_text(TOML, encoding="utf-8")
    numbers = "".join(f"+1212200{at:04d},Ann\n" for at in range(40))
    Path("people.csv").write_text("phone,first_name\n" + numbers, encoding="utf-8")
    made = trd("campaign", "create", "spring.toml", "--contacts", "people.csv", "--json")
    assert made.status == 0, made.err
    return str(made.json["id"])


def test_a_draft_is_simulated_and_why_names_the_rule(trd: Trd, spring: str, home: Path) -> None:
    before = (home / "trd.db").read_bytes()
    ran = trd("campaign", "simulate", spring, "--start", START, "--csv", "sends.csv", "--json")
    assert (ran.status, ran.err) == (0, "")
    found = ran.json
    assert list(found) == [
        "id", "name", "status", "timezone", "start", "assumed", "exactToSeconds", "messages", "segments",
        "costUsd", "firstAt", "lastAt", "byReplyRate", "days", "touches", "putOff", "heldBefore", "held",
        "ended", "others", "end", "endReason", "endedAt", "left",
    ]  # fmt: skip
    assert (found["messages"], found["firstAt"], found["end"], found["left"]) == (80, START, "completed", 0)
    assert [(day["date"], day["messages"], day["touches"]) for day in found["days"]] == [
        ("2024-01-15", 40, {"1": 40}),
        ("2024-01-17", 40, {"2": 40}),
    ]
    assert [rate["replyRate"] for rate in found["byReplyRate"]] == [0, 5, 10]
    assert [rate["messages"] for rate in found["byReplyRate"]] == [80, 78, 76]
    with Path("sends.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 80
    assert (rows[0]["at"], rows[0]["number"], rows[0]["touch"]) == (START, "+12122000000", "1")
    assert os.stat("sends.csv").st_mode & 0o777 == 0o600
    assert (home / "trd.db").read_bytes() == before
    assert "draft" in trd("campaign", "list", "--json").out

    told = trd("contact", "why", spring, "(212) 200-0003", "--json").json
    assert (told["rule"], told["number"], told["status"]) == ("draft", "+12122000003", "active")
    text = trd("contact", "why", spring, "212-200-0003").out
    assert text.startswith(f"+12122000003 Ann is active in Spring ({spring}), which is draft.\ndraft: ")
    assert "consent: none on record; trd contact consent NUMBER --add KIND --source T adds it\n" in text
    assert "texted: 0 of at most 4 a week over all campaigns" in text
    assert (told["consent"]["given"], told["suppressed"], told["replies"]) == (False, None, [])
    assert told["caps"][0] == {"most": 1, "span": "a day over all campaigns", "used": 0, "freeAt": None}

    stopped = trd("contact", "stop", spring, "(212) 200-0003", "--reason", "moved")
    assert (stopped.status, stopped.out) == (0, "(212) 200-0003 gets nothing more of Spring\n")
    assert trd("contact", "why", spring, "+12122000003", "--json").json["status"] == "removed"


def test_a_simulation_for_people(trd: Trd, spring: str) -> None:
    ran = trd("campaign", "simulate", spring, "--start", START, "--days", "2")
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[1] == "  taken for granted: the campaign is a draft: it starts now"
    assert "40 messages go out in 40 segments" in ran.out
    row = next(line for line in lines if line.startswith("2024-01-15"))
    assert row.split()[:5] == ["2024-01-15", "09:00:00", "09:00:39", "40", "40"]
    assert "looked ahead until 2024-01-17T14:00:00Z: 40 messages waiting then" in lines
    printed = trd("campaign", "simulate", spring, "--start", START, "--days", "2", "--csv", "-")
    assert len(printed.out.splitlines()) == 41
    assert "40 messages go out" in printed.err


def test_what_cannot_be_simulated_or_told_is_one_sentence(trd: Trd, spring: str) -> None:
    Path("there.csv").write_text("mine", encoding="utf-8")
    for status, sentence, *words in (
        (1, "there is no campaign camp_9", "campaign", "simulate", "camp_9"),
        (2, "not a number of days", "campaign", "simulate", spring, "--days", "0"),
        (2, "'1800-01-01' is before 1970", "campaign", "simulate", spring, "--start", "1800-01-01"),
        (2, "not an ISO date and time", "campaign", "simulate", spring, "--start", "soon"),
        (2, "both print", "campaign", "simulate", spring, "--csv", "-", "--json"),
        (1, "exists already", "campaign", "simulate", spring, "--csv", "there.csv"),
        (1, "NUMBER: 'nobody' has letters in it; write it like", "contact", "why", spring, "nobody"),
        (1, "there is no contact +12122999999", "contact", "why", spring, "+12122999999"),
        (1, "no campaign camp_9", "contact", "stop", "camp_9", "+12122000003", "--reason", "moved"),
    ):
        ran = trd(*words)
        assert (ran.status, ran.out) == (status, ""), words
        assert sentence in ran.err
        assert ran.err.count("\n") == 1
    assert Path("there.csv").read_text(encoding="utf-8") == "mine"
    trd("campaign", "simulate", "camp_9", "--csv", "gone.csv")
    assert not list(Path.cwd().glob("gone*"))


def test_all_countries_without_a_price_are_named(trd: Trd, spring: str) -> None:
    """First the two of the file, then seven of them: five, and how many more."""
    Path("few.csv").write_text("phone\n+447400123456\n+4915112345678\n+447400123457\n", encoding="utf-8")
    assert trd("contact", "import", "few.csv", "--campaign", spring).status == 0
    (held,) = trd("campaign", "simulate", spring, "--start", START, "--json").json["held"]
    assert (held["messages"], held["number"]) == (3, "+447400123456")
    said = "no price for {} is known; give them in the prices_file"
    assert held["reason"].endswith(said.format("GB and DE"))
    assert "no price is known for GB and DE (3 contacts)" in trd("campaign", "show", spring).out
    more = "+33612345678\n+34612345678\n+393312345678\n+48512345678\n+61412345678\n"
    Path("more.csv").write_text(f"phone\n{more}", encoding="utf-8")
    assert trd("contact", "import", "more.csv", "--campaign", spring).status == 0
    ran = trd("campaign", "simulate", spring, "--start", START)
    assert said.format("GB, DE, FR, ES, IT and 2 more") in ran.out
