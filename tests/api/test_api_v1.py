"""The resources, on both kinds of database: the same services, the same figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.api import Api
from tests.support.services import people
from trd_tui.services import new_campaign, verify
from trd_tui.services.actor import Actor
from trd_tui.store import receive

V1 = "/api/v1"
NEW: dict[str, Any] = {
    "name": "Spring",
    "sender": "+15005550006",
    "window": {"days": "mon-fri", "from": "10:00", "to": "18:00"},
    "budget_usd": "250.00",
    "variables": {"agent": "Ann"},
    "touch": [
        {"day": 1, "body": "Hi {{first_name|there}}, {{agent}} here. {{lot}}"},
        {"day": 3, "body": "Again"},
    ],
    "custom_fields": ["lot"],
}
CSV = {"Content-Type": "text/csv"}


async def draft(api: Api, **more: Any) -> str:
    made = await api.post(f"{V1}/campaigns", {**NEW, **more}, status=201)
    return str(made["id"])


async def filled(api: Api, contacts: int = 3, **more: Any) -> str:
    campaign = await draft(api, **more)
    await api.post(f"{V1}/campaigns/{campaign}/contacts", content=people(contacts), headers=CSV)
    return campaign


async def test_a_campaign_from_its_definition_to_its_end(api: Api) -> None:
    campaign = await draft(api)
    shown = await api.get(f"{V1}/campaigns/{campaign}")
    assert (shown["status"], shown["sendTime"], shown["budgetUsd"]) == ("draft", "09:00", "250.00")
    assert shown["timezone"] == "America/New_York", "none was named"
    assert shown["window"] == {"days": "mon-fri", "from": "10:00", "to": "18:00"}
    nobody = await api.post(f"{V1}/campaigns/{campaign}/start", status=409)
    assert "no contacts" in nobody["error"]

    path = f"{V1}/campaigns/{campaign}/contacts"
    tried = await api.post(f"{path}?dryRun=true", content=people(3), headers=CSV)
    assert (tried["added"], tried["dryRun"]) == (3, True)
    loaded = await api.post(path, content=people(3) + "12,Bad,,\n", headers=CSV)
    assert (loaded["added"], loaded["enrolled"], loaded["rejected"]) == (3, 3, 1)
    assert loaded["rejects"] == [{"line": 5, "number": "12", "reason": "'12' has too few digits"}]

    ahead = await api.get(f"{V1}/campaigns/{campaign}/preview", act="start")
    assert ahead["sentence"] == "Start Spring: 3 contacts will get the first touch when it is due."
    assert ahead["notStored"] == []
    who = Actor(1, "ann", "ann")
    sheet = await new_campaign.open_sheet(api.db, who, campaign, "shift")
    await new_campaign.keep(api.db, api.product.clock, who, replace(sheet, budget_usd="7"))
    ahead = await api.get(f"{V1}/campaigns/{campaign}/preview", act="start")
    assert ahead["notStored"] == [{"id": campaign, "name": "Spring", "fields": ["budget_usd"]}]
    started = await api.post(f"{V1}/campaigns/{campaign}/start")
    assert (started["ok"], started["scheduledMessages"]) == (True, 3)
    assert started["warnings"] == [
        "Typed in the steps of Spring and not stored: the budget. The start goes without it.",
        "3 of 3 contacts have no consent on record.",
    ]
    page = await api.get(path, limit=2)
    assert [each["nextTouch"] for each in page["contacts"]] == [1, 1]
    assert page["pagination"] == {"total": 3, "limit": 2, "offset": 0, "hasMore": True}
    found = await api.get(path, search="First2")
    assert [each["name"] for each in found["contacts"]] == ["First2 Last2"]

    paused = await api.post(f"{V1}/campaigns/{campaign}/pause")
    assert paused["queuedMessages"] == 3
    ahead = await api.get(f"{V1}/campaigns/{campaign}/preview", act="resume", policy="skip")
    (resume,) = ahead["resumes"]
    assert (resume["policy"], resume["messages"]) == ("skip", 3)
    resumed = await api.post(f"{V1}/campaigns/{campaign}/resume", {"policy": "skip"})
    assert resumed["policy"] == "skip"
    copy = await api.post(f"{V1}/campaigns/{campaign}/duplicate", {"withContacts": True}, status=201)
    assert (copy["contacts"], copy["newName"]) == (3, "Spring (copy)")
    refused = await api.post(f"{V1}/campaigns/{campaign}/archive", status=409)
    assert "pause it first" in refused["error"]
    await api.post(f"{V1}/campaigns/{campaign}/pause")
    assert (await api.post(f"{V1}/campaigns/{campaign}/archive"))["cancelledMessages"] == 3
    assert (await api.get(f"{V1}/campaigns"))["pagination"]["total"] == 1
    assert (await api.get(f"{V1}/campaigns", status="archived"))["pagination"]["total"] == 1

    unsure = await api.call("DELETE", f"{V1}/campaigns/{campaign}")
    assert (unsure.status, unsure.body["wouldRemove"]["contacts"]) == (409, 3)
    gone = await api.call("DELETE", f"{V1}/campaigns/{campaign}?confirm=true")
    assert (gone.status, gone.body["hiddenContacts"]) == (200, 3)
    for method, what in (("GET", ""), ("GET", "/contacts"), ("GET", "/export"), ("POST", "/pause"),
                         ("GET", "/preview?act=pause"), ("DELETE", "")):  # fmt: skip
        assert (await api.call(method, f"{V1}/campaigns/{campaign}{what}")).status == 404
    assert await verify.differences(api.db) == []


async def test_an_export_is_the_file_of_the_command_line(api: Api) -> None:
    campaign = await filled(api, 450)
    answered = await api.call("GET", f"{V1}/campaigns/{campaign}/export", params={"what": "contacts"})
    assert answered.headers["content-type"].startswith("text/csv")
    lines = answered.body.splitlines()
    assert lines[0].startswith("number,first_name,")
    assert len(lines) == 451
    assert lines[450].startswith("+12122000449,First449,")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "name: a campaign needs a name"),
        ({"nmae": "x"}, "nmae: is not known here; did you mean 'name'?"),
        ({"timezone": "Mars"}, "timezone: "),
        ({"budget_usd": "many"}, "budget_usd: "),
        ({"touch": [{"day": 1, "body": "{{lott}}"}]}, "touch[1].body: unknown field 'lott'"),
        ({"variables": {"agent": 7}}, "variables.agent: must be text in quotes"),
    ],
)
async def test_a_bad_definition_names_the_field(
    sqlite_api: Api, change: dict[str, Any], sentence: str
) -> None:
    answered = await sqlite_api.call("POST", f"{V1}/campaigns", json={**NEW, **change})
    assert answered.status == 400
    assert answered.body["error"].startswith(sentence), answered.body


@pytest.mark.parametrize(
    ("content", "kind", "status", "sentence"),
    [
        (b"", "text/csv", 400, "the file is empty"),
        (b"PK\x03\x04", "text/csv", 400, "the file is an Excel"),
        (b"name\nAnn\n", "text/csv", 400, "the file: no column holds phone numbers"),
        (b"phone\n2125550123\n", "application/json", 400, "Content-Type: "),
        (b"phone,first_name\n", "text/csv", 422, "the file holds nobody, only a header row"),
    ],
)
async def test_a_file_that_is_none_is_refused_without_our_names(
    sqlite_api: Api, content: bytes, kind: str, status: int, sentence: str
) -> None:
    campaign = await draft(sqlite_api)
    for path in (f"campaigns/{campaign}/contacts", "suppressions/import"):
        answered = await sqlite_api.call(
            "POST", f"{V1}/{path}", content=content, headers={"Content-Type": kind}
        )
        assert answered.status == status
        assert answered.body["error"].startswith(sentence), answered.body
        assert "upload" not in answered.body["error"]


async def test_the_do_not_contact_list(api: Api) -> None:
    campaign = await filled(api)
    await api.post(f"{V1}/campaigns/{campaign}/start")
    path = f"{V1}/suppressions"
    numbers = ["(212) 200-0000", "+12122000009"]
    added = await api.post(path, {"numbers": numbers, "reason": "asked by phone"})
    assert added == {"added": ["+12122000000", "+12122000009"], "known": [], "endedSequences": 1}
    again = await api.post(path, {"numbers": ["+12122000000"], "reason": "again"})
    assert again["known"] == [{"number": "+12122000000", "reason": "asked by phone"}]
    bad = await api.post(path, {"numbers": ["12"], "reason": "x"}, status=400)
    assert "nothing was changed" in bad["error"]
    loaded = await api.post(f"{path}/import?reason=old", content="phone\n2122000001\n12\n", headers=CSV)
    assert (loaded["added"], loaded["rejected"], loaded["endedSequences"]) == (1, 1, 1)
    page = await api.get(path, search="200-0001")
    assert [(each["number"], each["reason"]) for each in page["suppressions"]] == [("+12122000001", "old")]
    assert (await api.get(path, limit=2))["pagination"]["hasMore"] is True
    lifted = await api.call("DELETE", f"{path}/+12122000001?reason=mistake")
    assert (lifted.status, lifted.body["number"]) == (200, "+12122000001")
    assert (await api.call("DELETE", f"{path}/+12122000001?reason=mistake")).status == 404
    assert (await api.call("DELETE", f"{path}/+12122000001")).body == {"error": "reason: is missing; give it"}
    assert await verify.differences(api.db) == []


async def test_replies_are_a_plain_list_in_pages(api: Api) -> None:
    def keep(conn: Any) -> None:
        for at in range(5):
            receive.keep_reply(
                conn,
                workspace_id=1,
                sid=f"SM{at}",
                sender="+12122000000",
                recipient="+15005550006",
                body=f"text {at}",
                kind="reply" if at % 2 else "opt_out",
                contact_id=None,
                campaign_id=None,
                message_id=None,
                now=1_000 + at,
                carrier_at=1_000,
                opt_out_type=None,
            )

    await api.db.write(keep)
    first = await api.get(f"{V1}/replies", limit=3)
    second = await api.get(f"{V1}/replies", limit=3, before=first["next"])
    bodies = [each["body"] for page in (first, second) for each in page["replies"]]
    assert bodies == [f"text {at}" for at in (4, 3, 2, 1, 0)]
    assert second["next"] is None
    campaign = await draft(api)
    kinds = await api.get(f"{V1}/replies", kind="reply", campaignId=campaign)
    assert kinds["replies"] == []
    nowhere = await api.call("GET", f"{V1}/replies", params={"campaignId": "camp_1"})
    assert (nowhere.status, nowhere.body) == (404, {"error": "there is no campaign camp_1"})
    assert len((await api.get(f"{V1}/replies", kind="reply"))["replies"]) == 2


async def test_reports_page_through_who_answered_and_who_did_not(demo: Api) -> None:
    campaigns = (await demo.get(f"{V1}/campaigns"))["campaigns"]
    (campaign,) = (each["id"] for each in campaigns if each["name"].startswith("Real Estate"))
    path = f"{V1}/reports/campaigns/{campaign}"
    stats = await demo.get(path, limit=1_000)
    for what, key, mark in (
        ("responders", "topResponders", "before"),
        ("non-responders", "nonResponders", "after"),
    ):
        people_, next_ = [], None
        while True:
            page = await demo.get(f"{path}/{what}", limit=7, **({} if next_ is None else {mark: next_}))
            people_ += page["responders" if what == "responders" else "nonResponders"]
            next_ = page["next"]
            if next_ is None:
                break
        assert people_ == stats[key]
    assert (await demo.get(f"{V1}/reports/summary"))["totalReplies"] == 150
    assert (await demo.call("GET", f"{V1}/reports/campaigns/none")).status == 404


async def test_the_emergency_stop(api: Api) -> None:
    path = f"{V1}/control"
    assert (await api.get(path))["stopped"] is False
    stopped = await api.post(f"{path}/stop", {"reason": "wrong texts"})
    assert (stopped["stopped"], stopped["by"], stopped["reason"]) == (True, "front", "wrong texts")
    assert (await api.post(f"{path}/stop"))["reason"] == "wrong texts"
    assert await api.post(f"{path}/start") == {"stopped": False, "released": True}
    assert (await api.post(f"{path}/start"))["released"] is False
