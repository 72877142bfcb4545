"""Resuming from the command line: the policy, the preview, and what waits for a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Trd, new_database
from trd_tui.clock import Anchor, real_now
from trd_tui.store.control import set_anchor
from trd_tui.store.database import SyncDatabase

DAY = 86_400_000


@pytest.fixture
def paused(trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A campaign of three contacts that has been paused for two days and five hours."""
    url = f"sqlite:///{home / 'trd.db'}"
    monkeypatch.setenv("TRD_DATABASE_URL", url)
    (home / "c.toml").write_text(
        'name = "Spring"\nsender = "+15005550006"\ntimezone = "America/New_York"\n'
        'window = { days = "mon-sun", from = "00:00", to = "24:00" }\n'
        + "".join(f'[[touch]]\nday = {day}\nbody = "Hi {{{{first_name}}}}, {day}."\n' for day in (1, 2, 9))
    )
    (home / "c.csv").write_text("phone,first_name\n" + "".join(f"212200000{at},A{at}\n" for at in range(3)))
    new_database()
    travel(url, 1_705_327_200_000)
    made = trd("campaign", "create", "c.toml", "--contacts", "c.csv", "--start", "--json").json
    assert trd("campaign", "pause", made["id"]).status == 0
    travel(url, 1_705_327_200_000 + 2 * DAY + 5 * 3_600_000)
    return str(made["id"])


def travel(url: str, instant: int) -> None:
    """Let campaign time stand still at an instant."""
    store = SyncDatabase(url)
    store.write(set_anchor, Anchor(real_now(), instant, 0.0))
    store.close()


def test_a_preview_counts_without_doing(trd: Trd, paused: str) -> None:
    said = trd("campaign", "resume", paused, "--policy", "skip", "--preview", "--json")
    assert said.status == 0
    (resume,) = said.json["resumes"]
    figures = [resume[key] for key in ("policy", "messages", "skipped", "moved", "segments", "costUsd")]
    assert figures == ["skip", 3, 6, 3, 3, "0.04"]
    assert (resume["firstSend"], resume["lastSend"]) == ("2024-01-23T14:00:00Z", "2024-01-23T14:00:02Z")
    people = trd("campaign", "resume", paused, "--policy", "skip", "--preview").out
    assert "skip: what fell due is skipped, the calendar stays" in people
    assert "3 messages, 3 segments, $0.04; first 2024-01-23T14:00:00Z" in people
    assert trd("campaign", "show", paused, "--json").json[0]["status"] == "paused"


def test_one_is_not_counted_as_many(trd: Trd, home: Path, paused: str) -> None:
    (home / "one.csv").write_text("phone,first_name\n2122000009,Ann\n")
    one = trd("campaign", "create", "c.toml", "--contacts", "one.csv", "--start", "--json").json["id"]
    doctor = trd("doctor").out
    assert "1 active campaign, 1 message waits" in doctor
    assert "paused; 1 message waits" in trd("campaign", "pause", one).out
    said = trd("campaign", "resume", one, "--preview").out
    assert "): 1 message goes on, " in said
    assert "\n1 message, 1 segment, $" in said
    said = trd("campaign", "resume", paused, one, "--preview").out
    assert ": 4 messages go on, " in said
    said = trd("backup", "b.db").out
    assert "2 campaigns, 4 contacts, 0 messages sent" in said


def test_a_campaign_that_is_not_there_is_named_once(trd: Trd, paused: str) -> None:
    ran = trd("campaign", "pause", "nope")
    assert ran.err == "trd campaign pause: there is no campaign nope; see trd campaign list\n"
    ran = trd("campaign", "pause", "nope", "--preview")
    assert ran.err == "nope: there is no such campaign\n"
    assert trd("campaign", "pause", paused).err.startswith(f"trd campaign pause: {paused}  Spring  ")


def test_a_policy_for_this_once_and_one_that_does_not_exist(trd: Trd, paused: str) -> None:
    wrong = trd("campaign", "resume", paused, "--policy", "flood")
    assert wrong.status == 2
    assert "known are shift" in wrong.err
    (done,) = trd("campaign", "resume", paused, "--policy", "catch_up_one", "--json").json
    assert (done["ok"], done["policy"], done["scheduledMessages"], done["heldMessages"]) == (
        True, "catch_up_one", 3, 0,
    )  # fmt: skip
    assert trd("campaign", "show", paused, "--json").json[0]["resumePolicy"] == "shift"


def test_the_setting_is_the_policy_of_campaigns_that_name_none(
    trd: Trd, paused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRD_RESUME_POLICY", "review")
    id_ = trd("campaign", "create", "c.toml", "--json").json["id"]
    assert trd("campaign", "show", id_, "--json").json[0]["resumePolicy"] == "review"


def test_what_is_too_late_by_the_setting_is_reviewed(
    trd: Trd, paused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRD_MAX_LATENESS_H", "24")
    (done,) = trd("campaign", "resume", paused, "--json").json
    assert (done["scheduledMessages"], done["heldMessages"]) == (0, 3)
    held = trd("campaign", "review", paused, "--json").json["held"]
    assert [(each["number"], each["reason"], each["perhapsSent"]) for each in held] == [
        (f"+1212200000{at}", "more than 24 hours late when the campaign went on", False) for at in range(3)
    ]
    assert "more than 24 hours late" in trd("campaign", "review", paused).out
    assert trd("campaign", "review", paused, "+12122000000").status == 2
    one = trd("campaign", "review", paused, "--send", "+12122000000", "--json")
    assert (one.status, one.json["done"], one.json["left"]) == (0, 1, [])
    again = trd("campaign", "review", paused, "--send", "+12122000000")
    assert (again.status, "nothing of this number is held" in again.err) == (1, True)
    assert "2 held messages skipped" in trd("campaign", "review", paused, "--skip").out
    assert "nothing is held" in trd("campaign", "review", paused).err
    assert trd("campaign", "review", "camp_0").status == 1
    assert trd("verify").status == 0


def test_an_edit_shows_who_is_moved_asks_and_does(trd: Trd, home: Path, paused: str) -> None:
    assert trd("campaign", "resume", paused, "--policy", "skip").status == 0
    (home / "new.toml").write_text(
        (home / "c.toml").read_text().replace("day = 9", "day = 6").replace("Hi {{first_name}}, 2.", "Two.")
        + 'active = false\n[[touch]]\nday = 12\nbody = "Bye."\n'
    )
    seen = trd("campaign", "edit", paused, "new.toml", "--preview", "--json").json
    assert seen["touches"] == [
        {"position": 2, "day": 2, "what": ["text"]},
        {"position": 3, "day": 6, "what": ["day 9 -> 6", "deactivated"]},
        {"position": 4, "day": 12, "what": ["new"]},
    ]
    due = "2024-01-26T14:00:00Z"
    assert seen["moved"] == [{"from": 3, "to": 4, "contacts": 3, "first": due, "last": due}]
    asked = trd("campaign", "edit", paused, "new.toml")
    assert (asked.status, "Say yes, or use --yes" in asked.err) == (1, True)
    assert "touch 3  touch 4         3  2024-01-26T14:00:00Z" in asked.err
    done = trd("campaign", "edit", paused, "new.toml", "--yes", "--json")
    assert (done.status, done.json["message"]) == (0, "edited; 3 messages scheduled")
    assert "nothing would change" in trd("campaign", "edit", paused, "new.toml", "--preview").out
    assert trd("verify").status == 0


def test_an_edit_without_touches_keeps_them_and_bad_input_is_one_sentence(
    trd: Trd, home: Path, paused: str
) -> None:
    head = (home / "c.toml").read_text().partition("[[touch]]")[0]
    (home / "cap.toml").write_text("daily_cap = 5\n" + head)
    seen = trd("campaign", "edit", paused, "cap.toml", "--preview", "--json").json
    assert (seen["settings"], seen["touches"]) == ([{"name": "daily_cap", "old": "none", "new": "5"}], [])
    for words, sentence in (
        (("camp_0", "cap.toml"), "there is no campaign camp_0"),
        ((paused, "gone.toml"), "cannot read the definition gone.toml"),
    ):
        refused = trd("campaign", "edit", *words, "--yes")
        assert (refused.status, sentence in refused.err, refused.err.count("\n")) == (1, True, 1)
    (home / "bad.toml").write_text("daily_cap = 0\n" + head)
    refused = trd("campaign", "edit", paused, "bad.toml", "--yes")
    assert (refused.status, "bad.toml: daily_cap: must be a whole number" in refused.err) == (1, True)
