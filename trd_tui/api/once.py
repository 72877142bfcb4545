"""Creates that carry an ``Idempotency-Key``: asked for twice, done once, answered twice alike."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel
from starlette.responses import Response

from trd_tui.api.caller import Caller
from trd_tui.api.errors import ApiError
from trd_tui.store import idempotency
from trd_tui.store.errors import StoreError

KEPT_MS = 7 * 86_400_000
"""Real milliseconds for which an answer is kept."""

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="Chosen by the caller, new for each create. The same call with the same key is not done"
        " again within seven days: it gets the first answer.",
        examples=["3f1c9a7e-create-spring"],
    ),
]


async def once(
    by: Caller,
    key: str | None,
    call: str,
    asked: BaseModel,
    work: Callable[[], Awaitable[BaseModel]],
    status: int,
) -> Response:
    """Do the work, or give the answer of the time when it was done.

    Args:
        by: who asks; keys of different tokens have nothing to do with each other.
        key: the key; without one the work is done whatever was done before.
        call: which call it is.
        asked: the body.
        work: makes the answer.
        status: the HTTP status of the answer.

    Raises:
        ApiError: the key belongs to another request, or to one whose end is not known.
    """
    if key is None:
        return _json((await work()).model_dump_json(by_alias=True), status)
    print_ = hashlib.sha256(f"{call}\n{asked.model_dump_json(by_alias=True)}".encode()).hexdigest()
    real = by.clock.real()
    before = await by.db.write(idempotency.begin, by.token.id, key, print_, real, KEPT_MS)
    if before is not None:
        return _again(before, print_)
    try:
        answer = await work()
    except StoreError:
        raise  # what was done is not known: the key stays taken, so that nothing is done twice
    except Exception:
        await by.db.write(idempotency.drop, by.token.id, key)
        raise
    body = answer.model_dump_json(by_alias=True)
    await by.db.write(idempotency.keep, by.token.id, key, status, body)
    return _json(body, status)


def _again(before: idempotency.KeptAnswer, print_: str) -> Response:
    if before.request_hash != print_:
        raise ApiError(422, "Idempotency-Key: it was used for another request; choose a new one for each")
    if before.status is None or before.body is None:
        raise ApiError(
            409,
            "Idempotency-Key: that create is under way, or its end is not known; look into the list of"
            " campaigns, and use a new key if it is not there",
        )
    return _json(before.body, before.status, {"Idempotent-Replayed": "true"})


def _json(body: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type="application/json")
