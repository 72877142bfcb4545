"""``trd suppress``: words, exit status and JSON."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Trd, new_database

FIRST, SECOND = "+12122000000", "+12122000001"


def test_the_list_is_kept_from_the_shell(trd: Trd, home: Path) -> None:
    new_database()
    ran = trd("suppress", "add", "(212) 200-0000", SECOND, "--reason", "asked", "--json")
    assert (ran.status, ran.json) == (0, {"added": [FIRST, SECOND], "known": [], "endedSequences": 0})
    ran = trd("suppress", "add", FIRST, "--reason", "again")
    assert (ran.status, ran.out) == (0, "0 suppressed, 0 sequences ended\n")
    assert ran.err == f"{FIRST} is on the list already: asked\n"
    page = trd("suppress", "list", "--limit", "1", "--json").json
    assert page["pagination"] == {"total": 2, "limit": 1, "offset": 0, "hasMore": True}
    assert {key: page["suppressions"][0][key] for key in ("number", "reason", "source")} == {
        "number": SECOND,
        "reason": "asked",
        "source": "operator",
    }
    shown = trd("suppress", "list", "--search", "200-0000").out
    assert FIRST in shown
    assert SECOND not in shown
    assert trd("suppress", "export", "out.csv", "--json").json == {"file": "out.csv", "numbers": 2}
    ran = trd("suppress", "export", "out.csv")
    assert (ran.status, "exists already" in ran.err) == (1, True)
    ran = trd("suppress", "remove", FIRST, "+12122000005", "--reason", "typed wrongly", "--json")
    assert (ran.status, [row["number"] for row in ran.json["removed"]], ran.json["left"]) == (
        1,
        [FIRST],
        ["+12122000005"],
    )
    assert (
        ran.err == "trd suppress remove: +12122000005 is not on the list; `trd suppress list` shows who is\n"
    )
    ran = trd("suppress", "import", "out.csv", "--json")
    assert (ran.json["rows"], ran.json["added"], ran.json["known"], ran.json["rejects"]) == (2, 1, 1, [])
    (home / "bad.csv").write_text("phone\n2122000007\n12\n")
    ran = trd("suppress", "import", "bad.csv")
    assert ran.status == 0
    assert ran.out.startswith(
        "2 rows read: 1 suppressed, 0 known before, 1 rejected, 0 sequences ended\n  line 3: 12: "
    )
    assert trd("verify").status == 0


def test_what_is_wrong_is_one_sentence(trd: Trd) -> None:
    assert trd("suppress", "add", FIRST).status == 2
    new_database()
    ran = trd("suppress", "add", FIRST, "12", "--reason", "asked")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("trd suppress add: 12: ")
    assert ran.err.endswith("nothing was changed\n")
    assert trd("suppress", "add", FIRST, "--reason", " ").status == 1
    ran = trd("suppress", "import", "none.csv")
    assert (ran.status, ran.err) == (
        1,
        "trd suppress import: none.csv cannot be read: no such file or directory\n",
    )
    assert trd("suppress", "list", "--json").json["suppressions"] == []


def test_a_list_without_numbers_names_only_a_remedy_that_there_is(trd: Trd, home: Path) -> None:
    new_database()
    (home / "wrong.csv").write_text("who,why\nann,asked\n")
    refused = trd("suppress", "import", "wrong.csv")
    assert refused.status == 1
    assert refused.err.endswith("name one 'phone'\n")
