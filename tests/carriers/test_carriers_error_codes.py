from __future__ import annotations

from trd_tui.carriers.error_codes import error_codes, failure_of, failure_of_status, is_ambiguous, reason_of
from trd_tui.domain.failures import FailureClass


def test_every_code_of_the_table_has_a_class_or_is_ambiguous() -> None:
    assert len(error_codes()) == 59
    assert [code for code in error_codes() if is_ambiguous(code)] == [20500, 20503]
    used = {row.failure for row in error_codes().values()} - {None}
    assert used == set(FailureClass), "every class is reached by some code"


def test_classes_of_the_codes_that_matter_most() -> None:
    assert failure_of(21610) is FailureClass.OPTED_OUT
    assert failure_of(20429) is FailureClass.RETRY
    assert failure_of(21614) is FailureClass.BAD_NUMBER
    assert failure_of_status(30007) is FailureClass.CONTENT
    assert failure_of_status(30005) is FailureClass.BAD_NUMBER


def test_an_unknown_refusal_waits_for_a_person_and_an_unknown_status_fails_the_touch() -> None:
    assert failure_of(99_999) is FailureClass.CONFIG
    assert failure_of_status(99_999) is FailureClass.SOFT
    assert failure_of_status(None) is FailureClass.SOFT
    assert "99999" in reason_of(99_999)


def test_reasons_are_sentences() -> None:
    for code in [*error_codes(), None, 1]:
        reason = reason_of(code)
        assert reason.endswith(".")
        assert ".." not in reason
