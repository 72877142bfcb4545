"""Who decided about a held message first, what and when: for who comes second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from trd_tui.domain.sentences import part
from trd_tui.services import suppressions
from trd_tui.store import past_reviews
from trd_tui.store.past_reviews import Review


class Before(NamedTuple):
    """What became of a message that is held no more.

    Attributes:
        words: what it was, and by whom: ``let go by ann``.
        at: campaign instant.
    """

    words: str
    at: int


def decided_before(conn: Connection, campaign_id: str, messages: Mapping[str, int]) -> dict[str, Before]:
    """What became of messages that were held, by number.

    Args:
        conn: any transaction.
        campaign_id: their campaign.
        messages: the message of each number.
    """
    # read once: they are the same for all, and who was quicker may have decided about hundreds
    reviews = past_reviews.reviews_of(conn, campaign_id) if messages else []
    found = {number: _of(conn, reviews, number, id_) for number, id_ in messages.items()}
    return {number: before for number, before in found.items() if before is not None}


def _of(conn: Connection, reviews: Sequence[Review], number: str, message_id: int) -> Before | None:
    message = past_reviews.gone(conn, message_id)
    if message is None or message.state == "held":
        return None
    if message.state == "cancelled":
        stood = suppressions.row_of(conn, number)
        if stood is not None:
            return Before(f"on the do-not-contact list: {stood.words}", stood.since)
        return Before(f"ended: {part(message.reason or 'nobody noted why')}", message.changed)
    review = past_reviews.review_of(reviews, number, message)
    if review is not None:
        return Before(f"{'let go' if review.send else 'skipped'} by {review.by}", review.at)
    return Before(f"held no more: it is {message.state}", message.changed)
