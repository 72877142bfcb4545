"""The variants of touches with their figures, and whether a difference means something. It imports no SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trd_tui.domain import rates
from trd_tui.domain.comparing import Comparison, Count, compare, in_words, wilson

if TYPE_CHECKING:
    from trd_tui.services.views import TouchFunnel


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """One variant of a touch and what became of it over all contacts who got it.

    Attributes:
        name: its name.
        weight: its share beside the weights of the others.
        body: the template of its text as it is now.
        removed: nobody gets it any more.
    """

    name: str
    weight: int
    body: str
    removed: bool
    sent_count: int
    delivered_count: int
    failed_count: int
    replied_count: int
    opted_out_count: int

    @property
    def delivery_rate(self) -> float:
        """Delivered to delivered and failed, in percent."""
        return rates.delivery_rate(self.delivered_count, self.failed_count)

    @property
    def reply_rate(self) -> float:
        """Contacts who replied to messages sent, in percent."""
        return rates.reply_rate(self.replied_count, self.sent_count)

    @property
    def opt_out_rate(self) -> float:
        """Contacts who opted out to messages sent, in percent: a contact gets one of a touch's texts."""
        return rates.opt_out_rate(self.opted_out_count, self.sent_count)

    @property
    def reply_range(self) -> tuple[float, float]:
        """Where the reply rate lies with 95 % confidence, in percent."""
        return _percent(wilson(self.replied_count, self.sent_count))

    @property
    def opt_out_range(self) -> tuple[float, float]:
        """Where the opt-out rate lies with 95 % confidence, in percent."""
        return _percent(wilson(self.opted_out_count, self.sent_count))


def _percent(span: tuple[float, float]) -> tuple[float, float]:
    return 100 * span[0], 100 * span[1]


@dataclass(frozen=True, slots=True)
class TouchResult:
    """The result of a touch with variants.

    Attributes:
        position: the touch.
        day: its day.
        variants: those that are sent, then those that were taken out and have figures.
        others: messages of the touch without a variant, sent while it had one text; ``None`` without any.
        replies: who has the highest reply rate, and whether that means something.
        opt_outs: the same for the rate of opt-outs, of which fewer are better.
        replies_said: `replies` as a sentence.
        opt_outs_said: `opt_outs` as a sentence.
    """

    position: int
    day: int
    variants: tuple[VariantFigures, ...]
    others: VariantFigures | None
    replies: Comparison
    opt_outs: Comparison
    replies_said: str
    opt_outs_said: str


def results_of(touches: Iterable[TouchFunnel]) -> tuple[TouchResult, ...]:
    """The results of those touches that have or had variants."""
    return tuple(_result(touch) for touch in touches if touch.variants)


def _result(touch: TouchFunnel) -> TouchResult:
    # what was taken out went at other times to other people: it is shown, and not compared with the rest
    running = [each for each in touch.variants if not each.removed]
    replied = [Count(each.name, each.replied_count, each.sent_count) for each in running]
    opted_out = [Count(each.name, each.opted_out_count, each.sent_count) for each in running]
    replies, opt_outs = compare(replied), compare(opted_out)
    return TouchResult(
        touch.position,
        touch.day,
        touch.variants,
        _others(touch),
        replies,
        opt_outs,
        in_words("replies", replied, replies),
        in_words("opt-outs", opted_out, opt_outs),
    )


def _others(touch: TouchFunnel) -> VariantFigures | None:
    names = ("sent_count", "delivered_count", "failed_count", "replied_count", "opted_out_count")
    left = {
        name: getattr(touch, name) - sum(getattr(each, name) for each in touch.variants) for name in names
    }
    if not any(left.values()):
        return None
    return VariantFigures(name="", weight=0, body="", removed=True, **left)
