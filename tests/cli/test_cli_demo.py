"""``trd demo``: exactly the published figures, days that pass by themselves, nothing left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.cli.conftest import Trd
from trd_tui.services.demo_story import read_figures

SUMMARY = {
    "activeCampaigns": 5,
    "totalCampaigns": 7,
    "totalContacts": 912,
    "totalMessages": 2_561,
    "totalReplies": 150,
    "overallReplyRate": "5.9",
}


def test_without_days_it_only_builds_and_prints_the_summary(trd: Trd) -> None:
    ran = trd("demo", "--headless", "--days", "0", "--json")
    assert (ran.status, ran.err) == (0, "")
    assert ran.json["summary"] == SUMMARY
    assert ran.json["differences"] == []
    assert set(ran.json["happened"].values()) == {0}
    found = {row["name"]: row for row in ran.json["campaigns"]}
    for figures in read_figures():
        row = found[figures.name]
        assert (row["totalContacts"], row["sentMessages"], row["replies"]) == (
            figures.contacts,
            figures.sent,
            figures.replies,
        )
        assert (row["deliveredMessages"], row["failedMessages"]) == (figures.delivered, figures.failed)
    assert found["Real Estate Q1 2024"]["completionRate"] == 45.2


def test_days_pass_and_every_touch_that_falls_into_them_goes_out(trd: Trd) -> None:
    ran = trd("demo", "--headless", "--days", "3", "--json")
    assert ran.status == 0
    assert ran.json["differences"] == []
    assert ran.json["happened"]["sent"] > 500
    assert ran.json["summary"]["totalMessages"] == 2_561 + ran.json["happened"]["sent"]


def test_for_people_it_prints_a_table(trd: Trd) -> None:
    ran = trd("demo", "--headless")
    assert "Luxury Home Buyers" in ran.out
    assert (
        "5 of 7 campaigns active, 912 contacts, 2,561 messages sent, 150 replies, reply rate 5.9 %" in ran.out
    )
    assert "verify: no difference" in ran.out


def test_nothing_is_left_behind(trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    trd("demo", "--headless")
    assert list(folder.iterdir()) == []
    assert not (home / "data").exists()
    assert not (home / "config").exists()


def test_a_kept_demonstration_is_a_database_like_any_other(demo: Trd) -> None:
    assert demo("campaign", "list", "--json").json["summary"] == SUMMARY
    assert demo("verify").status == 0


def test_a_file_that_exists_is_never_overwritten(trd: Trd, home: Path) -> None:
    (home / "mine.db").write_text("precious")
    ran = trd("demo", "--headless", "--keep", str(home / "mine.db"))
    assert ran.status == 1
    assert "exists already" in ran.err
    assert (home / "mine.db").read_text() == "precious"


def test_one_day_is_not_counted_as_many(trd: Trd) -> None:
    assert "\nin 1 day: " in trd("demo", "--headless", "--days", "1").out


@pytest.mark.parametrize("days", ["-1", "many", "99999"])
def test_days_must_be_a_number(trd: Trd, days: str) -> None:
    assert trd("demo", "--headless", f"--days={days}").status == 2


def test_without_a_terminal_the_app_says_what_to_use_instead(trd: Trd) -> None:
    ran = trd("demo")
    assert ran.status == 1
    assert "trd demo --headless" in ran.err
    assert trd().status == 1
