"""One whole example of each body of JSON, for the description. A test sends every one of them."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "Create": {
        "name": "Real Estate Q1 2024",
        "messageTemplates": [
            {
                "day": 1,
                "message": "Hi {name}, this is {agent} of Acme Homes. Still looking in {location}?"
                " Reply STOP to opt out.",
                "active": True,
            },
            {"day": 3, "message": "{name}, shall I call you about the viewing?", "active": True},
        ],
        "contacts": [
            {
                "name": "Maria Lopez",
                "phone": "(212) 555-0123",
                "company": "Lopez & Co",
                "email": "maria@example.com",
                "location": "Austin",
            },
            {"name": "Ben Carter", "phone": "+12125550124"},
        ],
        "variables": ["name", "location", {"name": "agent", "value": "Ann"}],
        "sender": "+15005550006",
        "timezone": "America/Chicago",
    },
    "Manage": {"campaignId": "camp_1747983084255", "action": "duplicate", "newName": "Spring again"},
    "NewCampaign": {
        "name": "Real Estate Q1 2024",
        "sender": "+15005550006",
        "timezone": "America/Chicago",
        "brand": "Acme Homes",
        "send_time": "09:00",
        "window": {"days": "mon-sat", "from": "09:00", "to": "20:00"},
        "resume_policy": "shift",
        "daily_cap": 500,
        "budget_usd": "250.00",
        "priority": 3,
        "variables": {"agent": "Ann"},
        "touch": [
            {
                "day": 1,
                "body": "Hi {{first_name|there}}, this is {{agent}} of Acme Homes about lot"
                " {{lot|you asked for}}. Reply STOP to opt out.",
            },
            {"day": 3, "body": "{{first_name|Hello}}, shall I call you about it?"},
        ],
        "custom_fields": ["lot"],
    },
    "ResumeAsked": {"policy": "shift"},
    "DuplicateAsked": {"name": "Spring again", "withContacts": True},
    "StopAsked": {"reason": "wrong texts"},
    "SuppressAsked": {"numbers": ["+12125550123", "+12125550124"], "reason": "asked by phone"},
}
"""By the name that the body has in the description."""


def add_examples(description: dict[str, Any]) -> None:
    """Put each body's example beside its shape."""
    for operations in description["paths"].values():
        for operation in operations.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None:
                body["example"] = EXAMPLES[_name(body["schema"])]


def _name(shape: dict[str, Any]) -> str:
    """The name of a body; one that may be left out is described as that or null."""
    whole = next(kind for kind in (shape, *shape.get("anyOf", ())) if "$ref" in kind)
    return str(whole["$ref"]).rpartition("/")[2]
