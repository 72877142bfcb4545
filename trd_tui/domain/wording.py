"""How a touch is worded: who writes, how to stop, links that carriers filter, shouting, repetition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from trd_tui.domain.finding import Finding
from trd_tui.domain.optout import HELP_WORDS, OPT_OUT_WORDS
from trd_tui.domain.sequence import Touch
from trd_tui.domain.template import TOKEN, TemplateError, compile_template

ALIKE = 0.85
"""Share of words in common, in order, from which two texts are nearly the same."""

_FEWEST_WORDS = 4
"""Shorter texts are alike by chance."""

_MOST_EXCLAMATIONS = 2
_CAPITALS_IN_A_ROW = 3
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_WORDS_OF_CARRIERS = OPT_OUT_WORDS | HELP_WORDS
_STOPS = "|".join(sorted(OPT_OUT_WORDS))
_ASKED = r"\b(?:reply|replying|respond|text|txt|send|answer|write|responda|env[ií]e)\b(?:\s+(?:with|con|us))?"
_IN_CAPITALS = re.compile(
    rf"\b(?:{_STOPS})(?:\s*=|\s*2|\s+(?i:to|for|at any time|para)\b)"
    rf"|(?i:opt[ -]?outs?|unsubscribe)\W+(?:{_STOPS})\b"
)
_ASKED_FOR = re.compile(rf"{_ASKED}\s+[\"'“‘]?(?:{_STOPS})\b", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![\w@./-])(?:https?://)?(?:www\.)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_MANY_EXCLAMATIONS = re.compile(r"!(?:\s*!)+")


def first_touch(touch: Touch, brand: str | None, variables: Mapping[str, str]) -> Iterator[Finding]:
    """What the first text must say: who writes, and how to stop."""
    text = with_variables(touch.body, variables)
    if brand is None:
        yield Finding(
            "brand_unknown",
            "warning",
            None,
            'no brand is given, so nobody can check that the first text says who writes; add brand = "..." to'
            " the definition",
        )
    elif not _says(text, brand):
        yield Finding(
            "brand_missing",
            "warning",
            touch.position,
            f"the first text does not say who writes; put {brand} into it",
        )
    if not _names_a_way_out(text):
        yield Finding(
            "opt_out_missing",
            "warning",
            touch.position,
            "the first text does not say how to stop; end it with: Reply STOP to opt out.",
        )


def _says(text: str, brand: str) -> bool:
    words, wanted = _words(text), _words(brand)
    if not wanted:
        return brand.casefold() in text.casefold()
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


def _names_a_way_out(text: str) -> bool:
    """Whether it names a word that the carrier obeys as what to answer: ``STOP PAYING RENT`` does not."""
    return _IN_CAPITALS.search(text) is not None or _ASKED_FOR.search(text) is not None


def links(touch: Touch, variables: Mapping[str, str], shorteners: frozenset[str]) -> Iterator[Finding]:
    """Links through a public shortener, in the text or in a variable that it uses."""
    found: dict[str, tuple[int, int] | None] = {}
    for match in _HOST.finditer(touch.body):
        found.setdefault(match[1].lower(), match.span(1))
    for match in _HOST.finditer(with_variables(touch.body, variables)):
        found.setdefault(match[1].lower(), None)
    for host, span in found.items():
        if host in shorteners:
            yield Finding(
                "shortener",
                "warning",
                touch.position,
                f"carriers filter {host}, a link shortener that anybody can use; write the whole address, or"
                " use a domain of your own",
                span,
            )


def tone(touch: Touch, brand: str | None) -> Iterator[Finding]:
    """Shouting: words in capitals one after the other, and many exclamation marks."""
    body = touch.body
    blanked = TOKEN.sub(lambda match: " " * len(match[0]), body)
    allowed = _WORDS_OF_CARRIERS | set(_WORD.findall(brand or ""))
    row: list[re.Match[str]] = []
    loudest: list[re.Match[str]] = []
    for match in _WORD.finditer(blanked):
        word = match[0]
        if word in allowed or word in ("A", "I") or not word.isalpha():
            continue
        row = [*row, match] if word.isupper() else []
        if len(row) > len(loudest):
            loudest = row
    if len(loudest) >= _CAPITALS_IN_A_ROW:
        start, end = loudest[0].start(), loudest[-1].end()
        yield Finding(
            "shouting",
            "hint",
            touch.position,
            f"'{_short(body[start:end])}' is all capitals, which filters take for spam; write it small",
            (start, end),
        )
    marks = blanked.count("!")
    run = _MANY_EXCLAMATIONS.search(blanked)
    if run or marks > _MOST_EXCLAMATIONS:
        at = run.start() if run else blanked.index("!")
        yield Finding(
            "exclamations",
            "hint",
            touch.position,
            f"{marks} exclamation marks, which filters take for spam; one is enough",
            (at, run.end() if run else at + 1),
        )


Part = tuple[str | None, Touch]
"""A touch with one of its texts as its body, and the variant's name; ``None`` where it has one text."""


def repetition(parts: Iterable[Part]) -> Iterator[Finding]:
    """Touches that say nearly the same: carriers filter what is repeated. Nobody gets two of a touch."""
    from difflib import SequenceMatcher  # 6 ms, only a lint needs it

    seen: list[tuple[Part, Sequence[str]]] = []
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    for name, touch in parts:
        words = _words(TOKEN.sub(" ", touch.body))
        matcher.set_seq2(words)
        nearest, best, twin = None, ALIKE, None
        for other, theirs in seen:
            if other[1].position == touch.position:
                twin = other if other[1].body.strip() == touch.body.strip() else twin
                continue
            if min(len(words), len(theirs)) < _FEWEST_WORDS and words != theirs:
                continue
            matcher.set_seq1(theirs)
            if matcher.real_quick_ratio() < best or matcher.quick_ratio() < best:
                continue
            ratio = matcher.ratio()
            if ratio >= best and (nearest is None or ratio > best):
                nearest, best = other, ratio
        if twin is not None:
            yield Finding(
                "same_variant",
                "warning",
                touch.position,
                f"says the same as variant {twin[0]}, so that there is nothing to compare: word it anew, or"
                " leave it out",
                variant=name,
            )
        if nearest is not None:
            yield Finding(
                "near_duplicate",
                "warning",
                touch.position,
                f"says nearly the same as {_place(nearest)} ({best:.0%} of the words); carriers filter"
                " what is repeated: word it anew",
                variant=name,
            )
        seen.append(((name, touch), words))


def _place(part: Part) -> str:
    name, touch = part
    return f"touch {touch.position}" if name is None else f"touch {touch.position} variant {name}"


def with_variables(body: str, variables: Mapping[str, str]) -> str:
    """The template with the campaign's own values put in; other placeholders become their fallback, or go."""
    try:
        template = compile_template(body)
    except TemplateError:
        return body
    pieces = list(template.pieces)
    for slot in template.slots:
        value = variables.get(slot.field, "").strip()
        for each in slot.filters if value else ():
            value = each(value)
        pieces[slot.index] = value or slot.fallback or ""
    return "".join(pieces)


def _words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"
