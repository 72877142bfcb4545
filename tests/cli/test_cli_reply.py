"""``trd reply``: words, exit status, questions and JSON, on the demonstration's database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Trd
from trd_tui.cli import reply, reply_acts


def test_the_inbox_from_the_shell(demo: Trd, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = demo("reply", "list", "--unanswered", "--limit", "2", "--json").json
    assert page["pagination"] == {"total": 150, "limit": 2, "offset": 0, "hasMore": True}
    assert page["conversations"] == {"total": 187, "unanswered": 150, "snoozed": 0}
    first, second = page["replies"]
    assert first["received"] >= second["received"]
    assert {first["kind"], first["answered"]} == {"reply", False}
    number, campaign = first["number"], first["campaignId"]
    shown = demo("reply", "list", "--limit", "2").out
    assert "2 of 187; 150 of 187 conversations unanswered\nmore: --offset 2\n" in shown
    assert "opt-out" in demo("reply", "list", "--limit", "187").out
    assert demo("reply", "list", "--campaign", campaign, "--search", number, "--json").json["pagination"][
        "total"
    ] == 1  # fmt: skip

    demo("stop", "--reason", "lunch")
    ran = demo("reply", "send", number, "Shall I call you?")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.splitlines()[-1].endswith("; --yes sends it all the same")
    assert "all automated sending is stopped (lunch)" in ran.err
    asked: list[str] = []

    def yes(question: str) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr(reply, "confirm", yes)
    ran = demo("reply", "send", number, "Shall I call you?")
    assert (ran.status, ran.out.startswith("the carrier accepted it: SM")) == (0, True), ran.err
    assert asked[0].endswith("Send it all the same?")
    sent = demo("reply", "send", number, "And when?", "--campaign", campaign, "--yes", "--json").json
    assert (sent["answer"], sent["number"], sent["campaignId"], sent["segments"]) == (
        "accepted",
        number,
        campaign,
        1,
    )

    lines = demo("reply", "show", number, "--json").json["messages"]
    assert [line["by"] for line in lines[-3:]] == ["contact", "person", "person"]
    assert [line["direction"] for line in lines[-3:]] == ["in", "out", "out"]
    assert lines[-3]["answered"] is True
    told = demo("reply", "show", number).out
    assert "Shall I call you?" in told
    assert "->  answer by " in told
    assert demo("reply", "list", "--unanswered", "--json").json["pagination"]["total"] == 149
    assert demo("verify").status == 0

    with closing(sqlite3.connect(home / "demo.db")) as connection:
        gone = connection.execute("SELECT sender FROM replies WHERE kind = 'opt_out' LIMIT 1").fetchone()[0]
    ran = demo("reply", "send", gone, "Sorry", "--yes")
    assert (ran.status, "must not be texted" in ran.err) == (1, True)
    for words, says in (
        (("send", "+12125559999", "x"), "there is no conversation with +12125559999"),
        (("send", number, " "), "the text is empty"),
        (("send", number, "x", "--campaign", "camp_0"), "there is no campaign camp_0"),
        (("list", "--campaign", "camp_0"), "there is no campaign camp_0"),
        (("show", "+12125559999"), "there is nothing with +12125559999"),
        (("show", "12"), "12"),
    ):
        ran = demo("reply", *words)
        assert (ran.status, ran.out, says in ran.err) == (1, "", True), ran.err
        assert ran.err.startswith(f"trd reply {words[0]}: ")
    assert demo("reply", "list", "--limit", "0").status == 2


def test_what_the_inbox_can_do_the_shell_can(demo: Trd, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = demo("reply", "list", "--unanswered", "--limit", "1", "--json").json["replies"][0]["number"]
    assert demo("reply", "note", first, "has a dog").out == f"{first}: noted\n"
    assert demo("reply", "note", first, "two dogs", "--json").json == {"number": first, "note": "two dogs"}
    slept = demo("reply", "snooze", first, "3d", "--json").json["snoozedUntil"]
    assert slept.endswith("Z")
    found = demo("reply", "show", first, "--json").json
    assert (found["note"], found["snoozedUntil"]) == ("two dogs", slept)
    assert demo("reply", "snooze", first, "--wake").out == f"{first}: put off no longer\n"
    assert demo("reply", "done", first, "--json").json == {"number": first, "texts": 1, "waiting": False}
    assert demo("reply", "list", "--json").json["conversations"]["unanswered"] == 149
    assert demo("reply", "done", first, "--again").out == f"{first}: 1 text waiting again, unread\n"
    assert demo("reply", "list", "--json").json["conversations"]["unanswered"] == 150
    monkeypatch.setattr(reply_acts, "confirm", lambda _question: False)
    assert demo("reply", "decide", first, "--opt-out").status == 1
    done = demo("reply", "decide", first, "--opt-out", "--yes", "--json").json
    assert (done["optOut"], demo("reply", "show", first, "--json").json["suppressed"]) == (
        True,
        "asked not to be texted",
    )
    again = demo("reply", "decide", first, "--opt-out", "--yes").out
    assert again.startswith(f"{first}: stood on the do-not-contact list already: asked not to be texted, by ")
    assert "; this ended" not in again
    assert demo("verify").status == 0
    with closing(sqlite3.connect(home / "demo.db")) as raw, raw:  # as of who joined after that
        whose = "SELECT id FROM contacts WHERE number = ?"
        raw.execute(f"UPDATE enrolments SET status = 'active' WHERE contact_id IN ({whose})", (first,))
    assert "Z; this ended 1 sequence\n" in demo("reply", "decide", first, "--opt-out", "--yes").out
    for words, says in (
        (("snooze", first), "say until when"),
        (("snooze", first, "soon"), "type 30m, 2h"),
        (("snooze", "+12125559999", "1h"), "there is no conversation"),
        (("decide", first, "--no-opt-out"), "there is nothing to decide"),
    ):
        ran = demo("reply", *words)
        assert (ran.status, ran.out, says in ran.err) == (1, "", True), ran.err
