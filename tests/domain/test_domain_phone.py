"""Numbers: every usual notation gives one E.164, and a refusal says why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trd_tui.domain.phone import (
    DEFAULT_RATE_MILLI,
    PhoneError,
    is_sender_service,
    normalise,
    normalise_sender,
    sender_kind,
)

SERVICE = "MG" + "0a" * 16


@pytest.mark.parametrize(
    "text",
    [
        "4155552671",
        "14155552671",
        "+14155552671",
        "(415) 555-2671",
        "415.555.2671",
        "415-555-2671",
        "+1 (415) 555-2671",
        "1-415-555-2671",
        " 415 555 2671 ",
        "415/555-2671",
        "\u202a+1 415\u00a0555\u20112671\u202c",
        "４１５５５５２６７１",
        "tel:+1-415-555-2671",
        "4155552671.0",
    ],
)
def test_usual_notations(text: str) -> None:
    assert normalise(text) == "+14155552671"


@pytest.mark.parametrize("last", range(1, 10))
def test_the_carriers_test_numbers_are_taken(last: int) -> None:
    assert normalise(f"+1500555000{last}") == f"+1500555000{last}"


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+44 20 7946 0958", "US", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+1 415 555 2671", "GB", "+14155552671"),
        ("+49 (0)30 901820", "US", "+4930901820"),
    ],
)
def test_other_countries(text: str, region: str, number: str) -> None:
    assert normalise(text, region) == number


def examples() -> list[str]:
    import phonenumbers

    found = (
        phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    )
    return [
        phonenumbers.format_number(each, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        for each in found
        if each
    ]


@settings(max_examples=100)
@given(
    st.sampled_from(examples()),
    st.sampled_from(["00", "00 ", "(00) ", "00-", "00."]),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from(["US", "CA", "GB", "DE", "AU"]),
)
def test_two_zeros_are_a_plus_as_the_library_reads_it(
    number: str, zeros: str, between: str, region: str
) -> None:
    import phonenumbers

    plain = number.removeprefix("+").replace(" ", between)
    expected = phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.E164)
    assert normalise(zeros + plain, region) == expected


def test_two_zeros_before_no_number_are_refused() -> None:
    with pytest.raises(PhoneError, match="0044 20"):
        normalise("0044 20")
    assert normalise("0044 (0)20 7946 0958") == "+442079460958"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no number"),
        ("  \n", "no number"),
        ("555-2671", "too few"),
        ("12345", "too few"),
        ("415555267", "too few"),
        ("41555526711", "too many"),
        ("call me", "letters"),
        ("1-800-FLOWERS", "letters"),
        ("415-555-2671 x12", "extension"),
        ("415-555-2671 ext. 3", "extension"),
        ("4.15555E+09", "spreadsheet"),
        ("+1 999 999 9999", "does not exist"),
        ("+44 1", "'+44 1'"),
        ("---", "not a phone number"),
        ("9" * 5000, "too long"),
        ("\x00\x01", "not a phone number"),
        ("4155552671, 4155552672", "'4155552671, 4155552672'"),
    ],
)
def test_refusals_say_why(text: str, part: str) -> None:
    with pytest.raises(PhoneError, match=part.replace("+", r"\+")):
        normalise(text)


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = normalise(text)
    except PhoneError as error:
        assert str(error).isprintable(), text  # noqa: PT017
        return
    assert number.startswith("+")
    assert normalise(number) == number


@settings(max_examples=60)
@given(
    st.integers(201, 989),
    st.integers(200, 999),
    st.integers(0, 9999),
    st.sampled_from(["{}{}{}", "({}) {}-{}", "+1{}{}{}", "1.{}.{}.{}"]),
)
def test_agrees_with_the_library_on_north_america(area: int, exchange: int, line: int, form: str) -> None:
    import phonenumbers

    number = f"+1{area}{exchange}{line:04}"
    if phonenumbers.is_valid_number(phonenumbers.parse(number)):
        assert normalise(form.format(area, exchange, f"{line:04}")) == number
    else:
        with pytest.raises(PhoneError):
            normalise(form.format(area, exchange, f"{line:04}"))


@pytest.mark.parametrize(
    ("text", "address", "kind"),
    [
        (SERVICE, SERVICE, "messaging_service"),
        ("+15005550006", "+15005550006", "long_code"),
        ("(800) 555-0199", "+18005550199", "toll_free"),
        ("12345", "12345", "short_code"),
        ("123456", "123456", "short_code"),
    ],
)
def test_senders(text: str, address: str, kind: str) -> None:
    assert normalise_sender(text) == address
    assert sender_kind(address) == kind
    assert kind in DEFAULT_RATE_MILLI
    assert is_sender_service(address) == (kind == "messaging_service")


def test_a_broken_service_id_is_named() -> None:
    with pytest.raises(PhoneError, match="messaging service"):
        normalise_sender("MG123")
