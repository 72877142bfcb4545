"""Consent is kept with the contact, row by row; what counts is the latest word, and an opt-out is one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.services import Desk
from tests.support.world import instant
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.consent import ConsentError
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import campaigns, consent, linting, suppressions
from trd_tui.services.consent import NoSuchContactError
from trd_tui.services.imports import ImportRefusedError, StatedConsent
from trd_tui.services.views import ActResult
from trd_tui.store import exits

ANN, BOB, CY = "+12122000000", "+12122000001", "+12122000002"
PLAIN = "phone\n2122000000\n2122000001\n2122000002\n"
COLUMNS = (
    "phone,Consent,Consent Source,consent_at\n"
    "2122000000,web form,https://a.example/form,2024-01-15\n"
    "2122000001,,,\n"
    "2122000002,,a fair,\n"
)


async def consents_of(desk: Desk) -> list[tuple[Any, ...]]:
    return await desk.rows(
        "SELECT c.number, k.kind, k.source, k.given_at, k.actor, k.login FROM consents k"
        " JOIN contacts c ON c.id = k.contact_id ORDER BY c.number, k.id"
    )


async def start(desk: Desk, campaign: str, *, require: bool) -> ActResult:
    (result,) = await campaigns.start(desk.db, desk.clock, desk.actor, [campaign], require_consent=require)
    return result


async def test_a_whole_file_gets_one_consent(desk: Desk) -> None:
    stated = StatedConsent("written", None, "2023-12-01")
    report = await desk.load(PLAIN, consent=stated)
    assert (report.consents, report.without_consent) == (3, 0)
    by = ("written", "contacts.csv", instant("2023-12-01T00:00"), "ann", "ann.login")
    assert await consents_of(desk) == [(number, *by) for number in (ANN, BOB, CY)]
    assert (await desk.load(PLAIN, consent=stated)).consents == 0
    assert (await desk.load(PLAIN, consent=StatedConsent("written", "a fair"))).consents == 3
    assert len(await consents_of(desk)) == 6


async def test_a_rows_own_columns_stand_before(desk: Desk) -> None:
    report = await desk.load(COLUMNS, consent=StatedConsent("verbal", "the phone"))
    assert report.consents == 3
    assert [row[:4] for row in await consents_of(desk)] == [
        (ANN, "web_form", "https://a.example/form", instant("2024-01-15T00:00")),
        (BOB, "verbal", "the phone", None),
        (CY, "verbal", "a fair", None),
    ]
    assert (await desk.load(COLUMNS, consent=StatedConsent("verbal", "the phone"))).consents == 0


async def test_without_a_word_for_the_file_a_row_that_says_nothing_has_none(desk: Desk) -> None:
    await desk.load(COLUMNS)
    assert [row[:3] for row in await consents_of(desk)] == [
        (ANN, "web_form", "https://a.example/form"),
        (CY, "unknown", "a fair"),
    ]
    assert await desk.one("SELECT custom FROM contacts WHERE number = :ann", ann=ANN) == "{}"


async def test_a_row_that_says_no_is_nobodys_contact(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    report = await desk.load("phone,consent\n2122000000,no\n2122000001,yes\n2122000002,written\n")
    assert [reject.reason.split(":")[0] for reject in report.rejects] == [
        "consent 'no'",
        "consent 'yes' does not say how it was given; write written, web form, verbal, existing customer,"
        " unknown",
    ]
    assert await desk.rows("SELECT number FROM contacts") == [(CY,)]


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        (StatedConsent("pigeon"), "'pigeon' is no kind of consent"),
        (StatedConsent("written", None, "soon"), "'soon' is no date"),
        (StatedConsent(None, "a fair"), "needs its kind; add --consent KIND"),
    ],
)
async def test_what_cannot_be_recorded_imports_nobody(
    sqlite_desk: Desk, stated: StatedConsent, sentence: str
) -> None:
    with pytest.raises(ImportRefusedError, match=sentence):
        await sqlite_desk.load(PLAIN, consent=stated)
    assert await sqlite_desk.one("SELECT count(*) FROM contacts") == 0


async def test_a_person_adds_rows_and_never_changes_one(desk: Desk) -> None:
    await desk.load(PLAIN)
    args = (desk.db, desk.clock, desk.actor)
    await consent.add(*args, "(212) 200-0000", "verbal", "call on Monday", "2024-01-10", "recording 7")
    found = await consent.add(*args, ANN, "verbal", "call on Monday", "2024-01-10", "recording 7")
    assert found.consented
    assert [(row.kind, row.proof) for row in found.rows] == [("verbal", "recording 7")] * 2
    acts = await desk.rows("SELECT actor, subject, subject_id FROM audit WHERE act = 'consent'")
    assert acts == [("ann", "contact", ANN)] * 2
    assert (await consent.of_number(desk.db, BOB)).rows == ()
    with pytest.raises(NoSuchContactError, match=r"no contact \+12122000009"):
        await consent.add(*args, "2122000009", "verbal", "call")
    with pytest.raises(ConsentError, match="source of a consent is empty"):
        await consent.add(*args, ANN, "verbal", "  ")


async def test_who_is_suppressed_has_taken_it_back_once(desk: Desk) -> None:
    await desk.load(PLAIN, consent=StatedConsent("written", "a fair", "2023-12-01"))
    for reason in ("asked by phone", "asked again"):
        await suppressions.add(desk.db, desk.clock, desk.actor, [ANN, "+12122000009"], reason)
    found = await consent.of_number(desk.db, ANN)
    assert not found.consented
    assert [(row.kind, row.source, row.actor) for row in found.rows] == [
        ("written", "a fair", "ann"),
        ("revoked", "operator", "ann"),
    ]
    assert (await consent.of_number(desk.db, BOB)).consented


async def test_an_old_file_that_comes_late_undoes_no_opt_out(desk: Desk) -> None:
    await desk.load(PLAIN)
    await suppressions.add(desk.db, desk.clock, desk.actor, [ANN], "asked")
    await desk.load(PLAIN, consent=StatedConsent("written", "old list", "2023-12-01"))
    assert not (await consent.of_number(desk.db, ANN)).consented
    assert (await consent.of_number(desk.db, BOB)).consented
    desk.later(1_000)
    found = await consent.add(desk.db, desk.clock, desk.actor, ANN, "written", "signed anew")
    assert found.consented
    desk.later(1_000)
    found = await consent.add(desk.db, desk.clock, desk.actor, ANN, "unknown", "somebody said")
    assert found.consented


async def test_a_start_counts_who_has_none_and_the_lint_warns(desk: Desk) -> None:
    campaign = await desk.draft()
    await desk.load(PLAIN, campaign)
    await consent.add(desk.db, desk.clock, desk.actor, ANN, "written", "a fair")
    await consent.add(desk.db, desk.clock, desk.actor, BOB, "unknown", "a fair")
    found = await linting.lint_campaign(desk.db, campaign)
    (warning,) = [each for each in found.findings if each.code == "no_consent"]
    assert warning.severity == "warning"
    assert warning.message.startswith("2 of 3 contacts have no consent on record")
    result = await start(desk, campaign, require=False)
    assert (result.ok, result.figures["without_consent"]) == (True, 2)


async def test_as_a_rule_it_refuses_the_start_until_it_is_recorded(desk: Desk) -> None:
    await desk.load(PLAIN, consent=StatedConsent("written"))
    await suppressions.add(desk.db, desk.clock, desk.actor, [CY], "asked")
    await suppressions.remove(desk.db, desk.clock, desk.actor, [CY], "a slip")
    campaign = await desk.draft()
    await desk.load(PLAIN, campaign)
    result = await start(desk, campaign, require=True)
    assert not result.ok
    assert "1 of 3 contacts have no consent on record; record it with" in result.message
    assert await desk.one("SELECT status FROM campaigns") == "draft"
    desk.later(1_000)
    await consent.add(desk.db, desk.clock, desk.actor, CY, "verbal", "call")
    assert (await start(desk, campaign, require=True)).ok
    await desk.sound()


async def test_the_start_looks_at_who_came_while_it_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await desk.draft()
    await desk.load("phone\n2122000000\n", campaign, consent=StatedConsent("written"))
    each = campaigns._each

    async def load_then_each(*args: Any, **more: Any) -> list[ActResult]:
        # behind the count, before the start's own transaction
        await desk.load("phone\n2122000001\n", campaign)
        return await each(*args, **more)

    monkeypatch.setattr(campaigns, "_each", load_then_each)
    result = await start(desk, campaign, require=True)
    assert not result.ok
    assert "1 of 2 contacts have" in result.message


async def test_as_a_rule_nobody_joins_without(desk: Desk) -> None:
    campaign = await desk.running(contacts=1)
    report = await desk.load(
        "phone,consent\n2122000001,\n2122000002,written\n", campaign, require_consent=True
    )
    assert (report.added, report.enrolled, report.without_consent) == (2, 1, 1)
    joined = "SELECT c.number FROM enrolments e JOIN contacts c ON c.id = e.contact_id ORDER BY e.id"
    assert await desk.rows(joined) == [(ANN,), (CY,)]
    draft = await desk.draft("Later")
    report = await desk.load("phone\n2122000001\n", draft, require_consent=True)
    assert (report.enrolled, report.without_consent) == (1, 0)  # its start asks
    await desk.sound()


async def test_stop_start_and_the_carriers_word_are_rows(desk: Desk) -> None:
    await desk.load(PLAIN, consent=StatedConsent("written"))

    def says(sid: str, body: str) -> CarrierMessage:
        real = desk.clock.real()
        return CarrierMessage(sid, True, ANN, "+15005550006", body, "received", None, real, real)

    for at, body in enumerate(("STOP", "START")):
        desk.later(1_000)
        await desk.db.write(receive_batch, [says(f"SM{at}", body)], desk.clock.now(), desk.clock.real())
    assert (await consent.of_number(desk.db, ANN)).consented
    desk.later(1_000)
    await desk.db.write(exits.suppress_contacts, [1], "21610: opted out", "carrier", desk.clock.now())
    found = await consent.of_number(desk.db, ANN)
    assert not found.consented
    assert [(row.kind, row.source) for row in found.rows] == [
        ("written", "contacts.csv"),
        ("revoked", "reply"),
        ("opt_in", "reply"),
        ("revoked", "carrier"),
    ]
