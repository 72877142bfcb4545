"""``trd serve`` and ``trd token``: what is refused; a process that answers, sends and drains."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import signal
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import trd_tui
from tests.cli.conftest import Trd, new_database
from tests.support.command import Background, Command, command
from tests.support.world import START, World
from trd_tui import wiring
from trd_tui.api.server import listening
from trd_tui.cli.errors import CliError
from trd_tui.cli.serve import answer_and_send, check_host
from trd_tui.clock import Anchor, real_now
from trd_tui.settings import Settings
from trd_tui.store import control


def get(url: str, secret: str | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(url)
    if secret:
        request.add_header("Authorization", f"Bearer {secret}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def where(served: Background) -> str:
    served.wait_for("listening", lambda: served.says("listening at"))
    found = re.search(r"http://127\.0\.0\.1:\d+", served.log.read_text())
    assert found
    return found[0]


def test_a_token_is_shown_once_and_listed_without_its_secret(trd: Trd) -> None:
    assert trd("token", "list").status == 1  # no database, and a token in a new one would help nobody
    new_database()
    made = trd("token", "create", "front", "--expires", "2099-01-01")
    secret = made.out.strip()
    assert re.fullmatch(r"trd_[0-9a-f]{16}_[\w-]{43}", secret)
    assert "shown once, until 2099-01-01T00:00:00Z" in made.err
    listed = trd("token", "list", "--json")
    assert secret not in listed.out
    (row,) = listed.json
    assert (row["name"], row["state"], row["expires"]) == ("front", "holds", "2099-01-01T00:00:00Z")
    assert trd("token", "create", "front").status == 1
    assert trd("token", "revoke", "front").out == "front: revoked\n"
    assert trd("token", "list", "--json").json[0]["state"] == "revoked"
    nobody = trd("token", "revoke", "nobody")
    assert (nobody.status, nobody.err) == (
        1,
        "trd token revoke: there is no token 'nobody'; `trd token list` shows all\n",
    )
    assert trd("token", "create", "x", "--expires", "soon").status == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "trd.example"])
def test_an_open_address_is_refused_until_a_proxy_with_tls_is_named(host: str) -> None:
    with pytest.raises(CliError, match="TRD_PUBLIC_URL=https"):
        check_host(host, Settings(database_url="sqlite:///x"))
    with pytest.raises(CliError, match="TRD_PUBLIC_URL=https"):
        check_host(host, Settings(database_url="sqlite:///x", public_url="http://trd.example"))
    check_host(host, Settings(database_url="sqlite:///x", public_url="https://trd.example"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_hosts_own_addresses_are_fine(host: str) -> None:
    check_host(host, Settings(database_url="sqlite:///x"))


def test_a_taken_port_is_one_sentence(trd: Trd) -> None:
    new_database()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = trd("serve", "--port", str(port))
    assert ran.status == 1
    last = ran.err.strip().splitlines()[-1]
    assert last == (
        f"trd serve: cannot listen at 127.0.0.1 port {port}: address already in use;"
        " end what uses it, or choose another --port N"
    )


def test_an_answer_in_two_pieces_does_not_wait_for_the_callers_acknowledgement() -> None:
    with listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        answering, _ = listener.accept()
        with answering:
            assert answering.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_without_the_extra_it_says_how_to_install_it(trd: Trd, monkeypatch: pytest.MonkeyPatch) -> None:
    new_database()
    # the import anew would else stay the package's own, without what other tests have imported of it
    monkeypatch.setattr(trd_tui, "api", importlib.import_module("trd_tui.api"))
    for name in [name for name in sys.modules if name.startswith(("trd_tui.api", "uvicorn"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ran = trd("serve")
    assert (ran.status, ran.err) == (
        1,
        "trd serve: the HTTP API is not installed; install it with: pip install 'trd_tui[serve]'\n",
    )


@pytest.mark.parametrize("words", [["--port", "x"], ["--port", "65536"], ["--rate", "-1"]])
def test_wrong_numbers_are_wrong_usage(trd: Trd, words: list[str]) -> None:
    assert trd("serve", *words).status == 2


def test_there_must_be_a_database(trd: Trd) -> None:
    ran = trd("serve")
    assert ran.status == 1
    assert "there is no database" in ran.err


def test_a_systemd_unit_is_printed(trd: Trd) -> None:
    unit = trd("init", "--systemd", "serve").out
    assert re.search(r"ExecStart=\S.* serve --with-scheduler\n", unit)
    assert re.search(r"ExecStart=\S.* run\n", trd("init", "--systemd").out)


async def test_a_scheduler_that_ends_by_itself_ends_the_command_with_its_reason(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a service manager starts it again, instead of an API beside which nobody sends."""

    def broken(*_args: Any, **_more: Any) -> Any:
        raise RuntimeError("no carrier")

    monkeypatch.setattr(wiring, "make_engine", broken)
    product = wiring.open_product(Settings(database_url=sqlite_url))
    stop = asyncio.Event()

    async def answering() -> None:
        await stop.wait()

    with pytest.raises(CliError, match="the scheduler has ended: RuntimeError: no carrier"):
        await answer_and_send(product, answering(), stop)
    await product.close()


@pytest.fixture
def process(tmp_path: Path) -> Any:
    with command(tmp_path) as made:
        yield made


def test_it_answers_sends_and_ends_without_dropping_anything(process: Command, tmp_path: Path) -> None:
    """One process with the scheduler: what is due goes out, and SIGTERM ends both."""
    world = World(tmp_path)
    campaign = world.campaign(contacts=3)
    world.db.write(control.set_anchor, Anchor(real_now(), START, 1.0))
    world.close()
    secret = process.ok("token", "create", "front").out.strip()
    served = process.begin("serve", "--port", "0", "--with-scheduler")
    url = where(served)
    assert get(f"{url}/api/v1/campaigns")[0] == 401
    served.wait_for("a sender", lambda: get(f"{url}/readyz")[0] == 200)
    assert get(f"{url}/api/v1/control", secret)[1]["sender"].startswith("trd serve on ")
    path = f"{url}/api/v1/campaigns/{campaign}"
    served.wait_for("three sends", lambda: get(path, secret)[1]["sentMessages"] == 3)
    assert served.end(signal.SIGTERM) == 0
    log = [json.loads(line) for line in served.log.read_text().splitlines()]
    said = [line["what"] for line in log]
    assert "SIGTERM: ending the calls under way" in said
    assert any(what.startswith("scheduler is sending") for what in said)
    assert secret not in served.log.read_text()
    # the lease was given back, not left to run out
    assert process.one("SELECT owner FROM leases WHERE name = 'scheduler'") is None
    assert process.states().get("sending", 0) == 0
