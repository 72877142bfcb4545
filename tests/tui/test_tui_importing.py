"""Contacts join a campaign that is under way, by keys: a look at the file, a question, the import."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real, shows
from trd_tui.services.import_views import ImportReport, RejectedRow
from trd_tui.tui.new_campaign.reports import report_lines
from trd_tui.tui.service_desk import ServiceDesk

D = Driver[ServiceDesk]


async def answer(d: D, text: str) -> None:
    d.app.screen.query_one(Input).value = text
    await d.pilot.press("enter")


def enrolled(file: Path, campaign: str) -> int:
    with closing(sqlite3.connect(file)) as raw:
        found = raw.execute(
            "SELECT count(*) FROM enrolments e JOIN campaigns c ON c.id = e.campaign_id WHERE c.name = ?",
            (campaign,),
        )
        return int(found.fetchone()[0])


async def test_a_file_joins_a_running_campaign_after_a_look_at_it(built: Built, tmp_path: Path) -> None:
    file, leads, twice = tmp_path / "x.db", tmp_path / "leads.csv", tmp_path / "twice.csv"
    leads.write_text("Handy,Vorname\n+12125550961,Ann\n+12125550962,Bo\n12,Cy\n")
    async with driving_real(built, file, (80, 24)) as d:
        name = d.cursor_name()
        before = enrolled(file, name)
        await d.press("enter", "3")
        await d.pilot.press("i")
        await shows(d, "Who is in a CSV file joins", "tab: complete")
        await answer(d, str(tmp_path / "none.csv"))
        await shows(d, "✗", "no such file")
        assert d.app.screen.query_one(Input).value.endswith("none.csv")  # to be mended, not typed again
        twice.write_text("phone,phone\n+12125550961,+12125550962\n")
        await answer(d, str(twice))
        await shows(d, "columns 1 and 2 are both called", "give one of them another title")
        assert "line below" not in d.text()
        twice.write_text("phone,first_name\n,\n")
        await answer(d, str(twice))
        await shows(d, "✗ Nobody is in this file")
        await answer(d, str(leads))
        await shows(d, "Which column holds the phone numbers?", "columns are: Handy,")
        await answer(d, "Hand")
        await shows(d, "✗ there is no column 'Hand'")
        await answer(d, "Handy")
        await shows(d, f"2 contacts would join {name}", "is their day 1.", "1 is rejected: why stands below")
        await shows(d, "z does not take it", "contact's menu takes one out at a time.")
        assert "ctrl+s" not in d.text()
        await d.pilot.press("enter")  # the cursor is on Cancel
        await d.until(lambda: d.top == "CampaignScreen")
        assert enrolled(file, name) == before
        await d.pilot.press("i")
        await shows(d, "Who is in a CSV file joins")
        d.app.screen.query_one(Input).value = str(tmp_path / "lea")
        await d.pilot.press("tab")
        await d.until(lambda: d.app.screen.query_one(Input).value == str(leads))
        await d.pilot.press("enter")
        await shows(d, "Which column")
        await answer(d, "Handy")
        await shows(d, "would join")
        await d.pilot.press("y")
        await d.until(lambda: f"2 contacts of 3 rows joined {name}." in d.toasts())
        assert enrolled(file, name) == before + 2
        assert "1 rejected row is in" in d.toasts()
        assert (tmp_path / "leads-rejects.csv").exists()
        await d.pilot.press("z")
        await d.until(lambda: "stays in it; w on one of its contacts" in d.toasts())


async def test_a_campaign_that_is_over_takes_nobody_and_says_so(built: Built, tmp_path: Path) -> None:
    file, leads = tmp_path / "x.db", tmp_path / "leads.csv"
    leads.write_text("phone\n+12125550961\n")
    async with driving_real(built, file) as d:
        await d.press("4")
        await d.until(lambda: d.table.total == 1)
        await d.pilot.press("i")
        await shows(d, "Import contacts", "tab: complete")
        await answer(d, str(leads))
        await shows(d, "takes no more contacts; duplicate it")


FEW = st.integers(0, 30)


@given(st.tuples(FEW, FEW, FEW, FEW, FEW, FEW), st.integers(0, 100), st.booleans())
def test_the_figures_before_an_import_add_up_to_its_rows(
    parts: tuple[int, ...], known: int, dry_run: bool
) -> None:
    """The reader adds them up; and of all that is left out it is said how much."""
    rejected, _, repeated, without, inside, joins = parts
    people = without + inside + joins
    report = ImportReport(
        "x.csv", rows=sum(parts), rejected=rejected, repeated=repeated, without_consent=without,
        already_enrolled=inside, enrolled=joins, existing=min(known, people), dry_run=dry_run,
        added=people - min(known, people), reasons={f"reason {n}": 1 for n in range(rejected)},
        rejects=tuple(RejectedRow(n, "12", "wrong") for n in range(min(rejected, 20))),
    )  # fmt: skip
    said = [line.plain for line in report_lines(None, report, into="Spring")]
    if not report.rows and dry_run:
        return
    ends = [at for at, line in enumerate(said) if line.startswith(("Of ", "Why "))]
    figures = [int(line[2:].split()[0]) for line in said[1 : ends[0] if ends else len(said)]]
    assert sum(figures) == report.rows
    if rejected:
        assert figures[0] == rejected
        why = said[said.index("Why rows are rejected:") :]
        more = [int(line.split()[1]) for line in why if line.startswith("    and ")]
        assert sum(more) == max(0, rejected - 6) + max(0, rejected - 8)


async def test_a_question_says_how_much_of_it_is_below(built: Built, tmp_path: Path) -> None:
    """The rejected rows stand first, and the last of its lines is reached by keys."""
    file, leads = tmp_path / "x.db", tmp_path / "leads.csv"
    kinds = ["+12125550961,NY", "+12125550962,NY", "+12125550961,NY", "+12125550963,Narnia", ","]
    leads.write_text("phone,state\n" + "\n".join([*kinds, *(f"{n},NY" for n in range(10, 20))]) + "\n")
    async with driving_real(built, file, (80, 24)) as d:
        await d.pilot.press("i")
        await shows(d, "Who is in a CSV file joins")
        await answer(d, str(leads))
        await shows(d, "15 rows. Nothing is stored yet.", "10 are rejected: why stands below", "more lines")
        box = d.app.screen.query_one("#dialog")
        assert "line 10: " not in d.text()
        below = int(str(box.border_subtitle).split()[-3])
        await d.press(*["j"] * (below - 1))
        await d.until(lambda: box.border_subtitle == "↓ or j: 1 more line")
        await d.press("j")
        await d.until(lambda: not box.border_subtitle)
        await shows(d, "and 2 more rows", "An import writes all of them to a file beside it")
