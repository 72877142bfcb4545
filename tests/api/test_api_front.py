"""A client that makes the present front end's calls, on the seven demonstration campaigns.

The examples are the contract's own: every key, in its order, with a value of its type.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.api import CREATE, Api, same_shape
from trd_tui.services import campaigns, verify
from trd_tui.services.views import ActResult
from trd_tui.store import audit

PATH = "/api/drip-campaign"
CAMPAIGN: dict[str, Any] = {
    "id": "camp_1747983084255",
    "name": "Real Estate Q1 2024",
    "status": "active",
    "totalContacts": 156,
    "sentMessages": 342,
    "replies": 19,
    "deliveredMessages": 335,
    "failedMessages": 7,
    "created": "2024-01-15T10:00:00Z",
    "lastActivity": "2024-01-20T14:30:00Z",
    "nextScheduledMessage": "2024-01-21T09:00:00Z",
    "completionRate": 45.2,
}
SUMMARY = {
    "activeCampaigns": 5,
    "totalCampaigns": 7,
    "totalContacts": 912,
    "totalMessages": 2561,
    "totalReplies": 150,
    "overallReplyRate": "5.9",
}
LIST: dict[str, Any] = {
    "success": True,
    "campaigns": [CAMPAIGN],
    "pagination": {"total": 7, "limit": 20, "offset": 0, "hasMore": False},
    "summary": SUMMARY,
}
CREATED = {
    "success": True,
    "message": "",
    "campaign": {
        "id": "camp_1",
        "name": "Spring",
        "status": "active",
        "totalContacts": 2,
        "scheduledMessages": 2,
        "activeTemplates": 1,
        "created": "2024-01-15T10:00:00Z",
    },
}
STATS = {
    "success": True,
    "stats": {
        "campaignId": "camp_1",
        "campaignName": "Spring",
        "status": "active",
        "created": "2024-01-15T10:00:00Z",
        "totalContacts": 2,
        "messageSequence": [
            {
                "day": 1,
                "sent": 1,
                "delivered": 1,
                "failed": 0,
                "replied": 0,
                "deliveryRate": 98.0,
                "replyRate": 5.6,
            }
        ],
        "overall": {
            "totalMessagesSent": 1,
            "totalDelivered": 1,
            "totalReplied": 0,
            "totalFailed": 0,
            "overallDeliveryRate": 98.0,
            "overallReplyRate": 5.6,
            "pipelineAdds": 0,
            "activeCost": 4.38,
        },
        "topResponders": [{"phone": "+1", "name": "Ann", "repliedOnDay": 3, "addedToPipeline": False}],
        "nonResponders": [{"phone": "+1", "name": "Ann", "lastMessageDay": 3, "totalMessagesSent": 2}],
    },
}


async def of(demo: Api, name: str) -> dict[str, Any]:
    """One campaign of the demonstration by its name."""
    (found,) = (await demo.get(f"{PATH}/list", search=name))["campaigns"]
    campaign: dict[str, Any] = found
    return campaign


async def manage(demo: Api, campaign: str, action: str, *, status: int = 200, **more: Any) -> Any:
    return await demo.post(
        f"{PATH}/manage", {"campaignId": campaign, "action": action, **more}, status=status
    )


async def test_the_list_has_the_published_figures_in_the_published_shape(demo: Api) -> None:
    found = await demo.get(f"{PATH}/list")
    shape = {**LIST, "campaigns": [CAMPAIGN]}
    for campaign in found["campaigns"]:
        if campaign["nextScheduledMessage"] is None:
            campaign["nextScheduledMessage"] = ""
    same_shape(shape, found)
    assert found["pagination"] == LIST["pagination"]
    assert found["summary"] == SUMMARY
    activity = [campaign["lastActivity"] for campaign in found["campaigns"]]
    assert activity == sorted(activity, reverse=True)


async def test_filter_search_and_paging_as_the_front_end_asks(demo: Api) -> None:
    found = await demo.get(f"{PATH}/list?status=active&search=real%20estate&limit=20&offset=0")
    (campaign,) = found["campaigns"]
    kept = ("name", "totalContacts", "sentMessages", "replies", "deliveredMessages", "completionRate")
    assert [campaign[key] for key in kept] == [CAMPAIGN[key] for key in kept]
    assert found["summary"] == SUMMARY
    pages = [await demo.get(f"{PATH}/list", limit=3, offset=offset) for offset in (0, 3, 6)]
    names = [campaign["name"] for page in pages for campaign in page["campaigns"]]
    assert len(set(names)) == 7
    assert [page["pagination"]["hasMore"] for page in pages] == [True, True, False]
    assert (await demo.get(f"{PATH}/list", status="", search=""))["pagination"]["total"] == 7
    by_name = await demo.get(f"{PATH}/list", sort="name")
    assert [each["name"] for each in by_name["campaigns"]] == sorted(names)
    assert (await demo.get(f"{PATH}/list", sort="name", order="desc"))["campaigns"][0]["name"] == max(names)


async def test_pause_and_resume_change_one_campaign_and_say_what_waits(demo: Api) -> None:
    campaign = await of(demo, "Property Management")
    paused = await manage(demo, campaign["id"], "pause")
    shape = {"id": "", "status": "paused", "pausedAt": "", "queuedMessagesCount": 1}
    same_shape({"success": True, "message": "", "campaign": shape}, paused)
    waiting = paused["campaign"]["queuedMessagesCount"]
    assert waiting > 0
    assert (await of(demo, "Property Management"))["status"] == "paused"
    again = await manage(demo, campaign["id"], "pause", status=409)
    assert "already paused" in again["error"]
    resumed = await manage(demo, campaign["id"], "resume")
    shape = {
        "id": "",
        "status": "",
        "resumedAt": "",
        "nextScheduledMessage": "",
        "rescheduledMessagesCount": 1,
    }
    same_shape({"success": True, "message": "", "campaign": shape}, resumed)
    assert resumed["campaign"]["status"] == "active"
    assert resumed["campaign"]["rescheduledMessagesCount"] == waiting
    assert await verify.differences(demo.db) == []


async def test_a_duplicate_is_a_draft_with_the_name_that_was_asked_for(demo: Api) -> None:
    campaign = await of(demo, "Real Estate")
    done = await manage(demo, campaign["id"], "duplicate", newName="Q2")
    copy = {"id": "", "name": "", "status": "", "createdAt": "", "copiedElements": [""]}
    shape = {"originalCampaign": {"id": ""}, "newCampaign": copy}
    same_shape({"success": True, "message": "", "campaign": shape}, done)
    assert done["campaign"]["originalCampaign"]["id"] == campaign["id"]
    assert done["campaign"]["newCampaign"]["copiedElements"][-1] == "9 message templates"
    made = await of(demo, "Q2")
    assert (made["status"], made["totalContacts"]) == ("draft", 0)
    derived = await manage(demo, campaign["id"], "duplicate")
    assert derived["campaign"]["newCampaign"]["name"] == "Real Estate Q1 2024 (copy)"


async def test_a_delete_says_first_what_would_go_and_then_hides_it(demo: Api) -> None:
    campaign = await of(demo, "Real Estate")
    asked = await manage(demo, campaign["id"], "delete", status=409)
    assert asked["wouldRemove"] == {
        "contacts": 156,
        "waitingMessages": 118,
        "sentMessages": 342,
        "replies": 19,
    }
    assert (await demo.get(f"{PATH}/list"))["pagination"]["total"] == 7
    done = await manage(demo, campaign["id"], "delete", confirm=True)
    shape = {"id": "", "status": "deleted", "deletedAt": "", "cleanupActions": [""]}
    same_shape({"success": True, "message": "", "campaign": shape}, done)
    assert done["campaign"]["cleanupActions"][0] == "118 waiting messages will not be sent"
    found = await demo.get(f"{PATH}/list")
    assert found["pagination"]["total"] == 6
    assert found["summary"]["totalMessages"] == 2_561 - 342
    assert (await demo.call("GET", f"{PATH}/stats", params={"campaignId": campaign["id"]})).status == 404
    await manage(demo, campaign["id"], "pause", status=404)


async def test_what_the_token_does_is_in_the_audit_under_its_name(demo: Api) -> None:
    campaign = await of(demo, "Real Estate")
    await manage(demo, campaign["id"], "pause")
    row, *_ = await demo.db.read(audit.latest, subject="campaign", subject_id=campaign["id"])
    assert (row.actor, row.act) == ("front", "pause")


async def test_create_makes_and_starts_it(api: Api) -> None:
    done = await api.post(f"{PATH}/create", CREATE)
    same_shape(CREATED, done)
    campaign = done["campaign"]
    assert [campaign[key] for key in ("name", "status", "totalContacts", "scheduledMessages")] == [
        "Spring",
        "active",
        2,
        2,
    ]
    assert campaign["activeTemplates"] == 2
    assert "2 contacts left out (the first: '12' has too few digits)" in done["message"]
    detail = await api.get(f"/api/v1/campaigns/{campaign['id']}")
    assert [touch["body"] for touch in detail["touches"]] == [
        "Hi {{name|there}}, {{agent|}} of {{company|}} here. Reply STOP to opt out.",
        "Still there, {{name|there}}? {{location|}} {{lot|none}}",
        "Off",
    ]
    assert detail["variables"] == {"agent": "Ann"}
    people = (await api.get(f"/api/v1/campaigns/{campaign['id']}/contacts"))["contacts"]
    assert [(each["number"], each["name"], each["nextTouch"]) for each in people] == [
        ("+12125550123", "Maria Lopez", 1),
        ("+12125550124", "", 1),
    ]
    assert await verify.differences(api.db) == []


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"name": None}, 400, "name: must be text in quotes"),
        ({"messageTemplates": []}, 400, "messageTemplates: must have at least 1 entry"),
        ({"contacts": []}, 400, "contacts: must have at least 1 entry"),
        ({"contacts": [{"name": "Ann"}]}, 400, "contacts[1].phone: is missing; give it"),
        ({"contacts": [{"phone": "12"}, {"phone": "13"}]}, 422, "contacts: none of its 2 rows"),
        (
            {"messageTemplates": [{"day": 1, "message": "Hi {nmae}"}]},
            400,
            "messageTemplates[1].message: unknown",
        ),
        (
            {"messageTemplates": [{"day": 0, "message": "Hi"}]},
            400,
            "messageTemplates[1].day: must be at least 1",
        ),
        (
            {"messageTemplates": [{"day": "1", "message": "Hi"}]},
            400,
            "messageTemplates[1].day: must be a whole number, without quotes",
        ),
        ({"messageTemplates": [{"day": 1, "message": "Hi {"}]}, 400, "messageTemplates[1].message: a brace"),
        (
            {"contacts": [{"phone": "1", f"k{at}": 1} for at in range(501)]},
            400,
            "contacts: together they have",
        ),
        ({"contacts": [{"phone": "2125550123", "a\ud800": "x"}]}, 400, "contacts[1]"),
        ({"contacts": [{"phone": "2125550123", "a\x00": "x"}]}, 400, "contacts"),
        ({"contacts": [{"phone": "2125550123", "x": [1]}]}, 400, "contacts[1].x"),
        ({"timezone": "Mars/Olympus"}, 400, "timezone: "),
        ({"sender": "12"}, 400, "sender: "),
        ({"name": "a\x00b"}, 400, "name: "),
    ],
)
async def test_a_bad_create_names_the_field_and_makes_nothing(
    sqlite_api: Api, change: dict[str, Any], status: int, sentence: str
) -> None:
    body = json.dumps({**CREATE, **change}).encode()  # escaped, so that half a character can be sent
    said = {"Content-Type": "application/json"}
    answered = await sqlite_api.call("POST", f"{PATH}/create", content=body, headers=said)
    assert answered.status == status, answered
    assert answered.body["error"].startswith(sentence), answered.body
    assert list(answered.body) == ["error"]
    found = await sqlite_api.get(f"{PATH}/list")
    assert found["pagination"]["total"] == 0


async def test_one_that_cannot_be_started_is_taken_away_again(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(_db: Any, _clock: Any, _actor: Any, ids: list[str], **_: object) -> list[ActResult]:
        return [ActResult(ids[0], "Spring", False, "cannot start: the moon is full")]

    monkeypatch.setattr(campaigns, "start", refuses)
    answered = await sqlite_api.call("POST", f"{PATH}/create", json=CREATE)
    assert (answered.status, answered.body) == (409, {"error": "cannot start: the moon is full"})
    assert (await sqlite_api.get(f"{PATH}/list"))["pagination"]["total"] == 0


async def test_stats_have_the_real_figures_in_the_published_shape(demo: Api) -> None:
    campaign = await of(demo, "Real Estate")
    found = await demo.get(f"{PATH}/stats", campaignId=campaign["id"])
    same_shape(STATS, found)
    stats = found["stats"]
    assert [stats["overall"][key] for key in ("totalMessagesSent", "totalDelivered", "totalReplied")] == [
        342,
        335,
        19,
    ]
    assert (stats["overall"]["totalFailed"], stats["overall"]["overallReplyRate"]) == (7, 5.6)
    sequence = stats["messageSequence"]
    assert [touch["day"] for touch in sequence] == list(range(1, 18, 2))
    assert sum(touch["sent"] for touch in sequence) == 342
    assert len(stats["topResponders"]) == 19
    assert len({each["phone"] for each in stats["topResponders"]}) == 19
    answered = {day: sum(each["repliedOnDay"] == day for each in stats["topResponders"]) for day in (1, 3, 5)}
    assert answered == {touch["day"]: touch["replied"] for touch in sequence[:3]}
    silent = await demo.get(f"{PATH}/stats", campaignId=campaign["id"], limit=1_000)
    # 156 contacts, 19 replied, 12 opted out
    assert len(silent["stats"]["nonResponders"]) == 156 - 19 - 12
    assert (
        len((await demo.get(f"{PATH}/stats", campaignId=campaign["id"], limit=3))["stats"]["nonResponders"])
        == 3
    )
    assert (await demo.call("GET", f"{PATH}/stats")).body == {"error": "campaignId: is missing; give it"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=flying", "status"),
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("offset=-1", "offset"),
        ("sort=luck", "sort"),
    ],
)
async def test_a_bad_query_names_the_parameter(sqlite_api: Api, query: str, field: str) -> None:
    answered = await sqlite_api.call("GET", f"{PATH}/list?{query}")
    assert answered.status == 400
    assert answered.body["error"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('{"name": "Spring",\n "contacts": [{"phone": "+12125550123" "name": "A"}]}',
         "line 2, column 40: expecting ',' delimiter"),
        ('{"name": "Spr\u00efng", }', "line 1, column 20: expecting property name enclosed in double quotes"),
        ("{'name': 1}", "line 1, column 2: expecting property name"),
        ("{\n\n", "line 3, column 1: expecting property name"),
        ("curl", "line 1, column 1: expecting value"),
    ],
)  # fmt: skip
async def test_a_body_that_is_no_json_is_refused_with_its_place(
    sqlite_api: Api, body: str, says: str
) -> None:
    for kind, said in (
        ("application/json", f"the body is not valid JSON at {says}"),
        ("application/x-www-form-urlencoded", "the body is not for this call; send an object of JSON"),
    ):
        answered = await sqlite_api.call(
            "POST", f"{PATH}/create", content=body.encode(), headers={"Content-Type": kind}
        )
        assert (answered.status, list(answered.body)) == (400, ["error"])
        assert answered.body["error"].startswith(said)


async def test_a_bad_act_names_the_field(sqlite_api: Api) -> None:
    assert (await manage(sqlite_api, "camp_1", "fly", status=400))["error"].startswith("action: ")
    assert await manage(sqlite_api, "camp_1", "pause", status=404) == {"error": "there is no campaign camp_1"}
    for content, kind in ((b"[]", "application/json"), (b"{}", "text/plain")):
        answered = await sqlite_api.call(
            "POST", f"{PATH}/manage", content=content, headers={"Content-Type": kind}
        )
        assert answered.status == 400
        assert "send an object of JSON" in answered.body["error"]
