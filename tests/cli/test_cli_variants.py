"""Variants as a person types them: created, sent, shown with what the difference means, tried out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Trd
from trd_tui.domain.variants import choose

DEFINITION = """\
name = "Spring"
brand = "Acme Homes"
sender = "+15005550006"
timezone = "America/New_York"
window = { days = "mon-sun", from = "00:00", to = "24:00" }
[[touch]]
day = 1
[[touch.variant]]
body = "Hi {{first_name|there}}, it’s Acme Homes. Reply STOP to opt out."
[[touch.variant]]
weight = 3
body = "Acme Homes here: still looking, {{first_name}}? Reply STOP to opt out."
[[touch]]
day = 2
body = "Bye."
"""


@pytest.fixture
def spring(trd: Trd, home: Path) -> str:
    rows = "".join(f"+1212555{at:04d},Ann{at}\n" for at in range(100, 140))
    (home / "people.csv").write_text("phone,first_name\n" + rows)
    (home / "spring.toml").write_text(DEFINITION)
    ran = trd("campaign", "create", "spring.toml", "--contacts", "people.csv", "--start")
    assert ran.status == 0, ran.err
    assert "warning: touch 1 variant A: '’' is outside GSM-7" in ran.err
    return ran.out.strip()


def test_the_result_of_each_variant_is_shown_and_told(trd: Trd, spring: str) -> None:
    start = "2031-01-06T15:00:00Z"
    assert trd("run", "--until-idle", "--speed", "100000", "--start", start).status == 0
    assert trd("verify").status == 0
    (shown,) = trd("campaign", "show", spring, "--json").json
    first, second = shown["touches"]
    found = {each["name"]: each["sent"] for each in first["result"]["variants"]}
    pairs = [("A", 1), ("B", 3)]
    foretold = [choose(spring, 1, contact, pairs) for contact in range(1, 41)]
    assert found == {name: foretold.count(name) for name in "AB"}
    assert first["result"]["replies"]["verdict"] in ("early", "chance", "likely", "clear")
    assert first["result"]["withoutVariant"] is None
    assert second["result"] is None
    lines = trd("campaign", "show", spring).out.splitlines()
    assert any("(2 variants) Hi {{first_name|there}}" in line for line in lines)
    rows = [line.split() for line in lines]
    assert ["1", "B", "75", "%", str(found["B"])] in [row[:5] for row in rows]
    assert any(line.startswith("touch 1, replies: ") for line in lines)
    assert any(line.startswith("touch 1, opt-outs: ") for line in lines)


def test_a_variant_is_shown_tried_and_linted(trd: Trd, spring: str) -> None:
    asked = ("campaign", "preview", spring, "--touch", "1", "--contact", "+12125550100")
    shown = trd(*asked, "--json").json
    assert shown["variant"] == choose(spring, 1, 1, [("A", 1), ("B", 3)])
    ran = trd(*asked, "--variant", "b")
    assert ran.out == "Acme Homes here: still looking, Ann100? Reply STOP to opt out.\n"
    assert "touch 1 variant B for +12125550100: 1 segment, GSM-7" in ran.err
    refused = trd(*asked, "--variant", "C")
    assert (refused.status, refused.out) == (1, "")
    assert "touch 1 has no variant C; it has A, B" in refused.err
    sent = trd("campaign", "test", spring, "--touch", "1", "--to", "+12125550199", "--variant", "A", "--json")
    assert (sent.json["variant"], sent.json["body"][:9]) == ("A", "Hi Ann100")
    told = trd("campaign", "lint", spring).out.splitlines()
    assert "  plain: Hi {{first_name|there}}, it's Acme Homes. Reply STOP to opt out." in told
    assert "each variant is counted as if every contact got it" in told
    assert [line.split()[:2] for line in told[-3:]] == [["1", "A"], ["1", "B"], ["2", "1"]]
    assert trd("campaign", "lint", "spring.toml", "--contacts", "people.csv", "--fix", "--yes").status == 0
    assert Path("spring.toml").read_text() == DEFINITION.replace("’", "'")
