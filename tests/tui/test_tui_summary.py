"""The summary of a campaign, on the product's own desk."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real
from trd_tui.domain.redraft import add_variant
from trd_tui.services.course_views import Day
from trd_tui.tui.campaign import summary
from trd_tui.tui.campaign.course_lines import course_content
from trd_tui.tui.campaign.summary import SummaryPage
from trd_tui.tui.service_desk import ServiceDesk


def page(d: Driver[ServiceDesk]) -> SummaryPage:
    return d.app.screen_stack[1].query_one(SummaryPage)


@pytest.mark.parametrize("size", [(120, 60), (80, 24)])
async def test_days_money_and_what_is_to_come(built: Built, tmp_path: Path, size: tuple[int, int]) -> None:
    async with driving_real(built, tmp_path / "summary.db", size) as d:
        await d.press("j", "enter")
        found, detail = page(d), page(d).detail
        assert found.course is not None
        assert found.course.days is not None
        assert detail is not None
        row = detail.row
        sums = [
            sum(values) for values in zip(*(day[1:] for day in map(astuple, found.course.days)), strict=True)
        ]
        assert sums == [row.sent_count, row.replied_count, row.opted_out_count]
        assert found.cost is not None
        assert found.cost.spent_micros == detail.cost_micros
        d.app.screen.query_one("#money-box").scroll_visible(animate=False)
        await d.settle()
        screen = d.text()
        assert "to come" in screen
        assert "if 10 % reply" in screen


async def test_who_leaves_before_it_is_counted_leaves_nothing_to_count(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "left.db") as d:
        await d.press("j", "enter")
        left = page(d)
        await d.press("escape")
        left._stale = True
        left._count_when_rested()
        assert left._stale


def astuple(day: Day) -> tuple[date, int, int, int]:
    return day.date, day.sent, day.replied, day.opted_out


async def test_a_crowd_is_counted_when_it_is_asked_for(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "UNASKED", 100)
    async with driving_real(built, tmp_path / "crowd.db") as d:
        await d.press("j", "enter")
        assert "f counts it" in d.text()
        assert "f forecast" in d.line("#hints")
        await d.press("f")
        assert "at most" in d.text()


async def test_variants_held_and_unclear_messages_are_told(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "variants.db", (120, 70)) as d:
        await d.press("j", "enter")
        assert "Variants" not in d.text()
        id_, desk = page(d).campaign_id, d.desk
        found = await desk.touches.read(id_)
        assert found is not None
        touches, _name = add_variant(found.touches, 2, "Another text?")
        await desk.touches.save(id_, touches, found.send_time, found.version)
        db = desk._product.db

        def wait(conn: object) -> None:
            rows = (
                "SELECT id FROM scheduled_messages WHERE campaign_id = :id AND state = 'scheduled'"
                " ORDER BY id LIMIT 1 OFFSET :at"
            )
            for at, state in ((0, "held"), (0, "unknown")):
                conn.execute(  # type: ignore[attr-defined]
                    text(
                        f"UPDATE scheduled_messages SET state = '{state}', reason = 'first_name is empty'"
                        f" WHERE id = ({rows})"
                    ),
                    {"id": id_, "at": at},
                )
            conn.execute(  # type: ignore[attr-defined]
                text(
                    "INSERT INTO outlays (campaign_id, kind, state, day, segments, cost_micros, created_at,"
                    " updated_at, contact_id, message_id, attempt_id, tried_at)"
                    " SELECT campaign_id, 'unclear', 'spent', 0, 1, 7, 5, 5, contact_id, id, 'a', 5"
                    " FROM scheduled_messages WHERE campaign_id = :id AND state = 'held'"
                ),
                {"id": id_},
            )
            conn.execute(text("UPDATE campaigns SET held_count = 1 WHERE id = :id"), {"id": id_})  # type: ignore[attr-defined]

        await desk._asking.ask(lambda: db.write(wait))
        page(d)._counted_at = 0.0  # it would rest a moment before it counts again
        await d.look()
        screen = d.text()
        assert "while it had one text" in screen
        assert "◆ 1 message waits for a person" in screen
        assert "first_name is empty" in screen
        assert "? 1 message may have been sent or not" in screen
        assert "? 1 message is perhaps sent: caps and budgets count it as sent" in screen


def test_the_plot_keeps_to_its_width_and_loses_no_day_that_sent() -> None:
    day = Day(date(2026, 3, 1), 1, 0, 0)
    days = [
        replace(day, date=date.fromordinal(day.date.toordinal() + n), sent=n % 5 * 1000 + 1)
        for n in range(90)
    ]
    for count in (1, 2, 7, 30, 90):
        for width in (40, 80, 120):
            lines = course_content(days[:count], width).plain.split("\n")
            assert all(len(line) <= width for line in lines)
            assert len(lines) == 8
            shown, cells = lines[3][9:], sum(block in "▁▂▃▄▅▆▇█" for block in lines[3])
            assert cells % len(shown.split()) == 0 or count > width - 9 or count == 90
            assert cells >= min(count, width - 9)
    assert "Nothing has been sent yet." in course_content((), 80).plain
    assert "Too many contacts" in course_content(None, 80).plain
