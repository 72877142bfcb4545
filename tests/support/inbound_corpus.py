"""The labelled corpus of texts, and how well they are understood: ``python -m tests.support.inbound_corpus``.

A file has a heading in brackets for each label and one text a line; ``\\n`` stands for a line break. Labels
were given by what the writer means and what we owe them, before the matcher was run on the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from trd_tui.domain.optout import read

FOLDER = Path(__file__).parent.parent / "domain" / "data"
FILES = ("inbound_first", "inbound_second", "inbound_third")
LABELS = ("opt_out", "unclear", "opt_in", "help", "auto", "reply")


class Labelled(NamedTuple):
    """A text and what it is."""

    label: str
    text: str


class Figures(NamedTuple):
    """How often the matcher is right.

    Attributes:
        certain: texts that it is certain about.
        right: those of them that are opt-outs.
        opt_outs: opt-outs in the corpus.
        caught: those that are certain or put before a person.
        answers: ordinary answers.
        looked_at: those that a person is asked about in vain.
    """

    certain: int
    right: int
    opt_outs: int
    caught: int
    answers: int
    looked_at: int

    @property
    def precision(self) -> float:
        return self.right / self.certain

    @property
    def recall(self) -> float:
        return self.caught / self.opt_outs

    @property
    def certain_recall(self) -> float:
        return self.right / self.opt_outs


def corpus(*names: str) -> Iterator[Labelled]:
    """The texts of some files, all of them without names."""
    for name in names or FILES:
        label = ""
        for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("[") and line.endswith("]") and line[1:-1] in LABELS:
                label = line[1:-1]
            elif line:
                yield Labelled(label, line.replace("\\n", "\n"))


def figures(texts: Iterable[Labelled]) -> Figures:
    """Run the matcher on labelled texts."""
    count: Counter[tuple[str, str]] = Counter((each.label, read(each.text).certainty) for each in texts)
    certain = sum(number for (_, verdict), number in count.items() if verdict == "certain")
    right = count["opt_out", "certain"]
    answers = [number for (label, _), number in count.items() if label == "reply"]
    return Figures(
        certain=certain,
        right=right,
        opt_outs=sum(number for (label, _), number in count.items() if label == "opt_out"),
        caught=right + count["opt_out", "uncertain"],
        answers=sum(answers),
        looked_at=count["reply", "uncertain"],
    )


def table() -> str:
    """The table that `tests/README.md` shows."""
    lines = [
        "| corpus | texts | opt-outs | precision of certain | recall of certain | recall of certain or held"
        " | answers held in vain |",
        "|---|---|---|---|---|---|---|",
    ]
    titles = ("first", "second", "third")
    for title, names in (*((t, (n,)) for t, n in zip(titles, FILES, strict=True)), ("all", FILES)):
        texts = list(corpus(*names))
        found = figures(texts)
        lines.append(
            f"| {title} | {len(texts)} | {found.opt_outs}"
            f" | {found.precision:.3f} ({found.right}/{found.certain})"
            f" | {found.certain_recall:.3f} | {found.recall:.3f} ({found.caught}/{found.opt_outs})"
            f" | {found.looked_at}/{found.answers} |"
        )
    return "\n".join(lines)


def _misread() -> Iterator[str]:
    for each in corpus():
        reading = read(each.text)
        if reading.kind != each.label:
            yield f"{each.label:>8} read as {reading.kind:8} {each.text!r} ({reading.why})"


if __name__ == "__main__":
    print(table())
    print("\n".join(_misread()))
