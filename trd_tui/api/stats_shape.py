"""A campaign's figures in the keys of the front end."""

from __future__ import annotations

from typing import Any

from trd_tui.services.shapes import figures_shape
from trd_tui.services.stats import CampaignStats
from trd_tui.store.stats import NonResponder, Responder


def stats_shape(found: CampaignStats) -> dict[str, Any]:
    """Everything the front end shows of one campaign."""
    detail = found.detail
    return {
        **figures_shape(detail.row, detail.touches, (detail.cost_micros + detail.by_hand_micros) / 1_000_000),
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
