"""What the command line says where something is wrong: the nearest word, all faults at once, an example."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Trd, new_database
from trd_tui.cli.examples import EXAMPLES
from trd_tui.cli.parser import build_parser


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("campain list", "trd: there is no command 'campain'; did you mean 'campaign'? see 'trd --help'"),
        ("status", "trd: there is no command 'status'; did you mean 'trd doctor'? see 'trd --help'"),
        ("pause camp_1", "trd: there is no command 'pause'; did you mean 'trd campaign pause'?"),
        ("strat", "trd: there is no command 'strat'; see 'trd --help'"),  # nobody sends by a guess
        ("campaign lst", "trd campaign: there is no command 'lst'; did you mean 'list'?"),
        (
            "campaign list --stats x",
            "trd campaign list: there is no option --stats; did you mean '--status'?",
        ),
        ("campaign list --sort nme", "argument --sort: 'nme' is not known; did you mean 'name'?"),
        ("campaign list two", "'two' is one word too many"),
        (
            "campaign preview c --contact 1 --touch one",
            "'one' is not the number of a touch; `trd campaign show",
        ),
    ],
)
def test_a_slip_of_the_finger_is_named_with_the_nearest_word(trd: Trd, words: str, says: str) -> None:
    ran = trd(*words.split())
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert says in ran.err


def test_the_emergency_stop_waits_for_no_other_setting(trd: Trd, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trd("init").status == 0
    monkeypatch.setenv("TRD_CAP_PER_DAY", "lots")
    monkeypatch.setenv("TRD_QUIET_HOURS_FILE", "nowhere.toml")
    monkeypatch.setenv("TRD_LEASE_S", "soon")
    monkeypatch.setenv("TRD_ACTOR", "ann")
    stopped = trd("stop", "--reason", "now")
    assert (stopped.status, stopped.out.partition(" at ")[0]) == (0, "stopped by ann")
    assert stopped.err.count("it stops all the same") == 2
    refused = trd("start")
    assert (refused.status, refused.err.count("\n")) == (2, 2)
    assert "TRD_CAP_PER_DAY: cap_per_day must be a whole number" in refused.err


DEFINITION = """\
sender = "12"
timezone = "America/New_York"
window = "9-20"
[[touch]]
day = 2024-01-15
body = "Hi {{frist_name}}"
[[touch]]
day = 2
"""


def test_all_faults_of_a_definition_are_told_each_on_its_line(trd: Trd, home: Path) -> None:
    (home / "drip.toml").write_text(DEFINITION)
    (home / "good.toml").write_text('name = "A"\nsender = "+15005550006"\ntimezone = "UTC"\n')
    id_ = trd("campaign", "create", "good.toml").out.strip()
    for words in (("create", "drip.toml"), ("edit", id_, "drip.toml")):
        ran = trd("campaign", *words)
        assert (ran.status, ran.out) == (1, "")
        said = [line.removeprefix(f"trd campaign {words[0]}: drip.toml: ") for line in ran.err.splitlines()]
        assert [line.partition(": ")[0] for line in said] == [
            "name", "sender", "window", "touch[1].day", "touch[1].body", "touch[2].body"
        ]  # fmt: skip
        assert 'write it like window = "09:00-20:00"' in said[2]
    found = trd("campaign", "lint", "drip.toml", "--json")
    assert found.status == 1
    assert [(each["touch"], each["message"].partition(": ")[0]) for each in found.json["findings"]] == [
        (None, "name"), (None, "sender"), (None, "window"), (1, "day"), (1, "body"), (2, "body")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[touch]\nday = 1\nbody = "x"\n[touch]\n', "write [[touch]] in two brackets"),
        (
            '[[touch]]\nday = 1\n[touch.variant]\nbody = "x"\n[touch.variant]\n',
            "write [[touch.variant]] in two",
        ),
        ("[[touch]]\nday = date\n", 'text stands in quotes, like name = "Spring"'),
    ],
)
def test_what_toml_itself_refuses_has_a_remedy(trd: Trd, home: Path, text: str, says: str) -> None:
    (home / "drip.toml").write_text(f'name = "A"\n{text}')
    ran = trd("campaign", "create", "drip.toml")
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert says in ran.err


def test_the_same_campaign_made_twice_is_told(trd: Trd, home: Path) -> None:
    (home / "drip.toml").write_text('name = "Spring"\nsender = "+15005550006"\ntimezone = "UTC"\n')
    (home / "people.csv").write_text("phone\n+12125550101\n+12125550102\n")
    create = ("campaign", "create", "drip.toml", "--contacts", "people.csv")
    first = trd(*create, "--json").json
    assert first["warnings"] == []
    second = trd(*create)
    assert second.status == 0
    id_ = second.out.strip()
    assert (
        f"warning: {first['id']} (draft) is called 'Spring', too, and has the same touches; 2 contacts are in"
        " both and would be texted by both."
        f" If {id_} is not meant to be another one: trd campaign delete {id_}\n"
    ) in second.err
    (home / "drip.toml").write_text(
        'name = "SPRING"\nsender = "+15005550006"\ntimezone = "UTC"\n[[touch]]\nday = 1\nbody = "Other"\n'
    )
    third = trd("campaign", "create", "drip.toml", "--json").json["warnings"]
    assert [each.partition(".")[0] for each in third] == [
        f"{first['id']} (draft) is called 'Spring', too", f"{id_} (draft) is called 'Spring', too"
    ]  # fmt: skip
    trd("campaign", "delete", first["id"], id_, "--yes")
    trd("campaign", "archive", trd("campaign", "list", "--json").json["campaigns"][0]["id"], "--yes")
    assert trd("campaign", "create", "drip.toml", "--json").json["warnings"] == []


def test_an_emergency_stop_is_told_beside_campaigns(demo: Trd) -> None:
    before = demo("campaign", "list", "--limit", "1", "--json")
    show = ("campaign", "show", before.json["campaigns"][0]["id"])
    assert demo(*show, "--json").json[0]["emergencyStop"] is None
    assert "emergency stop" not in demo("campaign", "list").err + demo(*show).err
    demo("stop", "--reason", "wrong list")
    for ran in (demo("campaign", "list"), demo("campaign", "list", "--json"), demo(*show)):
        assert "emergency stop" in ran.err
        assert "wrong list. Nothing is sent until `trd start`" in ran.err
        assert "emergency stop" not in ran.out
    assert demo("campaign", "list", "--limit", "1", "--json").json.keys() == before.json.keys()
    assert demo(*show, "--json").json[0]["emergencyStop"]["reason"] == "wrong list"


def test_senders_from_the_shell(trd: Trd) -> None:
    trd("init")
    number = "+12125550199"
    assert "no sender is known" in trd("sender", "list").err
    assert (
        f"{number} is known now: a long code, 1 segment a second"
        in trd("sender", "add", "(212) 555-0199").out
    )
    assert trd("sender", "rate", number, "0.5", "--json").json["perSecond"] == 0.5
    assert trd("sender", "pause", number).status == 2
    slow = trd("sender", "rate", number, "abc")
    assert (slow.status, "write segments a second from 0.001 to 1,000" in slow.err) == (2, True)
    assert (
        f"is paused until `trd sender resume {number}`"
        in trd("sender", "pause", number, "--reason", "a  b").out
    )
    (row,) = trd("sender", "list", "--json").json
    assert (row["paused"], row["pausedUntil"], row["reason"], row["kind"]) == (True, None, "a b", "long_code")
    assert trd("sender", "list").out.splitlines()[1].split()[:5] == [number, "long", "code", "0.5", "paused"]
    assert trd("sender", "resume", number, "--json").json["paused"] is False
    asked = trd("sender", "remove", number)
    assert (asked.status, "use --yes" in asked.err) == (1, True)
    assert trd("sender", "remove", number, "--yes").status == 0
    for words in (("resume", number), ("remove", number), ("rate", number, "1")):
        assert f"there is no sender {number}; `trd sender list` shows all" in trd("sender", *words).err
    assert "hexadecimal digits" in trd("sender", "add", "MG12").err


def test_a_dry_run_writes_nothing_but_the_rejects_and_says_so(trd: Trd, home: Path) -> None:
    people = home / "people.csv"
    people.write_text("phone\n+12125550101\n12\n")
    ran = trd("contact", "import", "people.csv", "--dry-run", "--rejects", "bad.csv")
    assert ran.status == 0
    assert "nothing is stored; the rejected rows are written to bad.csv" in ran.out
    assert (home / "bad.csv").read_text().startswith("phone,reason\n12,line 3")
    assert sorted(each.name for each in home.rglob("*") if each.is_file()) == ["bad.csv", "people.csv"]
    before = people.read_text()
    over = trd("contact", "import", "people.csv", "--dry-run", "--rejects", "people.csv")
    assert (over.status, people.read_text()) == (1, before)
    assert "which a dry run leaves as it is" in over.err
    assert "Handy' is mapped" not in trd("contact", "import", "people.csv", "--map", "phone=phon").err
    assert "did you mean 'phone'" in trd("contact", "import", "people.csv", "--map", "phone=phon").err
    assert not list(home.rglob("*.db"))


def test_a_consent_of_a_suppressed_number_says_what_it_does_not_do(trd: Trd, home: Path) -> None:
    (home / "people.csv").write_text("phone\n+12125550101\n")
    trd("contact", "import", "people.csv")
    add = ("contact", "consent", "+12125550101", "--add", "verbal", "--source", "call")
    assert "do-not-contact" not in trd(*add).out
    trd("suppress", "add", "+12125550101", "--reason", "asked by phone")
    said = trd(*add).out
    assert "consent is on record" in said
    assert "it stays on the do-not-contact list (asked by phone), and no text goes to it" in said
    assert "`trd suppress remove +12125550101 --reason TEXT` lifts that" in said
    assert "START" not in said
    assert trd("contact", "consent", "+12125550101", "--json").json["suppressed"] == "asked by phone"


def test_init_stores_whole_paths_and_says_so(trd: Trd, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRD_DATABASE_URL", "sqlite:///rel.db")
    ran = trd("init", "--json").json
    assert ran["database"] == f"sqlite:///{home / 'rel.db'}"
    assert ran["notes"] == [f"rel.db was read from the present folder; what is stored is {home / 'rel.db'}"]
    assert f'database_url = "sqlite:///{home / "rel.db"}"' in Path(ran["settings"]).read_text()


def commands(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, by its words."""
    groups = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not groups:
        yield name, parser
    for word, command in [pair for group in groups for pair in group.choices.items()]:
        yield from commands(command, f"{name} {word}".strip())


def test_every_command_has_an_example_that_can_be_said_and_says_what_each_word_is() -> None:
    found = dict(commands(build_parser()))
    assert set(EXAMPLES) == {"", *found}
    for command, lines in EXAMPLES.items():
        for line in lines:
            assert len(line) <= 78, line
            words = [word for word in shlex.split(line, comments=True) if "TRD_" not in word]
            words = words[words.index("trd") + 1 :]
            options = build_parser().parse_args(words[: words.index(">")] if ">" in words else words)
            said = " ".join(filter(None, (options.command, getattr(options, "subcommand", None))))
            assert said == command or not command
    for command, parser in found.items():
        assert parser.description, command
        assert [each.dest for each in parser._actions if not each.help] == [], command
        assert parser.format_help().endswith(EXAMPLES[command][-1] + "\n"), command


def test_what_is_not_there_is_said_without_an_empty_line(trd: Trd, home: Path) -> None:
    new_database()
    shown = trd("campaign", "show", "nope")
    assert (shown.status, shown.out) == (1, "")
    assert "there is no campaign nope" in shown.err
    assert trd("report", "nope", "--json").status == 1
    trd("stop")
    listed = trd("audit", "list", "--act", "stpo")
    assert "nobody has done 'stpo' yet; did you mean 'stop'?" in listed.err


def test_a_start_tells_who_is_suppressed_and_gets_nothing(trd: Trd, home: Path) -> None:
    new_database()
    (home / "a.csv").write_text("phone\n+12125550123\n+12125550124\n")
    (home / "a.toml").write_text('name = "A"\nsender = "+12125550100"\ntimezone = "UTC"\n')
    trd("suppress", "add", "+12125550123", "--reason", "asked")
    id_ = trd("campaign", "create", "a.toml", "--contacts", "a.csv", "--json").json["id"]
    said = trd("campaign", "start", id_, "--preview").out
    assert "1 contact will get the first touch when it is due; 1 is suppressed and gets nothing." in said
    started = trd("campaign", "start", id_).out
    assert "started; 2 messages scheduled; 1 is suppressed and gets nothing" in started
    why = trd("contact", "why", id_, "+12125550123").out
    assert "does not go before what decides here has changed" in why
    assert "suppression: suppressed: asked" in why


def test_a_start_that_reaches_nobody_says_so(trd: Trd, home: Path) -> None:
    """Else the campaign would complete in silence when the first touch is due."""
    new_database()
    (home / "a.csv").write_text("phone\n+12125550123\n")
    (home / "a.toml").write_text('name = "A"\nsender = "+12125550100"\ntimezone = "UTC"\n')
    trd("suppress", "add", "+12125550123", "--reason", "asked")
    made = trd("campaign", "create", "a.toml", "--contacts", "a.csv", "--start")
    assert "nobody to text: the one contact is on the do-not-contact list" in made.err
    assert made.err.count("consent on record") == 1
    assert trd("run", "--until-idle", "--speed", "100000").status == 0
    (campaign,) = trd("campaign", "list", "--json").json["campaigns"]
    assert (campaign["status"], campaign["sentMessages"]) == ("completed", 0)


def test_an_import_of_which_no_row_could_be_taken_is_refused(trd: Trd, home: Path) -> None:
    new_database()
    (home / "bad.csv").write_text("phone\n12\n13\n")
    for command, more in (("contact", ()), ("contact", ("--json",)), ("contact", ("--dry-run",)),
                          ("suppress", ("--reason", "x"))):  # fmt: skip
        refused = trd(command, "import", "bad.csv", *more)
        assert (refused.status, "none of its 2 rows could be taken" in refused.err) == (1, True)
    (home / "bad.csv").write_text("phone\n12\n2125550123\n")
    assert trd("contact", "import", "bad.csv").status == 0


def test_the_ids_of_the_audit_can_be_said_to_other_commands(trd: Trd, home: Path) -> None:
    new_database()
    (home / "a.toml").write_text('name = "A"\nsender = "+12125550100"\ntimezone = "UTC"\n')
    id_ = trd("campaign", "create", "a.toml", "--json").json["id"]
    assert f"campaign A  {id_}" in trd("audit", "list", "--act", "create").out
