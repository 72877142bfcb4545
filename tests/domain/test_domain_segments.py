"""Segments against the answers of the carrier's own calculator, and the rules behind them."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.clusters import cluster_units
from trd_tui.domain.segments import GSM_BASIC, GSM_EXTENDED, count, segments

ROWS: list[tuple[str, str, int, int]] = [
    tuple(row)
    for row in json.loads(Path(__file__).with_name("segments_oracle.json").read_text(encoding="utf-8"))[
        "rows"
    ]
]

GSM_TEXT = st.text(alphabet=st.sampled_from(sorted(GSM_BASIC | GSM_EXTENDED)), max_size=500)


def test_equals_the_carriers_own_calculator() -> None:
    assert len(ROWS) >= 3_000
    different = [
        (text, encoding, number, units)
        for text, encoding, number, units in ROWS
        if (found := count(text)).segments != number
        or found.encoding != encoding
        or found.units != units
        or segments(text) != number
    ]
    assert different == []


def test_the_answers_hold_both_encodings_and_many_lengths() -> None:
    assert {row[1] for row in ROWS} == {"GSM-7", "UCS-2"}
    assert {row[2] for row in ROWS} >= {1, 2, 3, 4, 5}


def test_the_alphabet_is_gsm_7() -> None:
    assert len(GSM_BASIC) == 127  # 128 less the escape
    assert len(GSM_EXTENDED) == 10
    assert not GSM_BASIC & GSM_EXTENDED


def test_names_what_forces_ucs_2() -> None:
    assert count("It’s “here” — it’s ok").outside == "’“”—"
    assert count("plain").outside == ""


def test_a_family_is_one_cluster() -> None:
    assert cluster_units("a👨‍👩‍👧b🇺🇸🇫🇷e\u0301\r\n") == [1, 8, 1, 4, 4, 2, 1, 1]


@given(GSM_TEXT)
def test_gsm_text_fits_and_wastes_at_most_one_septet_a_segment(body: str) -> None:
    found = count(body)
    assert found.encoding == "GSM-7"
    assert found.units == len(body) + sum(char in GSM_EXTENDED for char in body)
    if found.segments == 1:
        assert found.units <= 160
    else:
        assert 152 * (found.segments - 1) < found.units <= 153 * found.segments


@given(st.text(max_size=300))
def test_any_text_is_counted_and_clusters_lose_nothing(body: str) -> None:
    found = count(body)
    utf16 = len(body.encode("utf-16-le", "surrogatepass")) // 2
    assert segments(body) == found.segments >= 1
    assert sum(cluster_units(body)) == utf16
    assert (found.encoding == "UCS-2") == bool(found.outside)
    if found.encoding == "UCS-2":
        assert found.units == utf16
        assert (found.segments == 1) == (utf16 <= 70) or max(cluster_units(body)) > 67


@given(GSM_TEXT, GSM_TEXT)
def test_more_text_never_takes_fewer_segments(body: str, more: str) -> None:
    assert segments(body + more) >= segments(body)
