"""The shapes in which programs get what the services answer: the keys of the HTTP API and of ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trd_tui.domain.instants import iso

RESUME_FIGURES = ("started", "kept", "moved", "skipped", "held")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trd_tui.domain.not_stored import NotStored
    from trd_tui.services.contact_book import BookRow
    from trd_tui.services.imports import ImportReport, ImportStoppedError, RejectedRow
    from trd_tui.services.report import CampaignReport, Person
    from trd_tui.services.views import (
        ActResult,
        CampaignDetail,
        CampaignPage,
        CampaignRow,
        ContactRow,
        ResumePreview,
        Summary,
        TouchFunnel,
    )


def campaign_shape(row: CampaignRow) -> dict[str, object]:
    """One campaign of the list."""
    return {
        "id": row.id,
        "name": row.name,
        "status": row.status,
        "totalContacts": row.contact_count,
        "sentMessages": row.sent_count,
        "replies": row.replied_count,
        "deliveredMessages": row.delivered_count,
        "failedMessages": row.failed_count,
        "created": iso(row.created_at),
        "lastActivity": iso(row.last_activity_at),
        "nextScheduledMessage": iso(row.next_due_at),
        "completionRate": round(row.completion_rate, 1),
    }


def summary_shape(summary: Summary) -> dict[str, object]:
    """The figures over all campaigns."""
    return {
        "activeCampaigns": summary.active_campaigns,
        "totalCampaigns": summary.total_campaigns,
        "totalContacts": summary.total_contacts,
        "totalMessages": summary.total_messages,
        "totalReplies": summary.total_replies,
        "overallReplyRate": f"{summary.reply_rate:.1f}",
    }


def list_shape(page: CampaignPage, summary: Summary, limit: int, offset: int) -> dict[str, object]:
    """The whole answer to a list."""
    return {
        "success": True,
        "campaigns": [campaign_shape(row) for row in page.rows],
        "pagination": pagination_shape(page.total, limit, offset, len(page.rows)),
        "summary": summary_shape(summary),
    }


def pagination_shape(total: int, limit: int, offset: int, shown: int) -> dict[str, object]:
    """Where a page of ``shown`` rows stands in the whole."""
    return {"total": total, "limit": limit, "offset": offset, "hasMore": offset + shown < total}


def _touch_shape(touch: TouchFunnel) -> dict[str, object]:
    from trd_tui.services.variant_shapes import result_shape as variants_shape
    from trd_tui.services.variant_views import results_of

    results = [variants_shape(result) for result in results_of([touch])]
    return {
        "position": touch.position,
        "day": touch.day,
        "active": touch.active,
        "body": touch.body,
        "sent": touch.sent_count,
        "delivered": touch.delivered_count,
        "failed": touch.failed_count,
        "replied": touch.replied_count,
        "optedOut": touch.opted_out_count,
        "deliveryRate": round(touch.delivery_rate, 1),
        "replyRate": round(touch.reply_rate, 1),
        "result": results[0] if results else None,
    }


def usd(micros: int) -> str:
    """Micro-dollars as plain decimal text for programs: ``1250.50``."""
    from trd_tui.domain.money import format_usd

    return format_usd(micros).replace("$", "").replace(",", "")


def detail_shape(detail: CampaignDetail) -> dict[str, object]:
    """One campaign with its settings and the funnel of its touches."""
    from trd_tui.domain.window import format_days, format_time

    row = detail.row
    return {
        **campaign_shape(row),
        "optedOut": row.opted_out_count,
        "waiting": row.waiting_count,
        "inFlight": row.in_flight_count,
        "held": row.held_count,
        "perhapsSent": detail.perhaps_sent,
        "replyRate": round(row.reply_rate, 1),
        "contactReplyRate": round(row.contact_reply_rate, 1),
        "deliveryRate": round(row.delivery_rate, 1),
        "optOutRate": round(row.opt_out_rate, 1),
        "sender": detail.sender,
        "timezone": detail.timezone,
        "sendTime": format_time(detail.send_time),
        "window": {
            "days": format_days(detail.window_days),
            "from": format_time(detail.window_from),
            "to": format_time(detail.window_to),
        },
        "resumePolicy": detail.resume_policy,
        "dailyCap": detail.daily_cap,
        "budgetUsd": None if detail.budget_micros is None else usd(detail.budget_micros),
        "dailyBudgetUsd": None if detail.daily_budget_micros is None else usd(detail.daily_budget_micros),
        "costUsd": usd(detail.cost_micros),
        "realCostUsd": usd(detail.priced_micros),
        "reservedUsd": usd(detail.reserved_micros),
        "byHandUsd": usd(detail.by_hand_micros),
        "dearestOfEstimate": f"{detail.price_milli // 1000}.{detail.price_milli % 1000:03}",
        "segments": detail.segment_count,
        "priority": detail.priority,
        "variables": dict(detail.variables),
        "started": iso(detail.started_at),
        "pausedAt": iso(detail.paused_at),
        "pauseReason": detail.pause_reason,
        "resumedAt": iso(detail.resumed_at),
        "completedAt": iso(detail.completed_at),
        "archivedAt": iso(detail.archived_at),
        "touches": [_touch_shape(touch) for touch in detail.touches],
    }


def result_shape(result: ActResult) -> dict[str, object]:
    """What an act did to one campaign."""
    return {
        "id": result.campaign_id,
        "name": result.name,
        "ok": result.ok,
        "message": result.message,
        **{_camel(key): _readable(key, value) for key, value in result.figures.items()},
    }


def not_stored_shape(drafts: Sequence[NotStored]) -> list[dict[str, object]]:
    """Drafts of which more is typed in their steps than stored."""
    return [{"id": each.campaign_id, "name": each.name, "fields": list(each.parts)} for each in drafts]


def _camel(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _readable(key: str, value: int | str | None) -> int | str | None:
    return iso(value) if key.endswith("_at") and isinstance(value, int) else value


def resume_shape(preview: ResumePreview) -> dict[str, object]:
    """What a resume would do to one campaign."""
    return {
        "id": preview.campaign_id,
        "name": preview.name,
        "policy": preview.policy,
        "touches": [
            {"position": touch.position, "day": touch.day}
            | {figure: getattr(touch, figure) for figure in RESUME_FIGURES}
            for touch in preview.touches
        ],
        "messages": preview.messages,
        "messagesInAll": preview.in_all,
        **{figure: preview.total(figure) for figure in RESUME_FIGURES},
        "finished": preview.finished,
        "firstSend": iso(preview.first_at),
        "lastSend": iso(preview.last_at),
        "segments": preview.segments,
        "costUsd": usd(preview.cost_micros),
        "lackingAField": preview.unreadable,
        "sharedContacts": preview.shared_contacts,
        "budgetLeftUsd": None if preview.budget_left_micros is None else usd(preview.budget_left_micros),
        "overBudget": preview.over_budget,
        "affordable": None if preview.budget_left_micros is None else preview.affordable,
    }


def contact_shape(row: ContactRow) -> dict[str, Any]:
    """A contact of one campaign: where they stand there."""
    return {
        "number": row.number,
        "name": row.name,
        "company": row.company,
        "status": row.status,
        "sent": row.sent_count,
        "touchesPlanned": row.touches_planned,
        "touchesResolved": row.touches_resolved,
        "lastSent": iso(row.last_sent_at),
        "nextTouch": row.next_touch,
        "nextAt": iso(row.next_at),
        "nextState": row.next_state,
        "reason": row.reason,
        "replied": iso(row.replied_at),
        "optedOut": iso(row.opted_out_at),
        "suppressed": row.suppressed,
    }


def book_shape(row: BookRow) -> dict[str, Any]:
    """A contact over all campaigns."""
    fields = ("number", "name", "company", "email", "city", "state", "zip", "timezone", "campaigns")
    return {
        **{field: getattr(row, field) for field in fields},
        "openCampaigns": row.open_campaigns,
        "lastSent": iso(row.last_sent_at),
        "badNumber": row.bad_number,
        "suppressed": row.suppressed,
        "created": iso(row.created_at),
    }


def report_shape(report: ImportReport, stopped: ImportStoppedError | None = None) -> dict[str, Any]:
    """What an import did, for programs; ``stopped`` says why it ended before the end of the file."""
    return {
        "file": report.file,
        "rows": report.rows,
        "added": report.added,
        "existing": report.existing,
        "repeated": report.repeated,
        "rejected": report.rejected,
        "enrolled": report.enrolled,
        "alreadyEnrolled": report.already_enrolled,
        "consents": report.consents,
        "withoutConsent": report.without_consent,
        "suppressed": report.suppressed,
        "unplaced": report.unplaced,
        **({"noConsent": report.lacking} if report.dry_run else {}),
        "reasons": dict(report.reasons),
        "dryRun": report.dry_run,
        "stopped": None if stopped is None else str(stopped),
        "campaignId": report.campaign_id,
        "notes": list(report.notes),
        "rejects": [_row_shape(row) for row in report.rejects],
        "repeats": [
            {"line": row.line, "number": row.number, "takenLine": row.taken} for row in report.repeats
        ],
        "doubts": [_row_shape(row) for row in report.doubts],
        "rejectsFile": None if report.rejects_file is None else str(report.rejects_file),
    }


def _row_shape(row: RejectedRow) -> dict[str, object]:
    return {"line": row.line, "number": row.number, "reason": row.reason}


def stats_shape(report: CampaignReport, active_cost: object) -> dict[str, object]:
    """Everything that the front end shows of one campaign, in its own keys.

    Args:
        report: what came of the campaign.
        active_cost: what it cost in US dollars, as the asker writes money: a number or decimal text.
    """
    row = report.row
    return {
        "campaignId": row.id,
        "campaignName": row.name,
        "status": row.status,
        "created": iso(row.created_at),
        "totalContacts": row.contact_count,
        "messageSequence": [
            {
                "day": touch.day,
                "sent": touch.sent_count,
                "delivered": touch.delivered_count,
                "failed": touch.failed_count,
                "replied": touch.replied_count,
                "deliveryRate": round(touch.delivery_rate, 1),
                "replyRate": round(touch.reply_rate, 1),
            }
            for touch in report.touches
        ],
        "overall": {
            "totalMessagesSent": row.sent_count,
            "totalDelivered": row.delivered_count,
            "totalReplied": row.replied_count,
            "totalFailed": row.failed_count,
            "overallDeliveryRate": round(row.delivery_rate, 1),
            "overallReplyRate": round(row.reply_rate, 1),
            "pipelineAdds": 0,
            "activeCost": active_cost,
        },
        "topResponders": [responder_shape(person) for person in report.responders],
        "nonResponders": [silent_shape(person) for person in report.non_responders],
    }


def responder_shape(person: Person) -> dict[str, object]:
    """A contact who replied."""
    return {
        "phone": person.number,
        "name": person.name,
        "repliedOnDay": person.replied_day,
        "addedToPipeline": False,
    }


def silent_shape(person: Person) -> dict[str, object]:
    """A contact who has not answered."""
    return {
        "phone": person.number,
        "name": person.name,
        "lastMessageDay": person.last_day,
        "totalMessagesSent": person.sent,
    }
