"""``trd campaign lint``, ``preview`` and ``test`` as a person types them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import Trd
from trd_tui.cli import campaign_lint

DEFINITION = """\
name = "Spring"
brand = "Acme Homes"
sender = "+15005550006"
timezone = "America/New_York"
[[touch]]
day = 1
body = "Hi {{first_name}}, Acme Homes here – it’s spring, days are long. Reply STOP to opt out."   # mine
[[touch]]
day = 3
body = "Still looking in {{area|town}}?"
"""
CONTACTS = "phone,first_name,area\n+12125550101,Ada,Soho\n+12125550102,,\n"


@pytest.fixture
def drip(home: Path) -> Path:
    (home / "people.csv").write_text(CONTACTS)
    (home / "drip.toml").write_text(DEFINITION)
    return home / "drip.toml"


def lint(trd: Trd, *words: str) -> dict[str, tuple[str, int | None]]:
    ran = trd("campaign", "lint", *words, "--json")
    assert ran.status == (not ran.json["ok"]), ran.err
    return {each["code"]: (each["severity"], each["touch"]) for each in ran.json["findings"]}


def create(trd: Trd) -> str:
    ran = trd("campaign", "create", "drip.toml", "--contacts", "people.csv")
    assert ran.status == 0, ran.err
    return ran.out.strip()


def test_a_folder_is_no_definition_for_any_command(trd: Trd, drip: Path) -> None:
    (drip.parent / "adir").mkdir()
    said = "cannot read the definition adir: is a directory; check the path\n"
    for words in (
        ("create", "adir"),
        ("lint", "adir"),
        ("lint", "adir", "--fix"),
        ("edit", "camp_1", "adir"),
    ):
        ran = trd("campaign", *words)
        assert (ran.status, ran.err.partition(": ")[2]) == (1, said), words


def test_a_file_is_linted_without_a_database(trd: Trd, drip: Path) -> None:
    assert lint(trd, "drip.toml") == {"definition": ("error", 2)}
    assert lint(trd, "drip.toml", "--contacts", "people.csv") == {
        "ucs2": ("warning", 1),
        "empty_field": ("warning", 1),
        "segments": ("hint", 1),
        "no_consent": ("warning", None),
    }
    remedy = "if it is a column of the contacts, add --contacts FILE.csv\n"
    assert trd("campaign", "lint", "drip.toml").out.endswith(f"have columns of; {remedy}")
    assert trd("campaign", "create", "drip.toml").err.endswith(f"have columns of; {remedy}")
    drip.write_text(DEFINITION.replace("{{area|", "{{ctiy|"))
    ran = trd("campaign", "create", "drip.toml")
    assert ran.err.endswith(f"did you mean 'city'? {remedy[0].upper()}{remedy[1:]}")
    assert "--contacts FILE" not in trd("campaign", "lint", "drip.toml", "--contacts", "people.csv").out
    drip.write_text(DEFINITION)
    ran = trd("campaign", "lint", "drip.toml", "--contacts", "people.csv")
    assert ran.status == 0
    assert "warning: touch 1: 'first_name' has no fallback: 1 of 2 contacts have no value" in ran.out
    assert "2 contacts of people.csv\n" in ran.out
    assert ran.out.splitlines()[-2].split() == ["1", "2", "2", "+12125550101", "1", "0"]
    assert trd("campaign", "lint", "none.toml").status == 1
    drip.write_text(DEFINITION + "[[")
    assert "not valid TOML" in trd("campaign", "lint", "drip.toml").err
    assert not list(drip.parent.glob("data/**/*.db"))


def test_a_stored_campaign_says_what_its_file_said(trd: Trd, drip: Path) -> None:
    id_ = create(trd)
    assert lint(trd, id_) == lint(trd, "drip.toml", "--contacts", "people.csv")
    shown = trd("campaign", "lint", id_, "--json").json
    assert shown["contacts"] == 2
    assert shown["touches"][0]["emptyFields"] == {"first_name": 1}
    ran = trd("campaign", "lint", "camp_0")
    assert (ran.status, ran.out) == (1, "")
    assert "no campaign camp_0" in ran.err


def test_fix_shows_asks_and_writes_only_the_characters(
    trd: Trd, drip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drip.chmod(0o640)
    refused = trd("campaign", "lint", "drip.toml", "--contacts", "people.csv", "--fix")
    assert refused.status == 1
    assert '-body = "Hi {{first_name}}, Acme Homes here – it’s spring,' in refused.err
    assert "stays as it is" in refused.err
    assert drip.read_text() == DEFINITION
    monkeypatch.setattr(campaign_lint, "confirm", lambda _question: True)
    ran = trd("campaign", "lint", "drip.toml", "--contacts", "people.csv", "--fix")
    assert ran.status == 0
    assert "GSM-7" not in ran.out
    assert drip.read_text() == DEFINITION.replace("–", "-").replace("’", "'")
    assert drip.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in drip.parent.glob("drip*")] == ["drip.toml"]
    again = trd("campaign", "lint", "drip.toml", "--contacts", "people.csv", "--fix", "--yes")
    assert "nothing to replace" in again.err
    assert trd("campaign", "lint", create(trd), "--fix").status == 2


def test_fix_writes_through_a_link(trd: Trd, drip: Path) -> None:
    link = drip.with_name("link.toml")
    link.symlink_to(drip)
    assert trd("campaign", "lint", "link.toml", "--contacts", "people.csv", "--fix", "--yes").status == 0
    assert link.is_symlink()
    assert "it's" in tomllib.loads(drip.read_text())["touch"][0]["body"]


def test_create_and_edit_tell_the_findings_after_saving(trd: Trd, drip: Path) -> None:
    ran = trd("campaign", "create", "drip.toml", "--contacts", "people.csv")
    assert ran.status == 0
    assert "warning: touch 1: '–', '’' are outside GSM-7" in ran.err
    id_ = ran.out.strip()
    drip.write_text(DEFINITION.replace("Acme Homes here –", "Acme here!!").replace("’", "'"))
    ran = trd("campaign", "edit", id_, "drip.toml", "--yes")
    assert "edited" in ran.out
    assert "warning: touch 1: the first text does not say who writes; put Acme Homes into it" in ran.err
    assert f"1 hint more: trd campaign lint {id_}" in ran.err
    shown = trd("campaign", "edit", id_, "drip.toml", "--yes", "--json").json
    found = ["brand_missing", "empty_field", "exclamations", "no_consent"]
    assert [each["code"] for each in shown["findings"]] == found


def test_a_preview_prints_the_text_and_what_it_costs(trd: Trd, drip: Path) -> None:
    id_ = create(trd)
    ran = trd("campaign", "preview", id_, "--touch", "2", "--contact", "(212) 555-0102")
    assert (ran.status, ran.out) == (0, "Still looking in town?\n")
    assert "touch 2 for +12125550102: 1 segment, GSM-7" in ran.err
    shown = trd("campaign", "preview", id_, "--touch", "1", "--contact", "+12125550101", "--json").json
    assert (shown["segments"], shown["encoding"], shown["outside"]) == (2, "UCS-2", ["–", "’"])
    for touch, number, says in (("1", "+12125550102", "would be held"), ("9", "+12125550101", "no touch 9"),
                                ("1", "12", "--contact: ")):  # fmt: skip
        ran = trd("campaign", "preview", id_, "--touch", touch, "--contact", number)
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert says in ran.err


def test_a_test_is_sent_and_the_carriers_answer_told(trd: Trd, drip: Path) -> None:
    id_ = create(trd)
    ran = trd("campaign", "test", id_, "--touch", "2", "--to", "+12125550199")
    assert (ran.status, ran.out) == (0, "Still looking in Soho?\n")
    assert "the carrier accepted it for +12125550199 from +15005550006: SM" in ran.err
    refused = trd("campaign", "test", id_, "--touch", "2", "--to", "+15005550004")
    assert refused.status == 1
    assert "the carrier refused it: Attempt to send to unsubscribed recipient (code 21610)" in refused.err
    again = trd("campaign", "test", id_, "--touch", "2", "--to", "+15005550004", "--json")
    assert (again.status, again.out) == (1, "")
    assert "must not be texted" in again.err
    ran = trd("campaign", "test", id_, "--touch", "2", "--to", "+12125550199", "--json")
    assert json.loads(ran.out)["answer"] == "accepted"
    shown = trd("campaign", "show", id_, "--json").json[0]
    assert (shown["sentMessages"], shown["costUsd"]) == (0, "0.00")
    assert trd("verify").status == 0
