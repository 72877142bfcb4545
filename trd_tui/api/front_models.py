"""What the web front end sends and reads, key by key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from trd_tui.api.errors import ErrorAnswer
from trd_tui.api.models import (
    Answer,
    Asked,
    CampaignItem,
    Instant,
    Pagination,
    Percent,
    Status,
    Summary,
    Text,
)
from trd_tui.domain.definition import USUAL_ZONE
from trd_tui.domain.nearest import slip_of


class ListAnswer(Answer):
    """A page of campaigns."""

    success: Literal[True] = True
    campaigns: list[CampaignItem]
    pagination: Pagination
    summary: Summary


class FromFrontEnd(Asked):
    """A front end may send more than we know, but a misspelt key shall not be lost in silence."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _no_slip(cls, data: object) -> object:
        """Refuse a key that looks like one which is not given.

        Raises:
            ValueError: there are such keys.
        """
        if isinstance(data, dict):
            missing = {str(each.alias) for each in cls.model_fields.values()} - data.keys()
            slips = [
                f"'{key}' is not known here; did you mean '{near}'?"
                for key in data
                if (near := slip_of(str(key), missing))
            ]
            if slips:
                raise ValueError("; ".join(slips))
        return data


class Manage(FromFrontEnd):
    """An act on a campaign."""

    campaign_id: Text = Field(min_length=1, max_length=100, examples=["camp_1747983084255"])
    action: Literal["pause", "resume", "duplicate", "delete"]
    new_name: Annotated[Text, Field(max_length=200)] | None = Field(
        None, description="Of a duplicate; without it the name is derived.", examples=["Spring again"]
    )
    confirm: bool = Field(False, description="A delete needs it; without, 409 says what would be removed.")


class Paused(Answer):
    """A paused campaign."""

    id: str
    status: Status
    paused_at: Instant
    queued_messages_count: int = Field(description="Messages that wait.")


class Resumed(Answer):
    """A resumed campaign."""

    id: str
    status: Status
    resumed_at: Instant
    next_scheduled_message: Instant | None
    rescheduled_messages_count: int = Field(description="Messages that are scheduled again.")


class Deleted(Answer):
    """A deleted campaign."""

    id: str
    status: Literal["deleted"]
    deleted_at: Instant
    cleanup_actions: list[str] = Field(examples=[["12 waiting messages will not be sent"]])


class Original(Answer):
    """What was copied."""

    id: str


class Copy(Answer):
    """The copy."""

    id: str
    name: str
    status: Literal["draft"]
    created_at: Instant
    copied_elements: list[str] = Field(examples=[["settings", "9 message templates"]])


class Duplicated(Answer):
    """A campaign and its copy."""

    original_campaign: Original
    new_campaign: Copy


class ManageAnswer(Answer):
    """What the act did."""

    success: Literal[True] = True
    message: str
    campaign: Paused | Resumed | Deleted | Duplicated


class WouldRemove(Answer):
    """What a delete would hide."""

    contacts: int
    waiting_messages: int
    sent_messages: int
    replies: int


class ManageRefusal(ErrorAnswer):
    """Why the act was not done; of a delete without ``confirm`` also what it would remove."""

    would_remove: WouldRemove | None = Field(None, alias="wouldRemove")


class MessageTemplate(FromFrontEnd):
    """One touch."""

    day: int = Field(
        ge=1, le=10_000, description="Day 1 is the contact's local enrolment date.", examples=[1]
    )
    message: Text = Field(
        min_length=1,
        max_length=5_000,
        description="`{name}` falls back to `there`, every other empty field to nothing.",
        examples=["Hi {name}, this is Ann of Acme Homes. Reply STOP to opt out."],
    )
    active: bool = True


class Person(Asked):
    """A contact. Keys that are not known become fields of its own, which templates may name."""

    model_config = ConfigDict(extra="allow")

    phone: Text = Field(min_length=1, max_length=100, examples=["(212) 555-0123"])
    name: Text | None = Field(None, examples=["Maria Lopez"])
    company: Text | None = None
    email: Text | None = None
    location: Text | None = Field(None, examples=["Austin"])
    __pydantic_extra__: dict[str, Text | int | float | bool | None]


class Variable(FromFrontEnd):
    """A value of the campaign's own."""

    name: Text = Field(min_length=1, max_length=100, examples=["agent"])
    value: Text = Field("", max_length=1_000, examples=["Ann"])


class Create(FromFrontEnd):
    """A campaign with everything that it needs, to be made and started."""

    name: Text = Field(min_length=1, max_length=200, examples=["Real Estate Q1 2024"])
    message_templates: list[MessageTemplate] = Field(min_length=1, max_length=60)
    contacts: list[Person] = Field(
        min_length=1,
        description="Up to the size limit of a body; more by `POST /api/v1/campaigns/ID/contacts`.",
    )
    variables: list[Annotated[Text, Field(max_length=100)] | Variable] = Field(
        default_factory=list,
        max_length=200,
        description="Names that templates use, or names with a value for the whole campaign.",
        examples=[["company", {"name": "agent", "value": "Ann"}]],
    )
    sender: Text | None = Field(
        None, description="Number or messaging service; without it the first known sender."
    )
    timezone: Text | None = Field(
        None, description=f"Of contacts whose own zone is not known; {USUAL_ZONE} without it."
    )


class Created(Answer):
    """The new campaign."""

    id: str
    name: str
    status: Status
    total_contacts: int
    scheduled_messages: int
    active_templates: int
    created: Instant


class CreateAnswer(Answer):
    """A campaign that was made and started."""

    success: Literal[True] = True
    message: str
    campaign: Created


class TouchStats(Answer):
    """One touch over all contacts."""

    day: int
    sent: int
    delivered: int
    failed: int
    replied: int
    delivery_rate: Percent
    reply_rate: Percent


class Overall(Answer):
    """The whole campaign."""

    total_messages_sent: int
    total_delivered: int
    total_replied: int
    total_failed: int
    overall_delivery_rate: Percent
    overall_reply_rate: Percent
    pipeline_adds: int = Field(description="0 until the product has a pipeline.")
    active_cost: float = Field(description="US dollars.", examples=[20.23])


class TopResponder(Answer):
    """A contact who replied, the latest first."""

    phone: str
    name: str
    replied_on_day: int | None
    added_to_pipeline: bool


class SilentContact(Answer):
    """A contact who was texted and has neither replied nor opted out."""

    phone: str
    name: str
    last_message_day: int | None
    total_messages_sent: int


class Stats(Answer):
    """A campaign's figures."""

    campaign_id: str
    campaign_name: str
    status: Status
    created: Instant
    total_contacts: int
    message_sequence: list[TouchStats]
    overall: Overall
    top_responders: list[TopResponder]
    non_responders: list[SilentContact]


class StatsAnswer(Answer):
    """A campaign's figures."""

    success: Literal[True] = True
    stats: Stats
