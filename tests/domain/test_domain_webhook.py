import hashlib
import hmac

import pytest

from trd_tui.domain.webhook import (
    EVENTS,
    LONGEST_PAUSE_MS,
    WebhookError,
    checked_events,
    checked_url,
    free_name,
    headers,
    inbound,
    pause_ms,
)


def test_a_receiver_can_check_a_post_with_what_the_readme_says() -> None:
    body = '{"text": "Grüße"}'.encode()
    sent = headers("whsec_x", "evt_1", "reply", body, 1_705_327_200_999)
    expected = hmac.new(b"whsec_x", b"1705327200." + body, hashlib.sha256).hexdigest()
    assert sent["TRD-Signature"] == f"v1={expected}"
    assert (sent["TRD-Timestamp"], sent["TRD-Event"], sent["TRD-Event-Id"]) == (
        "1705327200",
        "reply",
        "evt_1",
    )


@pytest.mark.parametrize(
    "url",
    ["https://crm.example.com/hook?a=1", "http://10.0.0.7:8080/x", "http://[::1]:9/", "http://localhost"],
)
def test_addresses_of_ones_own_hosts_are_taken(url: str) -> None:
    assert checked_url(f" {url} ") == url


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://crm.example.com/", "begin it with https"),
        ("crm.example.com/hook", "begin it with https"),
        ("file:///etc/passwd", "begin it with https"),
        ("http:///hook", "begin it with https"),
        ("http://x:99999/", "is no address"),
        ("https://ann:pw@crm.example.com/", "leave name and password out"),
        ("https://crm.example.com/#top", "leave out what follows the #"),
        ("https://crm.example.com/a b", "holds blanks"),
        ("https://crm.example.com/" + "a" * 2_000, "longer than 2,000"),
    ],
)
def test_what_cannot_be_posted_to_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(WebhookError, match=sentence):
        checked_url(url)


def test_events_are_named_or_refused_with_the_nearest() -> None:
    assert checked_events(" alert, Reply,opt-out,reply") == ("reply", "opt_out", "alert")
    with pytest.raises(WebhookError, match="no event 'replies'; did you mean 'reply'"):
        checked_events("replies")
    with pytest.raises(WebhookError, match="name the events"):
        checked_events(" , ")
    with pytest.raises(WebhookError, match="no event 'test'"):
        checked_events("test")


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_ms(count) for count in (1, 2, 3)] == [5_000, 10_000, 20_000]
    assert pause_ms(11) == pause_ms(10_000) == LONGEST_PAUSE_MS


def test_a_webhook_without_a_name_is_called_by_its_host() -> None:
    assert free_name("https://crm.example.com/a", []) == "crm.example.com"
    assert (
        free_name("https://crm.example.com/a", ["crm.example.com", "crm.example.com-2"])
        == "crm.example.com-3"
    )


@pytest.mark.parametrize(
    ("kind", "events"),
    [("reply", ["reply"]), ("unclear", ["reply"]), ("opt_out", ["opt_out"])]
    + [(kind, []) for kind in ("help", "auto", "opt_in")],
)
def test_machines_and_calls_for_help_are_no_events(kind: str, events: list[str]) -> None:
    assert [event.kind for event in inbound("+12122000000", "hello", kind, "SM1", None)] == events
    assert set(events) <= set(EVENTS)
