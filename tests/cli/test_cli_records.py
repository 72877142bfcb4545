"""``trd contact consent``, ``records`` and ``erase``, and ``--consent`` of an import, from the shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Trd
from trd_tui.cli import contact_records

ANN = "+12122000000"
DRIP = """
name = "Spring"
sender = "+15005550006"
timezone = "America/New_York"
[[touch]]
day = 1
body = "Hi {{first_name}}, this is Acme. Reply STOP to opt out."
"""


@pytest.fixture
def people(trd: Trd, home: Path) -> str:
    """A draft's id, with two contacts of whom nothing is known but what the file says."""
    (home / "people.csv").write_text("phone,first_name\n2122000000,Zelda\n2122000001,Bob\n")
    (home / "drip.toml").write_text(DRIP)
    ran = trd("campaign", "create", "drip.toml", "--contacts", "people.csv", "--json")
    assert ran.status == 0
    return str(ran.json["id"])


def test_consent_of_a_file_and_of_one(trd: Trd, people: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRD_REQUIRE_CONSENT", "true")
    refused = trd("campaign", "start", people)
    assert refused.status == 1
    assert "2 of 2 contacts have no consent on record; record it with" in refused.err
    ran = trd(
        "contact", "import", "people.csv", "--consent", "Web form", "--consent-at", "2024-01-15", "--json"
    )
    assert (ran.status, ran.json["consents"], ran.json["withoutConsent"]) == (0, 2, 0)
    shown = trd("contact", "consent", ANN, "--json").json
    assert shown["consented"]
    assert [(row["kind"], row["source"], row["givenAt"]) for row in shown["consents"]] == [
        ("web_form", "people.csv", "2024-01-15T00:00:00Z")
    ]
    assert trd("campaign", "start", people).status == 0
    added = trd("contact", "consent", ANN, "--add", "verbal", "--source", "call", "--proof", "tape 7")
    assert "verbal" in added.out
    assert "tape 7" in added.out
    assert trd("contact", "consent", ANN, "--add", "verbal").status == 2
    assert trd("contact", "consent", ANN, "--source", "call").status == 2
    wrong = trd("contact", "import", "people.csv", "--consent-source", "a fair")
    assert (wrong.status, "add --consent KIND" in wrong.err) == (1, True)
    nobody = trd("contact", "consent", "2122000009")
    assert (nobody.status, "there is no contact +12122000009" in nobody.err) == (1, True)


def test_a_start_warns_of_who_has_none(trd: Trd, people: str) -> None:
    ran = trd("campaign", "start", people)
    assert ran.status == 0
    assert f"warning: 2 of 2 contacts have no consent on record: trd campaign lint {people}" in ran.err


def test_records_and_their_end(trd: Trd, people: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trd("contact", "records", ANN, "--out", "ann.json").status == 0
    written = json.loads((home / "ann.json").read_text())
    assert (home / "ann.json").stat().st_mode & 0o777 == 0o600
    assert written == trd("contact", "records", ANN, "--json").json
    assert list(written) == [
        *("number", "contact", "consents", "enrolments", "messages", "carrierEvents", "replies"),
        *("answers", "notes", "drafts", "suppression", "audit", "outbox"),
    ]
    assert (written["contact"]["firstName"], written["enrolments"][0]["campaignId"]) == ("Zelda", people)
    assert trd("contact", "records", ANN, "--out", "ann.json").status == 1
    assert "firstName: Zelda" in trd("contact", "records", ANN).out
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr(contact_records, "confirm", no)
    refused = trd("contact", "erase", ANN, "--reason", "asked")
    assert (refused.status, len(asked)) == (1, 1)
    assert "in 1 contact and 1 enrolment of +12122000000, and end its sequences?" in asked[0]
    assert trd("contact", "records", ANN, "--json").json == written
    done = trd("contact", "erase", ANN, "--reason", "asked", "--yes")
    assert done.status == 0
    assert "erased in 1 contact and 1 enrolment; 1 sequence ended; it is now erased:" in done.out
    assert f"{ANN} stays on the do-not-contact list" in done.out
    assert trd("contact", "records", ANN, "--json").json["contact"] is None
    assert trd("verify").status == 0
    assert trd("contact", "erase", ANN, "--yes").status == 2
