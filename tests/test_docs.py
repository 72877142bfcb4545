"""What the README and the guides say holds: links lead somewhere, commands are ones, settings are told."""

from __future__ import annotations

import csv
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from trd_tui.cli.parser import build_parser
from trd_tui.domain.csv_columns import match_columns
from trd_tui.domain.definition import parse_definition
from trd_tui.settings import KEYS

HERE = Path(__file__).parent.parent
PAGES = [HERE / "README.md", HERE / "tests" / "README.md", *sorted((HERE / "docs").glob("*.md"))]


def anchors(page: Path) -> set[str]:
    """The headings of a page, as a link names them."""
    headings = re.findall(r"(?m)^#+ (.*)$", page.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(page: Path) -> list[list[str]]:
    """Every line of ``trd`` in a block of code, without its remark, in words."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if re.match(r"(sudo )?trd\b", line)]
    return [shlex.split(line.removeprefix("sudo "), comments=True)[1:] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HERE)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)\s]*)\)", page.read_text()):
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HERE)))
def test_commands_are_commands(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = build_parser()
    for words in commands(page):
        said = words[: words.index(">")] if ">" in words else words
        if said:
            try:
                parser.parse_args(said)
            except SystemExit:
                pytest.fail(f"{' '.join(words)}: {capsys.readouterr().err}")


def test_every_setting_is_told() -> None:
    table = (HERE / "docs" / "settings.md").read_text()
    told = {key for row in re.findall(r"(?m)^\| (`.*?) \|", table) for key in re.findall(r"`(\w+)`", row)}
    assert told == set(KEYS)


def test_the_examples_go_together() -> None:
    with (HERE / "examples" / "people.csv").open(newline="") as file:
        header = next(csv.reader(file))
    columns = match_columns(header)
    written = tomllib.loads((HERE / "examples" / "spring.toml").read_text())
    definition = parse_definition(written, columns.custom)
    assert len(definition.sequence.touches) == 3


def test_the_definition_of_the_guide_is_one() -> None:
    (block,) = re.findall(
        r"```toml\n(name = .*?)```", (HERE / "docs" / "campaigns.md").read_text(), re.DOTALL
    )
    parse_definition(tomllib.loads(block))
