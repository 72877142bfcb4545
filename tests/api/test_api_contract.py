"""The API is held to its own description: Schemathesis calls it with what that allows and what it forbids.

Checked of every answer: no fault of the server, a status that is declared, a body and headers of the declared
shape; what the description forbids is refused; without a token nothing is answered.
``positive_data_acceptance`` is left out: no schema can say that a number must exist.
"""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.support.api import Api
from tests.support.api_server import Server, api_server
from trd_tui.api.examples import EXAMPLES
from trd_tui.api.strict import V1
from trd_tui.services import verify
from trd_tui.store.database import Database

OPERATIONS = 32


@pytest.fixture
def server(demo_template: Path, tmp_path: Path) -> Iterator[Server]:
    file = tmp_path / "trd.db"
    shutil.copyfile(demo_template, file)
    with api_server(f"sqlite:///{file}") as running:
        yield running


def held_to_its_description(server: Server, examples: int) -> Counter[str]:
    """Call every operation in each way, on known campaigns and unknown ones; returns calls by operation."""
    load_all_checks()
    said = {"Authorization": f"Bearer {server.secret}"}
    listed = httpx.get(f"{server.url}/api/v1/campaigns", headers=said).json()["campaigns"]
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    calls: Counter[str] = Counter()
    for at, found in enumerate(schema.get_all_operations()):
        assert isinstance(found, Ok), found
        operation = found.ok()
        known: dict[str, Any] = {}
        if "{campaign_id}" in operation.path:
            known = {"path_parameters": {"campaign_id": listed[at % len(listed)]["id"]}}
        ways = [operation.as_strategy(GenerationMode.POSITIVE, **known)]
        ways.append(operation.as_strategy(GenerationMode.POSITIVE))
        if operation.body or list(operation.iter_parameters()):  # where nothing is taken, nothing is wrong
            ways.append(operation.as_strategy(GenerationMode.NEGATIVE))
        taken = {parameter.name for parameter in operation.query}
        for strategy in ways:
            calls[operation.label] += _hold(server, said, strategy, taken, examples)
    return calls


def _hold(server: Server, said: dict[str, str], cases: Any, taken: set[str], examples: int) -> int:
    """Call with each case and check the answer; returns how many there were."""
    calls = 0

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def held(case: Any) -> None:
        nonlocal calls
        calls += 1
        answer = case.call(base_url=server.url, headers=said)
        left_out = [positive_data_acceptance]
        unknown = set(case.query or {}) - taken
        # the front end may add what it likes to an address; and what is empty does not come into it
        if unknown and not (case.path.startswith(V1) and unknown & _sent(str(answer.request.url))):
            left_out.append(negative_data_rejection)
        case.validate_response(answer, headers=said, excluded_checks=left_out)

    held()
    return calls


def _sent(url: str) -> set[str]:
    return set(parse_qs(urlsplit(url).query, keep_blank_values=True))


def test_every_answer_is_as_described(server: Server) -> None:
    calls = held_to_its_description(server, 2)
    assert len(calls) == OPERATIONS
    assert min(calls.values()) >= 1


@pytest.mark.slow
async def test_every_answer_is_as_described_whatever_is_asked(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = held_to_its_description(server, 150)
    with capsys.disabled():
        print(f"\nSchemathesis: {calls.total():,} cases in {len(calls)} operations")
    db = Database(f"sqlite:///{tmp_path / 'trd.db'}")
    assert await verify.differences(db) == []
    await db.close()


def test_a_caller_reads_the_refusal_of_a_body_that_is_too_large(server: Server) -> None:
    """Over a real socket: who is still sending would see a broken connection if nobody read on."""
    said = {"Authorization": f"Bearer {server.secret}", "Content-Type": "application/json"}
    # more than the socket's buffers hold, so that it can only be sent while it is read
    request = urllib.request.Request(f"{server.url}/api/drip-campaign/create", b"x" * (14 * 2**20), said)
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=30)
    with refusal.value as answer:
        assert answer.code == 413
        assert json.loads(answer.read())["error"] == (
            "the body is larger than 4,194,304 bytes; send less at once"
        )


def test_the_description_has_an_example_or_a_default_for_all_that_is_needed(server: Server) -> None:
    described = httpx.get(f"{server.url}/openapi.json").json()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            for status, answer in operation["responses"].items():
                if path.startswith("/api/") and status >= "400":
                    (kind,) = answer["content"].values()
                    assert kind["schema"]["$ref"].rpartition("/")[2] in (
                        "ErrorAnswer",
                        "ManageRefusal",
                        "DeleteRefusal",
                    )
            if path.startswith("/api/"):
                assert operation["security"] == [{"HTTPBearer": []}]
                assert {"401", "429", "503"} <= set(operation["responses"])
    assert "HTTPValidationError" not in str(described)


async def test_every_body_of_json_has_an_example_that_is_done_when_it_is_sent(demo: Api) -> None:
    described = await demo.get("/openapi.json")
    status_of = {each["status"]: each["id"] for each in (await demo.get("/api/v1/campaigns"))["campaigns"]}
    sent: set[str] = set()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is None:
                continue
            example = body["example"]
            if "campaignId" in example:
                nowhere = await demo.call(method.upper(), path, json=example)
                assert nowhere.status == 404, "refused for its campaign alone"
                example["campaignId"] = status_of["active"]
            answered = await demo.call(
                method.upper(), path.replace("{campaign_id}", status_of["paused"]), json=example
            )
            assert answered.status in (200, 201), (path, answered)
            sent.add(body["schema"].get("$ref") or str(body["schema"]))
    assert len(sent) == len(EXAMPLES)
