"""What contacts' texts ask of us: the carrier's words, free text, machines; and the figures of the corpus."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.inbound_corpus import FILES, Labelled, corpus, figures, table
from trd_tui.domain.optout import HELP_WORDS, OPT_IN_WORDS, OPT_OUT_WORDS, carrier_word, read

WORDS = sorted(OPT_OUT_WORDS | OPT_IN_WORDS | HELP_WORDS)
AROUND = ["", " ", "\n", ".", "!", " !", "?!", '"', " 🛑", "…", "🙏🙏"]
KINDS = {"opt_out", "unclear", "opt_in", "help", "auto", "reply"}


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("STOP", "opt_out"),
        (" stop \n", "opt_out"),
        ("StopAll!!", "opt_out"),
        ("Yes", "opt_in"),
        ("unstop", "opt_in"),
        ("Help?", "help"),
        ("stop by tomorrow", None),
        ("STOP PLEASE", None),
        ("...", None),
        ("", None),
        ("stop" + " " * 900 + "it", None),
    ],
)
def test_the_carrier_takes_one_word_only(body: str, word: str | None) -> None:
    assert carrier_word(body) == word


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("stop by tomorrow", "unclear"),
        ("please stop texting me", "opt_out"),
        ("why did you stop texting me?", "unclear"),
        ("no mas", "opt_out"),
        ("no más de 200 mil", "reply"),
        ("quit texting", "opt_out"),
        ("remove me from your list", "opt_out"),
        ("wrong number", "unclear"),
        ("Wrong number. Stop texting me", "opt_out"),
        ("don't text me at work", "unclear"),
        ("Yes", "opt_in"),
        ("No", "reply"),
        ("Liked “Reply STOP to opt out”", "reply"),
        ("Thanks for texting us! We will reply soon. Reply STOP to end.", "auto"),
        ("I'm driving with Focus turned on. Stop texting me", "unclear"),
        ("I'm driving, call you later", "reply"),
    ],
)
def test_reads(body: str, kind: str) -> None:
    assert read(body).kind == kind


@given(st.sampled_from(WORDS), st.sampled_from(AROUND), st.sampled_from(AROUND))
def test_case_blanks_marks_and_emoji_do_not_count(word: str, before: str, after: str) -> None:
    kind = read(word).kind
    assert kind in ("opt_out", "opt_in", "help")
    assert read(before + word.lower() + after).kind == kind
    assert read(word.title() + after).kind == kind


@given(st.sampled_from(["STOP", "stop", "Unsubscribe", "quit"]), st.text(alphabet="abcxyz ", max_size=20))
def test_a_word_of_the_family_never_passes_for_an_answer(word: str, other: str) -> None:
    assert read(f"{word} {other}").kind in ("opt_out", "unclear")


ANSWERS = st.sampled_from(["yes", "no", "Yes", "No", "YES", "NO", "nope", "yeah", "sí", "si", "nah", "ok"])
COURTESY = st.sampled_from(
    ["", " please", " thanks", " thank you", " gracias", " sir", ", not interested", " call me"]
)


@given(ANSWERS, COURTESY, st.sampled_from(["", ".", "!", "!!", " 👍", " 🙂", "?"]))
def test_a_yes_or_no_is_never_an_opt_out(answer: str, courtesy: str, end: str) -> None:
    assert read(answer + courtesy + end).kind in ("reply", "opt_in")


@given(st.text(max_size=200))
def test_any_text_has_a_kind(body: str) -> None:
    assert read(body).kind in KINDS


@pytest.mark.parametrize(
    "body", ["stop " * 400, "no " * 600, "dont " * 400 + "text", "a" * 20_000, "remove my " * 200]
)
def test_a_long_text_is_read_at_once(body: str) -> None:
    assert read(body).kind in KINDS


@pytest.mark.parametrize(("told", "kind"), [("STOP", "opt_out"), ("start", "opt_in"), ("HELP", "help")])
def test_what_the_carrier_says_stands_above_the_words(told: str, kind: str) -> None:
    assert read("tell me more", told).kind == kind
    assert read("tell me more", "").kind == read("tell me more", "NEW").kind == "reply"


def test_the_corpus_is_large_and_says_each_thing_once() -> None:
    texts = list(corpus())
    assert len(texts) >= 400
    assert len({each.text for each in texts}) == len(texts)
    assert all(each.label for each in texts)


def test_certain_is_right_and_no_opt_out_slips_through() -> None:
    found = figures(corpus())
    assert found.precision >= 0.99
    assert found.recall >= 0.98
    for name in FILES:
        assert figures(corpus(name)).recall >= 0.98


def wrong(texts: list[Labelled], *labels: str) -> list[tuple[str, str]]:
    return [(each.text, read(each.text).kind) for each in texts if each.label in labels]


def test_no_answer_and_no_machine_suppresses_anybody() -> None:
    found = wrong(list(corpus()), "reply", "opt_in", "help", "auto")
    assert [each for each in found if each[1] == "opt_out"] == []


def test_machines_words_and_help_are_told_from_answers() -> None:
    texts = list(corpus())
    for label in ("auto", "opt_in", "help"):
        assert [each for each in wrong(texts, label) if each[1] != label] == []
    assert [each for each in wrong(texts, "reply") if each[1] == "auto"] == []


def test_the_table_in_the_docs_is_this_programs() -> None:
    readme = Path(__file__).parent.parent / "README.md"
    assert table() in readme.read_text(encoding="utf-8")
