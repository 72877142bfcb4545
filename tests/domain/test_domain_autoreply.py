"""Machines that answer: recognised as what they are, and no person is taken for one."""

from __future__ import annotations

from tests.support.inbound_corpus import corpus
from trd_tui.domain.optout import read


def misread(label: str) -> list[tuple[str, str]]:
    return [
        (each.text, kind)
        for each in corpus("machines")
        if each.label == label and (kind := read(each.text).kind) != each.label
    ]


def test_the_corpus_says_each_thing_once_and_nothing_that_the_others_say() -> None:
    texts = [each.text.casefold() for each in corpus("machines")]
    others = {each.text.casefold() for each in corpus()}
    assert len(texts) == len(set(texts)) >= 85
    assert others.isdisjoint(texts)


def test_no_person_is_taken_for_a_machine() -> None:
    """A reply that is not counted is a sequence that goes on: the dear mistake."""
    assert misread("reply") == []


def test_machines_are_known() -> None:
    """One that is missed ends a sequence too early: the cheap mistake. A mark in brackets is not seen."""
    missed = misread("auto")
    assert {kind for _, kind in missed} <= {"reply"}
    assert len(missed) <= 3
