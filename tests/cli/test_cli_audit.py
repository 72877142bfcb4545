"""The audit from the command line: what was done is listed, filtered and written whole."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.cli.conftest import Trd, new_database
from trd_tui.domain.instants import iso


def test_acts_are_listed_filtered_and_written(trd: Trd, tmp_path: Path) -> None:
    new_database()
    assert trd("stop", "--reason", "wrong list").status == 0
    assert trd("suppress", "add", "+12125550123", "--reason", "asked by phone").status == 0
    assert trd("start").status == 0

    shown = trd("audit", "list").out
    assert [line.split("  ")[0] for line in shown.splitlines()].count("") <= 1
    assert shown.index("start") < shown.index("wrong list"), "the newest first"
    assert "+12125550123" in shown
    assert shown.endswith("3 of 3 acts\n")

    page = trd("audit", "list", "--limit", "1", "--json").json
    assert [each["act"] for each in page["acts"]] == ["start"]
    assert page["pagination"] == {"total": 3, "limit": 1, "offset": 0, "hasMore": True}
    assert "more: --offset 1" in trd("audit", "list", "--limit", "1").out
    [stop] = trd("audit", "list", "--act", "stop", "--json").json["acts"]
    assert "wrong list" in str(stop["after"])
    assert trd("audit", "list", "--actor", "nobody").out.endswith("0 of 0 acts\n")

    assert trd("suppress", "remove", "+12125550123", "--reason", "back").status == 0
    [lifted] = trd("audit", "list", "--act", "unsuppress", "--json").json["acts"]
    since = lifted["before"]["since"]
    assert isinstance(since, int)
    said = trd("audit", "list", "--act", "unsuppress").out
    assert str(since) not in said
    assert f"since {iso(since)}" in said

    file = tmp_path / "acts.csv"
    written = trd("audit", "export", str(file), "--search", "asked by phone", "--act", "suppress")
    assert written.err == f"1 act written to {file}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(encoding="utf-8", newline="") as lines:
        assert [row["subject_id"] for row in csv.DictReader(lines)] == ["+12125550123"]
    for words in (("audit", "export"), ("suppress", "export")):
        lost = trd(*words, "none/list.csv")
        assert (lost.status, Path("none").exists()) == (1, False)
        assert "none/list.csv cannot be written: there is no folder none; make it first" in lost.err
    again = trd("audit", "export", str(file))
    assert again.status == 1
    assert "exists already" in again.err
