"""How long after a stop the last call reaches the carrier: from another process, and from the same one."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.torture.launcher import Screen, Victim, now_ms
from tests.torture.report import percentile
from tests.torture.scene import Scene

WEATHER = {"latency_ms": 5, "spread_ms": 40, "delivery_ms": 50}
RATE = 120
"""Texts a second of each of three senders."""

SILENCE_S = 0.6
"""So long nothing may come after the last call before that counts as the last one."""

PEOPLE = 1_500


def stop_latencies(scene: Scene, times: int) -> dict[str, list[int]]:
    """Milliseconds from the act to the last call that the peer received, for each way to stop.

    Of the two acts of other processes the act is when the database learns it (the audit's instant), of the
    key in the app it is when the key is pressed.
    """
    scene.days, scene.rate = (1,), RATE
    for _ in range(3):
        scene.add_campaign(PEOPLE)
    found: dict[str, list[int]] = {}
    sender = scene.sender("run")
    found["trd stop, another process"] = [_after(scene, _stop, _start) for _ in range(times)]
    found["pause, another process"] = [_after_pause(scene) for _ in range(times)]
    sender.kill()
    screen = Screen()
    app = scene.sender(screen=screen)
    found["the app's own stop"] = [_after(scene, lambda _: _press(screen), _start) for _ in range(times)]
    app.kill()
    return found


def latency_lines(found: dict[str, list[int]]) -> str:
    """A line for each way to stop."""
    return "\n".join(
        f"act to last call, {way}: p50 {percentile(took, 0.5)} ms, p99 {percentile(took, 0.99)} ms"
        f" ({len(took)} times)"
        for way, took in found.items()
    )


def _after_pause(scene: Scene) -> int:
    """A campaign of its own each time: what is resumed goes on another day."""
    name = scene.add_campaign(PEOPLE // 3).name
    campaign = str(scene.rows("SELECT id FROM campaigns WHERE name = :name", name=name)[0][0])
    return _after(scene, lambda made: _pause(made, campaign), lambda _: None, f"{name} ")


def _after(
    scene: Scene, act: Callable[[Scene], int], release: Callable[[Scene], object], texts: str = ""
) -> int:
    """Act while texts flow; milliseconds to the last of them that was asked for."""
    while scene.left() < PEOPLE:
        scene.add_campaign(PEOPLE)
    before = _count(scene, texts)
    deadline = time.monotonic() + 20
    while _count(scene, texts) < before + 40:
        assert time.monotonic() < deadline, f"no texts {texts}"
        time.sleep(0.02)
    at = act(scene)
    time.sleep(SILENCE_S)
    asked = [each.asked_at for each in scene.read_book().accepted if each.body.startswith(texts)]
    release(scene)
    return max(0, max(asked) - at)


def _count(scene: Scene, texts: str) -> int:
    return sum(each.body.startswith(texts) for each in scene.read_book().accepted)


def _acted(scene: Scene, act: str) -> int:
    return int(scene.rows("SELECT max(at) FROM audit WHERE act = :act", act=act)[0][0])


def _stop(scene: Scene) -> int:
    scene.ok("stop")
    return _acted(scene, "stop")


def _start(scene: Scene) -> Victim:
    return scene.trd("start")


def _pause(scene: Scene, campaign: str) -> int:
    scene.ok("campaign", "pause", campaign)
    return _acted(scene, "pause")


def _press(screen: Screen) -> int:
    at = now_ms()
    screen.press(b"!")
    return at
