"""The lint over an audience: figures as counted by hand, from the database and from a file alike."""

from __future__ import annotations

from statistics import median_low
from typing import Any

import pytest

from tests.support.services import Desk
from trd_tui.domain.audience import Audience
from trd_tui.domain.definition import parse_definition
from trd_tui.domain.segments import segments
from trd_tui.services import campaigns, editing, imports, linting
from trd_tui.services.linting import lint_campaign, lint_data, lint_definition

DATA: dict[str, Any] = {
    "name": "Spring",
    "brand": "Acme  Homes",
    "sender": "+15005550006",
    "timezone": "America/New_York",
    "variables": {"agent": "Ann"},
    "touch": [
        {"day": 1, "body": "Hi {{first_name}}, Acme Homes about {{area}}. Reply STOP to opt out."},
        {"day": 3, "body": "It’s {{agent}} for {{company|us}}, " + "x" * 60},
        {"day": 5, "body": "Ask {{company|us}} " * 12 + "{{note|}}"},
        {"day": 7, "body": "Never sent to {{city}}", "active": False},
    ],
}
NAMES = ("Ada", "Zoë", "", "Ben", "Cy", " ")
COMPANIES = ("", "Shop", "C" * 60, "B" * 200, "D" * 30, "E")
NUMBERS = tuple(f"+1212555010{at}" for at in range(6))
PEOPLE = "phone,first_name,company,area\n" + "".join(
    f"{number},{name},{company},{'' if at == 4 else 'Soho'}\n"
    for at, (number, name, company) in enumerate(zip(NUMBERS, NAMES, COMPANIES, strict=True))
)


async def campaign(desk: Desk, data: dict[str, Any] = DATA) -> str:
    looked = imports.look_through(desk.file(PEOPLE))
    made = parse_definition(data, ["area", "note"])
    report = await imports.create_with_contacts(desk.db, desk.clock, desk.actor, made, looked)
    return str(report.campaign_id)


def check(audience: Audience | None) -> None:
    """Compare with what a person would count."""
    assert audience is not None
    assert audience.contacts == 6
    assert audience.fields == {"area"}
    assert list(audience.touches) == [(1, None), (2, None), (3, None)]
    first, second, third = audience.touches.values()
    assert (first.empty, first.held, first.texts) == ({"first_name": 2, "area": 1}, 3, 3)
    assert (first.odd_values, first.odd_contact) == (1, NUMBERS[1])
    odd = [segments(f"It’s Ann for {company or 'us'}, " + "x" * 60) for company in COMPANIES]
    plain = [segments(f"It's Ann for {company or 'us'}, " + "x" * 60) for company in COMPANIES]
    assert (second.typical, second.worst) == (median_low(odd), max(odd)) == (2, 5)
    assert (second.plain_typical, second.plain_worst) == (median_low(plain), max(plain)) == (1, 2)
    assert second.worst_contact == NUMBERS[3]
    assert (third.too_long, third.texts) == (1, 5)


@pytest.mark.parametrize("page", [1, 2, 6, 1_000])
async def test_a_campaigns_contacts_are_counted_page_by_page(
    desk: Desk, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linting, "PAGE", page)
    told: list[tuple[int, int]] = []
    data = {**DATA, "touch": [*DATA["touch"]]}
    data["touch"][2] = {"day": 5, "body": "Ask {{company|us}} " * 12}
    found = await lint_campaign(desk.db, await campaign(desk, data), progress=lambda *at: told.append(at))
    check(found.audience)
    assert told[-1] == (6, 6)
    said = {(each.code, each.touch): each for each in found.findings}
    empty = [each.message for each in found.findings if each.code == "empty_field"]
    assert ["2 of 6 contacts" in empty[0], "1 of 6 contacts" in empty[1], len(empty)] == [True, True, 2]
    assert "2 segments become 1, the worst 5 become 2" in said["ucs2", 2].message
    assert NUMBERS[3] in said["segments", 2].message
    assert "1 of 6 contacts" in said["too_long", 3].message
    assert NUMBERS[1] in said["ucs2_values", 1].message
    assert found.errors == 0
    assert not {each.code for each in found.findings} & {"brand_unknown", "brand_missing", "opt_out_missing"}


async def test_a_file_says_the_same_before_it_is_stored(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    twice = PEOPLE + f"{NUMBERS[0]},Ada again,,\nnonsense,,,\n,,,\n"
    looked = imports.look_through(desk.file(twice))
    third = {"day": 5, "body": "Ask {{company|us}} " * 12}
    found = lint_data({**DATA, "touch": [*DATA["touch"][:2], third]}, looked)
    check(found.audience)
    assert found.rejected == 1
    assert await desk.one("SELECT count(*) FROM contacts") == 0
    id_ = await campaign(desk, {**DATA, "touch": DATA["touch"][:2]})
    other = imports.look_through(desk.file("phone,first_name,area\n+12125550199,Eve,Soho\n", "other.csv"))
    audience = (await lint_campaign(desk.db, id_, other)).audience
    assert audience is not None
    assert audience.contacts == 1


async def test_who_gets_nothing_more_is_not_looked_at(desk: Desk) -> None:
    id_ = await campaign(desk)
    await desk.db.write(_leave)
    found = await lint_campaign(desk.db, id_)
    assert found.audience is not None
    assert found.audience.contacts == 4


def _leave(conn: Any) -> None:
    for status, at in (("opted_out", 0), ("removed", 3)):
        conn.exec_driver_sql(
            f"UPDATE enrolments SET status = '{status}' WHERE contact_id ="
            f" (SELECT id FROM contacts WHERE number = '{NUMBERS[at]}')"
        )


async def test_a_campaign_without_contacts_is_looked_at_with_usual_values(desk: Desk) -> None:
    id_ = await desk.draft(brand="Acme Homes")
    found = await lint_campaign(desk.db, id_)
    assert found.audience is not None
    assert found.audience.contacts == 0
    assert {"brand_missing", "opt_out_missing"} <= {each.code for each in found.findings}
    with pytest.raises(linting.NoSuchCampaignError, match="no campaign camp_0"):
        await lint_campaign(desk.db, "camp_0")


async def test_a_field_that_no_contact_has_is_an_error_in_a_stored_campaign(desk: Desk) -> None:
    found = await lint_campaign(desk.db, await campaign(desk))
    assert [(each.code, each.touch) for each in found.findings if each.severity == "error"] == [
        ("unknown_field", 3)
    ]


def test_every_fault_of_a_definition_is_told_at_once() -> None:
    bodies = ["Hi {{first_name", "Fine.", "{{frist_name}}"]
    data = {**DATA, "touch": [{"day": at, "body": body} for at, body in enumerate(bodies, 1)]}
    assert [(each.touch, each.severity) for each in lint_data(data).findings] == [(1, "error"), (3, "error")]
    (finding,) = lint_data({**DATA, "timezone": "Mars", "touch": data["touch"][1:2]}).findings
    assert finding.touch is None
    assert finding.message.startswith("timezone: ")
    (finding,) = lint_data({**DATA, "touch": "no"}).findings
    assert "[[touch]]" in finding.message


def test_after_saving_no_field_is_unknown() -> None:
    assert not [
        each for each in lint_definition(parse_definition(DATA, ["area", "note"])) if each.severity == "error"
    ]


async def test_after_saving_the_contacts_are_counted_unless_they_are_many(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_, made = await campaign(desk), parse_definition(DATA, ["area", "note"])
    found = await linting.lint_saved(desk.db, id_, made)
    assert not [each for each in found if each.severity == "error"], (
        "no contact has a note, and it was accepted"
    )
    (empty,) = [each for each in found if each.code == "empty_field" and "'first_name'" in each.message]
    assert "2 of 6 contacts have no value and would be held" in empty.message
    monkeypatch.setattr(linting, "AT_ONCE", 5)
    assert await linting.lint_saved(desk.db, id_, made) == lint_definition(made)


async def test_the_brand_is_stored_copied_and_edited(desk: Desk) -> None:
    id_ = await campaign(desk)
    assert await desk.one("SELECT brand FROM campaigns") == "Acme Homes"
    await campaigns.duplicate(desk.db, desk.clock, desk.actor, id_)
    assert await desk.one("SELECT count(*) FROM campaigns WHERE brand = 'Acme Homes'") == 2
    changed = await editing.definition_for(
        desk.db, id_, {**DATA, "brand": "Other", "touch": DATA["touch"][:2]}
    )
    preview = await editing.edit_preview(desk.db, desk.clock, id_, changed)
    assert ("brand", "Acme Homes", "Other") in preview.settings
    await editing.edit(desk.db, desk.clock, desk.actor, id_, changed)
    assert await desk.one("SELECT brand FROM campaigns WHERE id = :id", id=id_) == "Other"


async def test_the_built_in_touches_can_be_kept_in_an_edit(desk: Desk) -> None:
    plain = {key: value for key, value in DATA.items() if key not in ("touch", "variables")}
    id_ = await campaign(desk, plain)
    assert (await editing.definition_for(desk.db, id_, plain)).sequence.planned == 9
