"""Shapes of the resources under ``/api/v1``; the same keys as the command line's ``--json``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from trd_tui.api.errors import ErrorAnswer
from trd_tui.api.front_models import SilentContact, TopResponder, WouldRemove
from trd_tui.api.models import (
    Answer,
    Asked,
    CampaignItem,
    ContactStatus,
    Instant,
    Pagination,
    Percent,
    Policy,
    Summary,
    Text,
)
from trd_tui.domain.definition import USUAL_ZONE
from trd_tui.domain.put_off import Putter


class CampaignList(Answer):
    """A page of campaigns with the figures over all."""

    campaigns: list[CampaignItem]
    pagination: Pagination
    summary: Summary


class Touch(Answer):
    """One touch and what became of it over all contacts."""

    position: int
    day: int
    active: bool
    body: str
    sent: int
    delivered: int
    failed: int
    replied: int
    opted_out: int
    delivery_rate: Percent
    reply_rate: Percent


class Window(Answer):
    """When texts may go out, in the contact's local time."""

    days: str = Field(examples=["mon-sat"])
    from_: str = Field(alias="from", examples=["09:00"])
    to: str = Field(examples=["20:00"])


class Campaign(CampaignItem):
    """A campaign in full."""

    opted_out: int
    waiting: int
    in_flight: int
    held: int
    reply_rate: Percent
    contact_reply_rate: Percent
    delivery_rate: Percent
    opt_out_rate: Percent
    sender: str
    timezone: str
    send_time: str = Field(examples=["09:00"])
    window: Window
    resume_policy: Policy
    daily_cap: int | None
    budget_usd: str | None
    cost_usd: str
    segments: int
    priority: int
    variables: dict[str, str]
    started: Instant | None
    paused_at: Instant | None
    pause_reason: str | None = Field(
        description="Why a rule of its own has paused it, as that its budget is used up."
    )
    resumed_at: Instant | None
    completed_at: Instant | None
    archived_at: Instant | None
    touches: list[Touch]


class NewWindow(Asked):
    """When texts may go out."""

    model_config = ConfigDict(alias_generator=None)

    days: Text = Field("mon-sat", max_length=100)
    from_: Text = Field("09:00", alias="from", max_length=10)
    to: Text = Field("20:00", max_length=10)


class NewTouch(Asked):
    """One touch."""

    model_config = ConfigDict(alias_generator=None)

    day: int = Field(ge=1, le=10_000, examples=[1])
    body: Text = Field(min_length=1, max_length=5_000, examples=["Hi {{first_name|there}}, this is Ann."])
    active: bool = True


class NewCampaign(Asked):
    """A definition, with the keys that it has in a file of TOML. Without a touch: the built-in nine."""

    model_config = ConfigDict(alias_generator=None)

    name: Text = Field(min_length=1, max_length=200, examples=["Real Estate Q1 2024"])
    sender: Text = Field(max_length=100, examples=["+15005550006"])
    timezone: Annotated[Text, Field(max_length=100)] | None = Field(
        None,
        description=f"Of contacts whose own zone is not known; {USUAL_ZONE} without it.",
        examples=["America/Chicago"],
    )
    brand: Annotated[Text, Field(max_length=100)] | None = None
    send_time: Annotated[Text, Field(max_length=10)] | None = Field(None, examples=["09:00"])
    window: NewWindow | None = None
    resume_policy: Policy | None = None
    daily_cap: int | None = Field(None, ge=1, le=10_000_000)
    budget_usd: Annotated[Text, Field(max_length=30)] | None = Field(None, examples=["250.00"])
    priority: int | None = Field(None, ge=1, le=5)
    variables: dict[Text, Text] = Field(default_factory=dict, examples=[{"agent": "Ann"}])
    touch: list[NewTouch] = Field(default_factory=list, max_length=60)
    custom_fields: list[Text] = Field(
        default_factory=list,
        max_length=500,
        description="Fields of the contacts to come that texts name and that are not the usual ones.",
    )


class ActAnswer(Answer):
    """What an act did; beside these keys stand the figures that belong to it."""

    model_config = ConfigDict(extra="allow")

    id: str
    name: str
    ok: Literal[True]
    message: str = Field(examples=["paused; 56 messages wait"])


class StartAnswer(ActAnswer):
    """What a start did."""

    warnings: list[str] = Field(
        description="What is typed in its steps in the app and not stored, so that the start went without it;"
        " contacts without a consent on record.",
        examples=[["3 of 12 contacts have no consent on record."]],
    )


class NotStoredFields(Answer):
    """A draft of which more is typed in its steps than stored."""

    id: str
    name: str
    fields: list[str] = Field(examples=[["budget_usd", "touch[2]"]])


class DeleteRefusal(ErrorAnswer):
    """What a delete would hide."""

    would_remove: WouldRemove | None = Field(None, alias="wouldRemove")


class ResumeAsked(Asked):
    """How to resume."""

    policy: Policy | None = Field(None, description="For this once; without it the campaign's own.")


class DuplicateAsked(Asked):
    """How to duplicate."""

    name: Annotated[Text, Field(max_length=200)] | None = None
    with_contacts: bool = Field(False, description="Enrol the same contacts too.")


class Preview(Answer):
    """What an act would do; nothing was changed."""

    act: str
    sentence: str
    campaigns: int
    contacts: int
    messages: int
    may_put_off: list[Putter] = Field(description="What may put off texts that get a date; a dry run counts.")
    not_stored: list[NotStoredFields] = Field(
        description="Of a start: it goes without what is typed in the app and not stored."
    )
    refused: list[dict[str, Any]]
    resumes: list[dict[str, Any]] = Field(description="Of a resume: its figures, touch by touch.")


class Contact(Answer):
    """A contact of a campaign: where they stand and what comes next."""

    number: str = Field(examples=["+12125550123"])
    name: str
    company: str
    status: ContactStatus
    sent: int
    touches_planned: int
    touches_resolved: int
    last_sent: Instant | None
    next_touch: int | None
    next_at: Instant | None
    next_state: str | None
    reason: str | None
    replied: Instant | None
    opted_out: Instant | None
    suppressed: str | None = Field(description="Why the number must not be texted.")


class ContactList(Answer):
    """A page of contacts in the order of enrolment."""

    contacts: list[Contact]
    pagination: Pagination


class Rejected(Answer):
    """A row that was left out, and why."""

    line: int
    number: str
    reason: str


class Repeated(Answer):
    """A row that was left out because its number stands in the file before."""

    line: int
    number: str
    taken_line: int = Field(description="The line of the row that was taken.")


class ImportAnswer(Answer):
    """What an import did, or with `dryRun` would do."""

    rows: int
    added: int
    existing: int
    repeated: int
    rejected: int
    enrolled: int
    already_enrolled: int
    unplaced: int = Field(
        description="Imported with a state or zip that is not understood; the number's area code counts."
    )
    dry_run: bool
    campaign_id: str | None
    notes: list[str]
    rejects: list[Rejected] = Field(description="The first of them.")
    repeats: list[Repeated] = Field(description="The first of the repeated.")
    doubts: list[Rejected] = Field(description="The first of the unplaced, and what is not understood.")


class Reply(Answer):
    """An inbound message."""

    id: int
    phone: str
    to: str
    name: str
    body: str
    kind: str
    campaign_id: str | None
    received: Instant
    unread: bool


class ReplyList(Answer):
    """Inbound messages, the latest first."""

    replies: list[Reply]
    next: int | None = Field(description="`before` of the next page; null behind the last.")


class Suppressed(Answer):
    """A number that must not be texted."""

    number: str
    reason: str
    source: str
    since: Instant


class SuppressionList(Answer):
    """A page of the do-not-contact list, the latest first."""

    suppressions: list[Suppressed]
    pagination: Pagination


class SuppressAsked(Asked):
    """Numbers to put on the list."""

    numbers: list[Text] = Field(min_length=1, max_length=1_000, examples=[["+12125550123"]])
    reason: Text = Field(min_length=1, max_length=500, examples=["asked by phone"])


class Known(Answer):
    """A number that was on the list before, with the reason, which stays."""

    number: str
    reason: str


class SuppressAnswer(Answer):
    """What was put on the list."""

    added: list[str]
    known: list[Known]
    ended_sequences: int


class SuppressionImport(Answer):
    """What an import of the list did."""

    rows: int
    added: int
    known: int
    rejected: int
    ended_sequences: int
    rejects: list[Rejected] = Field(description="The first of them.")


class ResponderList(Answer):
    """Contacts who replied, the latest first."""

    responders: list[TopResponder]
    next: int | None = Field(description="`before` of the next page; null behind the last.")


class SilentList(Answer):
    """Contacts who were texted and have neither replied nor opted out."""

    non_responders: list[SilentContact]
    next: int | None = Field(description="`after` of the next page; null behind the last.")


class ControlAnswer(Answer):
    """The emergency stop."""

    stopped: bool
    by: str | None
    at: Instant | None
    reason: str | None
    sender: str | None = Field(description="Which process sends now.")


class StopAsked(Asked):
    """Why everything is stopped."""

    reason: Annotated[Text, Field(max_length=500)] | None = Field(None, examples=["wrong texts"])


class Released(Answer):
    """The release of the emergency stop."""

    stopped: Literal[False] = False
    released: bool = Field(description="Whether there was a stop to release.")
