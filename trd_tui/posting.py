"""Posting to the user's own hosts: bounded in time, no redirect followed, the answer's body not read."""

from __future__ import annotations

import os
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
        return Answer(ok=False, down=True, said=f"no connection{_where_and_why(error)}")
    if 200 <= status < 300:
        return Answer(ok=True)
    if 300 <= status < 400:
        return Answer(ok=False, said=f"answered {status}; redirects are not followed, name the new address")
    return Answer(ok=False, down=status >= 500 or status in _NOT_NOW, said=f"answered {status}")


def _where_and_why(error: Exception) -> str:
    """Host and reason; aiohttp's own sentence speaks of TLS wherever it connects to."""
    import aiohttp

    if not isinstance(error, aiohttp.ClientConnectorError) or isinstance(error, aiohttp.ClientSSLError):
        return f": {' '.join(str(error).split())[:200] or type(error).__name__}"
    cause = error.os_error
    # a name that is not known has no error number of the system's, but a sentence of its own
    number = cause.errno or 0
    said = os.strerror(number) if number > 0 else cause.strerror or str(cause)
    return f" to {error.host} port {error.port}: {said[:1].lower()}{said[1:200]}"
