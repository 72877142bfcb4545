"""Shapes that several calls share. What comes in is checked strictly, what goes out has these very keys."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Status = Literal["draft", "active", "paused", "completed", "archived"]
ListStatus = Literal["", "all", "draft", "active", "paused", "completed", "archived"]
Sort = Literal[
    "activity",
    "name",
    "status",
    "progress",
    "contacts",
    "sent",
    "replies",
    "rate",
    "next",
    "delivered",
    "failed",
    "created",
]
ContactStatus = Literal["active", "held", "replied", "opted_out", "failed", "finished", "removed"]
Policy = Literal["shift", "skip", "catch_up_one", "restart_delay", "review"]

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2024-01-20T14:30:00Z"])]
Percent = Annotated[float, Field(examples=[45.2])]


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a character NUL, which no text has")
    return text


Text = Annotated[str, AfterValidator(_no_nul)]
"""A text that both kinds of database can hold."""

Search = Annotated[
    str, Query(max_length=200, description="Part of the name, in any case.", examples=["real estate"])
]
CampaignId = Annotated[Text, Path(description="As a list shows it.", examples=["camp_1747983084255"])]


class Answer(BaseModel):
    """What goes out, with the keys in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Asked(BaseModel):
    """What comes in: no number in quotes, no unknown key."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        strict=True,
        extra="forbid",
        hide_input_in_errors=True,
    )


class CampaignItem(Answer):
    """A campaign of a list."""

    id: str = Field(examples=["camp_1747983084255"])
    name: str = Field(examples=["Real Estate Q1 2024"])
    status: Status
    total_contacts: int = Field(examples=[156])
    sent_messages: int = Field(examples=[342])
    replies: int = Field(examples=[19])
    delivered_messages: int = Field(examples=[335])
    failed_messages: int = Field(examples=[7])
    created: Instant
    last_activity: Instant
    next_scheduled_message: Instant | None
    completion_rate: Percent


class Pagination(Answer):
    """Where a page stands in the whole."""

    total: int = Field(examples=[7])
    limit: int = Field(examples=[20])
    offset: int = Field(examples=[0])
    has_more: bool


class Summary(Answer):
    """The figures over all campaigns that are neither archived nor deleted."""

    active_campaigns: int = Field(examples=[5])
    total_campaigns: int = Field(examples=[7])
    total_contacts: int = Field(examples=[912])
    total_messages: int = Field(examples=[2561])
    total_replies: int = Field(examples=[150])
    overall_reply_rate: str = Field(examples=["5.9"])
