"""Who may post, what must be in it, and what is answered."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.peer.server import ACCOUNT, TOKEN
from tests.support.door import (
    FORM,
    INBOUND,
    PUBLIC,
    STATUS,
    Door,
    inbound_form,
    open_door,
    settings_for,
    sid,
    status_form,
)
from tests.support.world import World, number
from trd_tui.carriers.twilio_webhooks import TRY_AGAIN
from trd_tui.clock import VirtualClock


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str) -> World:
    return World(tmp_path, url=sqlite_url)


GOOD_STATUS = status_form(sid(1), "delivered", number(0))
GOOD_INBOUND = inbound_form(sid(2), number(0), "yes please")


async def test_a_signed_post_is_answered_as_twilio_wants(door: Door) -> None:
    said = await door.post(STATUS, GOOD_STATUS, query="attempt=1-1-1")
    assert (said.status_code, said.content) == (204, b"")
    said = await door.post(INBOUND, {**GOOD_INBOUND, "Brand": "new", "ToZip": ""})
    assert said.status_code == 200
    assert said.headers["content-type"].startswith("text/xml")
    assert said.text.endswith("<Response/>")


@pytest.mark.parametrize("path", [STATUS, INBOUND])
async def test_what_is_not_signed_for_this_address_is_forbidden(door: Door, path: str, world: World) -> None:
    form = GOOD_STATUS if path == STATUS else GOOD_INBOUND
    for said in (
        await door.post(path, form, token="c" * 32),
        await door.post(path, form, public="http://trd.example.com"),
        await door.post(path, form, public="https://elsewhere.example.com"),
        await door.send(path, form, {}),
        await door.send(path, form, {"X-Twilio-Signature": "ü"}),
    ):
        assert said.status_code == 403
        assert "TRD_PUBLIC_URL" in said.json()["error"]
    signed = await door.post(path, form, query="attempt=1-1-1")
    assert signed.status_code in (200, 204)
    other = await door.send(f"{path}?attempt=1-1-2", form, dict(signed.request.headers))
    assert other.status_code == 403
    assert world.one("SELECT count(*) FROM replies") == (path == INBOUND)


async def test_the_address_may_have_a_path_and_carry_the_wish_for_retries(
    world: World, clock: VirtualClock
) -> None:
    behind = f"{PUBLIC}/trd"
    async with open_door(settings_for(world.url, public_url=behind), clock) as door:
        assert (await door.post(STATUS, GOOD_STATUS, public=behind)).status_code == 204
        assert (await door.post(STATUS, GOOD_STATUS)).status_code == 403
        from tests.peer.webhooks import signature

        signed = signature(TOKEN, f"{behind}{STATUS}#{TRY_AGAIN}", GOOD_STATUS)
        assert (await door.send(STATUS, GOOD_STATUS, {"X-Twilio-Signature": signed})).status_code == 204


@pytest.mark.parametrize(
    ("missing", "named"),
    [("twilio_auth_token", "an API key cannot check"), ("public_url", "TRD_PUBLIC_URL")],
)
async def test_without_what_checks_a_signature_nothing_is_served(
    world: World, clock: VirtualClock, missing: str, named: str
) -> None:
    key = {"twilio_api_key_sid": "SK" + "c" * 32, "twilio_api_key_secret": "d" * 32}
    async with open_door(settings_for(world.url, **key, **{missing: None}), clock) as door:
        said = await door.post(STATUS, GOOD_STATUS)
    assert said.status_code == 503
    assert named in said.json()["error"]


@pytest.mark.parametrize(
    ("path", "change", "named"),
    [
        (STATUS, {"MessageSid": "SM1"}, "MessageSid"),
        (STATUS, {"MessageStatus": ""}, "MessageStatus"),
        (STATUS, {"ErrorCode": "many"}, "ErrorCode"),
        (STATUS, {"ErrorCode": "9" * 30}, "ErrorCode"),
        (STATUS, {"To": ""}, "To"),
        (STATUS, {"AccountSid": "AC" + "f" * 32}, "AccountSid"),
        (STATUS, {"MessagingServiceSid": "x"}, "MessagingServiceSid"),
        (INBOUND, {"From": "a b"}, "From"),
        (INBOUND, {"To": ""}, "To"),
        (INBOUND, {"Body": None}, "Body"),
        (INBOUND, {"AccountSid": None}, "AccountSid"),
    ],
)
async def test_a_malformed_post_is_told_which_field(
    door: Door, path: str, change: dict[str, str | None], named: str
) -> None:
    form = {**(GOOD_STATUS if path == STATUS else GOOD_INBOUND), **change}
    said = await door.post(path, {name: value for name, value in form.items() if value is not None})
    assert said.status_code == 400
    assert named in said.json()["error"]


async def test_what_is_too_long_or_no_form_is_refused_before_it_is_read(door: Door) -> None:
    said = await door.post(INBOUND, {**GOOD_INBOUND, "Body": "x" * 70_000})
    assert said.status_code == 413

    async def endless() -> object:  # without a length told
        for _ in range(100):
            yield b"x" * 1_000

    said = await door.client.post(INBOUND, content=endless(), headers=FORM)  # type: ignore[arg-type]
    assert said.status_code == 413
    said = await door.client.post(INBOUND, content=b"{}", headers={"Content-Type": "application/json"})
    assert (said.status_code, "Content-Type" in said.json()["error"]) == (400, True)
    said = await door.post(INBOUND, {**GOOD_INBOUND, **{f"Field{at}": "" for at in range(400)}})
    assert (said.status_code, "fields" in said.json()["error"]) == (400, True)
    assert (await door.client.get(INBOUND)).status_code == 405


async def test_while_the_database_is_busy_twilio_is_asked_to_come_again(
    world: World, clock: VirtualClock
) -> None:
    world.campaign(contacts=1)
    held, leave = threading.Event(), threading.Event()

    def hold(_connection: object) -> None:
        held.set()
        leave.wait(30)

    writer = threading.Thread(target=world.db.write, args=(hold,))
    async with open_door(settings_for(world.url), clock, patience_s=0.2) as door:
        writer.start()
        held.wait(10)
        said = await door.post(INBOUND, GOOD_INBOUND)
        assert (said.status_code, said.headers["retry-after"]) == (503, "5")
        assert said.json()["error"] == "the database is busy"  # nobody has waited for what the driver says
        leave.set()
        writer.join()
        while (said := await door.post(INBOUND, GOOD_INBOUND)).status_code == 503:
            pass
        assert said.status_code == 200
    assert world.rows("SELECT body, kind FROM replies") == [("yes please", "reply")]
    assert world.one("SELECT count(*) FROM enrolments WHERE status = 'replied'") == 1


VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "delivered", "STOP", ACCOUNT, sid(7), number(0), "\0", "9" * 25, "-1", "\ud7ff", "MG" + "0" * 32]
    ),
)
NAMES = st.one_of(
    st.text(min_size=1, max_size=20),
    st.sampled_from(
        ["MessageSid", "MessageStatus", "AccountSid", "To", "From", "Body", "ErrorCode", "OptOutType",
         "MessagingServiceSid", "NumSegments", "SmsSid", "SmsStatus"]
    ),
)  # fmt: skip
QUERIES = st.one_of(
    st.just(""),
    st.text("0123456789abcdef-", max_size=40).map("attempt={}".format),
    st.text(max_size=30).map(lambda text: urlencode({"attempt": text})),
)
FUZZED = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_no_signed_form_whatever_it_holds_is_an_error_of_ours(database_url: str, clock: VirtualClock) -> None:
    """Signed, so that it comes through to the fields and the database, of either kind."""
    import asyncio

    async def all_of_them() -> None:
        async with open_door(settings_for(database_url), clock) as door:

            @FUZZED
            @given(
                path=st.sampled_from([STATUS, INBOUND]),
                base=st.booleans(),
                change=st.dictionaries(NAMES, VALUES, max_size=6),
                query=QUERIES,
            )
            def one(path: str, base: bool, change: dict[str, str], query: str) -> None:
                form = {**(GOOD_STATUS if path == STATUS else GOOD_INBOUND), **change} if base else change
                forms.append((path, form, query))

            forms: list[tuple[str, dict[str, str], str]] = []
            one()
            for path, form, query in forms:
                said = await door.post(path, form, query=query)
                assert said.status_code in (200, 204, 400), (said.status_code, path, form, query)

    asyncio.run(all_of_them())


def test_no_bytes_are_an_error_of_ours(sqlite_url: str, clock: VirtualClock) -> None:
    import asyncio

    async def all_of_them() -> None:
        async with open_door(settings_for(sqlite_url), clock) as door:

            @FUZZED
            @given(
                body=st.binary(max_size=300),
                kind=st.sampled_from(
                    [FORM["Content-Type"], FORM["Content-Type"] + "; charset=utf-16", "text/plain", ""]
                ),
                signed=st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=40),
            )
            def one(body: bytes, kind: str, signed: str) -> None:
                posts.append((body, kind, signed))

            posts: list[tuple[bytes, str, str]] = []
            one()
            for body, kind, signed in posts:
                headers = httpx.Headers({"Content-Type": kind, "X-Twilio-Signature": signed}, "latin-1")
                said = await door.client.post(f"{STATUS}?attempt=%ff", content=body, headers=headers)
                assert said.status_code in (400, 403), (said.status_code, body, kind, signed)

    asyncio.run(all_of_them())
