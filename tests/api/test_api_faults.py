"""Nothing of a request is lost in silence, and all that is wrong with it is told at once, in plain words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.api import CREATE, Api
from trd_tui.api.faults import MOST

V1 = "/api/v1"
FRONT = "/api/drip-campaign"
JSON = {"Content-Type": "application/json"}


async def error_of(api: Api, status: int, method: str, path: str, **more: Any) -> str:
    answered = await api.call(method, path, **more)
    assert (answered.status, list(answered.body)) == (status, ["error"]), answered
    return str(answered.body["error"])


async def test_a_parameter_that_nobody_knows_is_refused_with_the_nearest_that_is_known(
    sqlite_api: Api,
) -> None:
    assert await error_of(sqlite_api, 422, "GET", f"{V1}/replies?campagnId=camp_1&kind=reply") == (
        "campagnId: is no parameter of this call; did you mean 'campaignId'?"
    )
    stop = f"{V1}/control/stop"
    assert "; take it out" in await error_of(sqlite_api, 422, "POST", f"{stop}?reason=x")
    assert (await sqlite_api.get(f"{V1}/control"))["stopped"] is False


async def test_the_front_end_may_add_what_it_likes_to_an_address(sqlite_api: Api) -> None:
    """Its contract names no refusal for it: a cache buster, say, must go on working."""
    assert (await sqlite_api.get(f"{FRONT}/list", _="1747983084255"))["success"] is True


async def test_a_slip_of_the_front_end_is_not_taken_for_something_of_its_own(sqlite_api: Api) -> None:
    """A campaign would start in another zone than was meant, and a filtered list show all."""
    body = {**CREATE, "timeZone": "America/Chicago", "theme": "dark"}
    body.pop("timezone", None)
    said = await error_of(sqlite_api, 400, "POST", f"{FRONT}/create", json=body)
    assert said == "the body: 'timeZone' is not known here; did you mean 'timezone'?"
    touch = {"day": 1, "message": "Hi", "activ": False}
    said = await error_of(
        sqlite_api, 400, "POST", f"{FRONT}/create", json={**CREATE, "messageTemplates": [touch]}
    )
    assert said == "messageTemplates[1]: 'activ' is not known here; did you mean 'active'?"
    said = await error_of(sqlite_api, 400, "GET", f"{FRONT}/list?statu=active")
    assert said == "statu: is not known here; did you mean 'status'?"
    assert (await sqlite_api.get(f"{FRONT}/list"))["pagination"]["total"] == 0


async def test_whatever_stands_twice_is_refused_by_its_place(api: Api) -> None:
    """The last would win in silence: of two campaigns an empty one would show everybody's replies."""
    for path in (f"{V1}/replies?campaignId=&campaignId=camp_1", f"{FRONT}/list?limit=1&limit=2"):
        assert "is in the address twice; give it once" in await error_of(api, 400, "GET", path)
    contacts = '[{"phone": "2125550123"}, {"phone": "2125550124", "phone": "2125550125"}]'
    body = json.dumps(CREATE)[:-1] + f', "contacts": {contacts}, "name": "Other"}}'
    said = await error_of(api, 400, "POST", f"{FRONT}/create", content=body, headers=JSON)
    assert said == "; ".join(
        f"{place}: is in the body twice; give it once" for place in ("name", "contacts", "contacts[2].phone")
    )
    assert (await api.get(f"{FRONT}/list"))["pagination"]["total"] == 0


async def test_all_faults_of_a_request_come_at_once_in_plain_words(sqlite_api: Api) -> None:
    body = (
        '{"nmae": "Spring", "sender": 5, "sender": 7, "timezone": "UTC", "priority": 9, "name": "",'
        ' "window": {"dyas": "mon"}, "touch": [{"day": 1.5, "body": "Hi"}, {"day": 0}]}'
    )
    path = f"{V1}/campaigns?dryrun=1"
    said = await error_of(sqlite_api, 400, "POST", path, content=body, headers=JSON)
    assert set(said.split("; ")) == {
        "sender: is in the body twice", "give it once", "dryrun: is no parameter of this call", "take it out",
        "name: must not be empty", "sender: must be text in quotes", "priority: must be at most 5",
        "nmae: is not known here", "did you mean 'name'?",
        "window.dyas: is not known here", "did you mean 'days'?",
        "touch[1].day: must be a whole number, without quotes",
        "touch[2].day: must be at least 1", "touch[2].body: is missing", "give it",
    }  # fmt: skip
    assert await error_of(sqlite_api, 400, "GET", f"{V1}/campaigns?limit=0&offset=x&staus=all&order=up") == (
        "staus: is no parameter of this call; did you mean 'status'?; limit: must be at least 1;"
        " offset: must be a whole number; order: must be 'asc' or 'desc'"
    )


async def test_rules_of_the_product_are_told_at_once_too(sqlite_api: Api) -> None:
    body = {"name": "Spring", "sender": "12", "timezone": "Mars", "touch": [{"day": 1, "body": "{{lott}}"}]}
    said = await error_of(sqlite_api, 400, "POST", f"{V1}/campaigns", json=body)
    asked = {
        **CREATE,
        "sender": "12",
        "timezone": "Mars",
        "messageTemplates": [{"day": 1, "message": "{lott}"}],
    }
    plain = await error_of(sqlite_api, 400, "POST", f"{FRONT}/create", json=asked)
    for told, touch in ((said, "touch[1].body"), (plain, "messageTemplates[1].message")):
        assert all(f"{field}: " in told for field in ("sender", "timezone", touch)), told
    numbers = {"numbers": ["12", "+12125550123", "x"], "reason": "asked"}
    told = await error_of(sqlite_api, 400, "POST", f"{V1}/suppressions", json=numbers)
    assert ("12: " in told, "x: " in told, "nothing was changed" in told) == (True, True, True)
    assert (await sqlite_api.get(f"{V1}/suppressions"))["pagination"]["total"] == 0


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ([7], "variables[1]: must be text in quotes or an object in { }"),
        (
            [{"name": 2}, {}],
            "variables[1].name: must be text in quotes; variables[2].name: is missing; give it",
        ),
    ],
)
async def test_a_value_of_which_two_kinds_are_taken_is_refused_without_names_of_ours(
    sqlite_api: Api, variables: list[Any], said: str
) -> None:
    asked = {**CREATE, "variables": variables}
    assert await error_of(sqlite_api, 400, "POST", f"{FRONT}/create", json=asked) == said


async def test_of_thousands_of_faults_the_first_are_named(sqlite_api: Api) -> None:
    asked = {**CREATE, "contacts": [{"name": "Ann"}] * 2_000}
    said = await error_of(sqlite_api, 400, "POST", f"{FRONT}/create", json=asked)
    assert said.count("is missing") == MOST
    assert said.endswith("; and 1,980 more")
    body = {"reason": "x", **{f"reasom{at}": 1 for at in range(5_000)}}
    said = await error_of(sqlite_api, 400, "POST", f"{V1}/control/stop", json=body)
    assert said.endswith("; and 4,980 more")
    many = "&".join(f"limt{at}=1" for at in range(1_000))
    assert (await error_of(sqlite_api, 422, "GET", f"{V1}/replies?{many}")).endswith("; and 980 more")


async def test_a_body_that_cannot_be_read_at_all_says_why_and_what_to_do(sqlite_api: Api) -> None:
    """These are no faults of JSON's grammar, and were told in the words of a library."""
    bodies = {
        b'{\n  "name": "caf\xe9"}': "the body is not text in UTF-8 at line 2, byte 15 of it; save it as UTF-8"
        " and send it again",
        b'{"name": ' * 5_000: "the body has too many lists and objects one inside the other; /openapi.json"
        " shows how it looks",
        b'{"name": ' + b"1" * 5_000 + b"}": "the body holds a number of more than 4,300 digits; shorten it",
    }
    for path in (f"{FRONT}/create", f"{V1}/campaigns"):
        for body, said in bodies.items():
            assert await error_of(sqlite_api, 400, "POST", path, content=body, headers=JSON) == said
