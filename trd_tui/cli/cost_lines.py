"""What a campaign has cost and will cost, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.domain.finding import first_few, one_or_many
from trd_tui.domain.money import format_usd
from trd_tui.services.shapes import usd

if TYPE_CHECKING:
    from trd_tui.domain.estimate import AtRate
    from trd_tui.services.estimates import CampaignCost


def cost_shape(cost: CampaignCost) -> dict[str, object]:
    """What is still to come, the worst case first."""
    ahead = cost.ahead
    return {
        "contacts": ahead.contacts,
        "messages": ahead.worst.messages,
        "segments": ahead.worst.segments,
        "costUsd": usd(ahead.worst.cost_micros),
        "held": ahead.held,
        "withoutPrice": ahead.without_price,
        "countriesWithoutPrice": list(ahead.unpriced),
        "missingUsd": usd(cost.missing_micros),
        "priceTable": cost.as_of,
        "byReplyRate": [_rate_shape(rate) for rate in ahead.rates],
    }


def _rate_shape(rate: AtRate) -> dict[str, object]:
    return {
        "replyRate": rate.reply_rate,
        "messages": rate.messages,
        "segments": rate.segments,
        "costUsd": usd(rate.cost_micros),
    }


def cost_lines(cost: CampaignCost) -> list[str]:
    """What is still to come, in a few lines; none when nothing is."""
    ahead = cost.ahead
    if not ahead.contacts:
        return []
    worst = ahead.worst
    some = ", ".join(
        f"{format_usd(rate.cost_micros)} if {rate.reply_rate} % answer" for rate in ahead.rates[1:]
    )
    lines = [
        f"{format_usd(worst.cost_micros)} at most for {one_or_many(worst.segments, 'segment')} in"
        f" {one_or_many(worst.messages, 'message')}; {some} (prices of {cost.as_of})"
    ]
    if ahead.held:
        lines.append(f"{one_or_many(ahead.held, 'more message')} will be held: trd campaign lint tells why")
    if ahead.without_price:
        who = one_or_many(ahead.without_price, "contact")
        lines.append(
            f"no price is known for {first_few(ahead.unpriced)} ({who}); a prices_file gives it: they are"
        )
        lines.append(
            "counted as the dearest country, and under a budget their messages are held, whatever is planned"
        )
    if cost.missing_micros:
        short = format_usd(cost.missing_micros)
        lines.append(f"the budget may fall short by {short}: the campaign would pause")
    return lines
