"""Posting to the user's own hosts: bounded in time, no redirect followed, the answer's body not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import ClientSession

TIMEOUT_S = 10.0
"""From the first packet to the head of the answer."""

_NOT_NOW = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one post.

    Attributes:
        ok: the receiver has it.
        down: the receiver cannot take anything now; else a refusal is about this one post.
        said: what went wrong, in words; empty when nothing did.
    """

    ok: bool
    down: bool = False
    said: str = ""


def open_session(timeout_s: float = TIMEOUT_S) -> ClientSession:
    """A session for the running loop; close it."""
    import aiohttp  # 150 ms, and only who has webhooks pays them

    timeout = aiohttp.ClientTimeout(total=timeout_s)
    return aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


async def post(session: ClientSession, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Post once; whatever happens is an answer."""
    import aiohttp

    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            status = answer.status
    except TimeoutError:
        return Answer(ok=False, down=True, said=f"no answer within {session.timeout.total:g} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return Answer(ok=False, down=True, said=f"no connection: {reason}")
    if 200 <= status < 300:
        return Answer(ok=True)
    if 300 <= status < 400:
        return Answer(ok=False, said=f"answered {status}; redirects are not followed, name the new address")
    return Answer(ok=False, down=status >= 500 or status in _NOT_NOW, said=f"answered {status}")
