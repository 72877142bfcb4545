"""The shapes in which programs get the result of variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trd_tui.domain.comparing import Comparison
    from trd_tui.services.variant_views import TouchResult, VariantFigures


def result_shape(result: TouchResult) -> dict[str, object]:
    """What a program gets of one touch with variants."""
    return {
        "variants": [variant_shape(each) for each in result.variants],
        "withoutVariant": None if result.others is None else _figures(result.others),
        "replies": _comparison(result.replies, result.replies_said),
        "optOuts": _comparison(result.opt_outs, result.opt_outs_said),
    }


def variant_shape(figures: VariantFigures) -> dict[str, object]:
    """What a program gets of one variant."""
    return {
        "name": figures.name,
        "weight": figures.weight,
        "removed": figures.removed,
        "body": figures.body,
        **_figures(figures),
        "replyRate95": [round(each, 1) for each in figures.reply_range],
        "optOutRate95": [round(each, 1) for each in figures.opt_out_range],
    }


def _figures(figures: VariantFigures) -> dict[str, object]:
    return {
        "sent": figures.sent_count,
        "delivered": figures.delivered_count,
        "failed": figures.failed_count,
        "replied": figures.replied_count,
        "optedOut": figures.opted_out_count,
        "deliveryRate": round(figures.delivery_rate, 1),
        "replyRate": round(figures.reply_rate, 1),
        "optOutRate": round(figures.opt_out_rate, 1),
    }


def _comparison(found: Comparison, said: str) -> dict[str, object]:
    return {
        "verdict": found.verdict,
        "highest": found.highest,
        "other": found.other,
        "p": None if found.p is None else round(found.p, 4),
        "said": said,
    }
