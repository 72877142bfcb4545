"""A report for programs and for spreadsheets: the keys of the HTTP API's statistics, and a CSV's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.cli.output import iso
from trd_tui.services import shapes

if TYPE_CHECKING:
    from trd_tui.services.report import CampaignReport, Person
    from trd_tui.services.views import CampaignRow

PERSON_COLUMNS = (
    *("phone", "name", "status", "replied", "replied_on_day", "replied_at", "opted_out_at"),
    *("last_message_day", "last_message_at", "messages_sent"),
)
CAMPAIGN_COLUMNS = (
    *("id", "name", "status", "contacts", "texted", "sent", "delivered", "failed", "replied", "opted_out"),
    *("delivery_rate", "reply_rate", "contact_reply_rate", "opt_out_rate", "completion_rate", "created"),
)


def stats_shape(report: CampaignReport) -> dict[str, object]:
    """The statistics of one campaign, money as plain decimal text."""
    return shapes.stats_shape(report, shapes.usd(report.cost_micros))


def person_cells(person: Person) -> tuple[object, ...]:
    """One contact for a CSV."""
    return (
        person.number,
        person.name,
        person.status,
        "yes" if person.replied_at is not None else "no",
        person.replied_day,
        iso(person.replied_at),
        iso(person.opted_out_at),
        person.last_day,
        iso(person.last_sent_at),
        person.sent,
    )


def campaign_cells(row: CampaignRow) -> tuple[object, ...]:
    """One campaign for a CSV; rates in percent."""
    rates = (row.delivery_rate, row.reply_rate, row.contact_reply_rate, row.opt_out_rate, row.completion_rate)
    return (
        row.id,
        row.name,
        row.status,
        row.contact_count,
        row.texted_count,
        row.sent_count,
        row.delivered_count,
        row.failed_count,
        row.replied_count,
        row.opted_out_count,
        *(f"{rate:.1f}" for rate in rates),
        iso(row.created_at),
    )
