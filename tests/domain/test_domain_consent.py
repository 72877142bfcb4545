import pytest

from tests.support.world import instant
from trd_tui.domain.consent import KINDS, ConsentError, given_at, kind_of, one_line

NOW = instant("2024-03-01T12:00")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_understood_however_it_is_written(kind: str) -> None:
    for said in (kind, kind.replace("_", " ").title(), kind.replace("_", "-").upper()):
        assert kind_of(said) == kind


def test_other_usual_words_are_understood() -> None:
    assert [kind_of(said) for said in ("Website", "signed", "Phone", "Customer")] == [
        "web_form",
        "written",
        "verbal",
        "existing_customer",
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("no", "who has not agreed is not imported"),
        ("FALSE", "who has not agreed is not imported"),
        ("Opt-out", "who has not agreed is not imported"),
        ("yes", "does not say how it was given; write written"),
        ("writen", "did you mean 'written'"),
        ("opt_in", "is no kind of consent"),
    ],
)
def test_what_is_no_kind_is_refused_with_the_remedy(said: str, sentence: str) -> None:
    with pytest.raises(ConsentError, match=sentence):
        kind_of(said)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2024-01-15", "2024-01-15T00:00"),
        ("1/15/2024", "2024-01-15T00:00"),
        ("2024-01-15 09:30", "2024-01-15T09:30"),
        ("2024-01-15T09:30:00-05:00", "2024-01-15T14:30"),
        (" 2024-01-15T09:30:00Z ", "2024-01-15T09:30"),
    ],
)
def test_a_date_is_utc_unless_it_says_otherwise(said: str, at: str) -> None:
    assert given_at(said, NOW) == instant(at)


def test_a_date_that_may_be_two_is_not_guessed() -> None:
    for said, iso in (("1/2/2024", "2024-01-02"), ("12/11/2023", "2023-12-11")):
        with pytest.raises(ConsentError, match=f"may be two days; write it like {iso}"):
            given_at(said, NOW)
    assert given_at("2/2/2024", NOW) == given_at("2024-02-02", NOW)


@pytest.mark.parametrize("said", ["15/1/2024", "soon", "2024-02-30", "", "2024-03-01T12:00:01Z", "1e9"])
def test_what_is_no_date_or_to_come_is_refused(said: str) -> None:
    with pytest.raises(ConsentError, match=r"2024-01-15|to come"):
        given_at(said, NOW)


def test_a_source_stands_on_one_line_and_is_not_endless() -> None:
    assert one_line(" a\n b ", "source") == "a b"
    with pytest.raises(ConsentError, match="source of a consent is longer than 500"):
        one_line("x" * 501, "source")
