"""A campaign's figures in the keys of the front end."""

from __future__ import annotations

from typing import Any

from trd_tui.domain.instants import iso
from trd_tui.services.stats import CampaignStats
from trd_tui.store.stats import NonResponder, Responder


def stats_shape(found: CampaignStats) -> dict[str, Any]:
    """Everything the front end shows of one campaign."""
    detail, row = found.detail, found.detail.row
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
            for touch in detail.touches
        ],
        "overall": {
            "totalMessagesSent": row.sent_count,
            "totalDelivered": row.delivered_count,
            "totalReplied": row.replied_count,
            "totalFailed": row.failed_count,
            "overallDeliveryRate": round(row.delivery_rate, 1),
            "overallReplyRate": round(row.reply_rate, 1),
            "pipelineAdds": 0,
            "activeCost": detail.cost_micros / 1_000_000,
        },
        "topResponders": [responder_shape(each) for each in found.responders],
        "nonResponders": [silent_shape(each) for each in found.non_responders],
    }


def responder_shape(each: Responder) -> dict[str, Any]:
    """A contact who replied."""
    return {
        "phone": each.number,
        "name": f"{each.first_name} {each.last_name}".strip(),
        "repliedOnDay": each.day,
        "addedToPipeline": False,
    }


def silent_shape(each: NonResponder) -> dict[str, Any]:
    """A contact who has not answered."""
    return {
        "phone": each.number,
        "name": f"{each.first_name} {each.last_name}".strip(),
        "lastMessageDay": each.last_day,
        "totalMessagesSent": each.sent_count,
    }
