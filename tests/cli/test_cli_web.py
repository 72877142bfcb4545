"""``trd web`` without a browser: who is answered, and what is refused. With one: ``tests/web``."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.cli.conftest import Trd
from trd_tui import cli
from trd_tui.cli.web_server import WebApp, refusal


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("--host", "0.0.0.0"), 1, "`trd web` has no login: whoever reached it would act as you"),
        (("--host", "127.0.0.1.evil.example"), 1, "has no login"),
        (("--port", "x"), 2, "'x' is not a port from 0 to 65,535"),
        (("--host", "no such host", "--behind-login"), 1, "cannot listen at no such host port 8000"),
    ],
)
def test_what_is_refused(trd: Trd, words: tuple[str, ...], status: int, sentence: str) -> None:
    trd("init")
    ran = trd("web", *words)
    assert ran.status == status
    assert sentence in ran.err


def test_without_a_database_or_the_extra_it_says_what_to_do(
    trd: Trd, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "run `trd init`" in trd("web").err
    trd("init")
    monkeypatch.delitem(sys.modules, "trd_tui.cli.web_server")
    monkeypatch.delattr(cli, "web_server")
    monkeypatch.setitem(sys.modules, "textual_serve.app_service", None)
    ran = trd("web", "--host", "no such host", "--behind-login")  # where nobody could listen
    assert ran.status == 1
    assert "pip install 'trd_tui[web]'" in ran.err


@pytest.mark.parametrize(
    ("host", "origin", "private", "answered"),
    [
        ("127.0.0.1:8000", None, True, True),
        ("localhost:9000", "http://localhost:9000", True, True),  # through ssh -L, on another port
        ("[::1]:8000", "http://[::1]:8000", True, True),
        ("127.0.0.1:8000", "http://localhost:8000", True, False),
        ("127.0.0.1:8000", "https://evil.example", True, False),
        ("127.0.0.1:8000", "null", True, False),
        ("evil.example:8000", "http://evil.example:8000", True, False),  # its name leads here now
        ("trd.example.com", "https://trd.example.com", False, True),
        ("trd.example.com", "https://evil.example", False, False),
    ],
)
def test_who_is_answered(host: str, origin: str | None, private: bool, answered: bool) -> None:
    assert (refusal(host, origin, private=private) is None) == answered


async def test_the_gate_stands_before_everything() -> None:
    server = TestServer(await WebApp("false", private=True).make_app())
    async with TestClient(server) as client:

        async def asked(path: str, headers: Mapping[str, str]) -> int:
            async with client.get(path, headers=headers) as answer:
                return answer.status

        assert await asked("/", {}) == 200
        for path in ("/", "/ws", "/static/js/textual.js"):
            assert await asked(path, {"Origin": "https://evil.example"}) == 403
            assert await asked(path, {"Host": "evil.example"}) == 403
