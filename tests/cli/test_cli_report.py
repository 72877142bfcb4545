"""``trd report`` in its four forms, on the demonstration's database."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

from tests.cli.conftest import Trd


class Tags(HTMLParser):
    """What a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.cells.append(data)


def test_a_campaign_and_all_of_them(demo: Trd, home: Path) -> None:
    name = "Property <Leads> & more"
    with closing(sqlite3.connect(home / "demo.db")) as connection:
        (campaign, replied, texted) = connection.execute(
            "SELECT id, replied_count, texted_count FROM campaigns WHERE name LIKE 'Property%'"
        ).fetchone()
        connection.execute("UPDATE campaigns SET name = ? WHERE id = ?", (name, campaign))
        connection.execute("UPDATE contacts SET first_name = '=cmd()', last_name = ''")
        connection.commit()

    shown = demo("report", campaign, "--people", "3").out
    assert f"Responders: 3 of {replied}" in shown
    assert f"{name}  ({campaign})\nactive: 178 contacts, 267 sent" in shown
    stats = demo("report", campaign, "--format", "json", "--people", "3").json["stats"]
    assert sum(touch["sent"] for touch in stats["messageSequence"]) == stats["overall"]["totalMessagesSent"]
    assert (len(stats["topResponders"]), len(stats["nonResponders"])) == (3, 3)
    rows = list(csv.DictReader(demo("report", campaign, "--format", "csv").out.splitlines()))
    assert (len(rows), sum(row["replied"] == "yes" for row in rows)) == (texted, replied)
    assert (rows[0]["phone"][0], rows[0]["name"]) == ("+", "'=cmd()")
    page = Tags()
    page.feed(demo("report", campaign, "--format", "html").out)
    assert (page.tags.count("table"), name in page.cells, "leads" in page.tags) == (3, True, False)

    assert "2,561 sent, 150 replied (5.9 %)" in demo("report").out
    every = demo("report", "--format", "json").json
    assert (len(every["campaigns"]), every["summary"]["totalReplies"]) == (7, 150)
    rows = list(csv.DictReader(demo("report", "--format", "csv").out.splitlines()))
    assert sum(int(row["sent"]) for row in rows) == 2_561
    page = Tags()
    page.feed(demo("report", "--format", "html").out)
    assert page.tags.count("tr") == 8

    ran = demo("report", "camp_0", "--format", "csv")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "trd report: there is no campaign camp_0; `trd campaign list` shows all\n"
    assert demo("report", "--format", "pdf").status == 2
