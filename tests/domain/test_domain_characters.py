"""Plain characters for odd ones: in templates, in definition files, and nowhere else."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.characters import outside, plain, plain_template
from trd_tui.domain.plain_toml import plain_toml
from trd_tui.domain.template import TemplateError, parse, render
from trd_tui.services.lint_tables import lint_tables

MAP = lint_tables().replacements
ODD = "’“”–…`\u00a0｛｝｜\u0303ñé🎉{}|'\" a1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("it’s “so” – …", 'it\'s "so" - ...'),
        ("a\u00a0b\tc\u2009d", "a b c d"),
        ("manana n\u0303", "manana ñ"),
        ("x\u0303", "x\u0303"),
        ("José ÷ ½", "José / 1/2"),
        ("wow 🎉", "wow 🎉"),
        ("a\u200bb", "ab"),
    ],
)
def test_what_a_character_becomes(text: str, said: str) -> None:
    assert plain(text, MAP) == said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("it’s {{first_name|there’s}}", "it's {{first_name|there's}}"),
        ('{{city | default: "there’s"}}', '{{city | default: "there\'s"}}'),
        ("{{city | default: 'there’s'}}", "{{city | default: 'there’s'}}"),
        ("a ｛b｝ ｜ {{city|x｜y}}", "a ｛b｝ ｜ {{city|x｜y}}"),
    ],
)
def test_a_template_keeps_its_placeholders(body: str, said: str) -> None:
    assert plain_template(body, MAP) == said


@given(st.text(ODD, max_size=12), st.text(ODD.replace("{", "").replace("}", ""), max_size=8))
def test_a_plain_template_says_the_same_plainly(text: str, fallback: str) -> None:
    body = f"{text}{{{{city|{fallback}}}}} end"
    try:
        before = parse(body)
    except TemplateError:
        return
    after = parse(plain_template(body, MAP))
    assert [slot.field for slot in after.slots] == [slot.field for slot in before.slots]
    assert [slot.filters for slot in after.slots] == [slot.filters for slot in before.slots]
    values = dict.fromkeys(before.fields, "x")
    said = render(after, values)
    safe = {odd: new for odd, new in MAP.items() if not set("{}|") & set(new)}
    assert said == plain(render(before, values), safe)


FILE = '''# it’s a comment with "quotes
name = "It’s spring"
brand = 'Ann’s'
[variables]
agent = "Ann’s"          # “Ann”
"k’ey" = "x"
[[touch]]
day = 1
body = "it’s “{{agent}}”"
[[touch]]
day = 3
body = """
two… \\
   lines “so”"""
[[touch]]
day = 5
body = \'Don’t say "never"\'
[[touch]]
day = 7
body = \'\'\'It’s "so" \'\'\'
'''


def test_a_file_changes_in_its_texts_only() -> None:
    after = plain_toml(FILE, MAP)
    data = tomllib.loads(after)
    assert [touch["body"] for touch in data["touch"]] == [
        'it\'s "{{agent}}"',
        'two... lines "so"',
        'Don\'t say "never"',
        'It\'s "so" ',
    ]
    assert data["variables"] == {"agent": "Ann's", "k’ey": "x"}
    assert (data["name"], data["brand"]) == ("It’s spring", "Ann’s")
    changed = [
        (old, new) for old, new in zip(FILE.splitlines(), after.splitlines(), strict=True) if old != new
    ]
    assert len(changed) == 6
    assert changed[0] == ('agent = "Ann’s"          # “Ann”', 'agent = "Ann\'s"          # “Ann”')
    assert plain_toml(after, MAP) == after


def test_a_file_with_nothing_to_replace_is_the_same() -> None:
    source = 'name = "It’s"\n[[touch]]\nday=1\nbody="plain"\r\n'
    assert plain_toml(source, MAP) == source


@given(
    st.lists(st.text(ODD.replace("{", "").replace("}", ""), min_size=1, max_size=10), min_size=1, max_size=4),
    st.sampled_from(['"', '"""', "'", "'''"]),
    st.text("’“\"'# \\n", max_size=6),
)
def test_any_way_to_write_a_text_ends_in_plain_characters(bodies: list[str], quotes: str, name: str) -> None:
    shown = [
        body.replace("\\", "\\\\").replace('"', '\\"') if quotes[0] == '"' else body.replace("'", "’")
        for body in bodies
    ]
    comment = name.replace("\n", " ")
    source = f"# {comment}\n" + "".join(f"[[touch]]\nbody = {quotes}{body}{quotes}\n" for body in shown)
    before = tomllib.loads(source)
    after = tomllib.loads(plain_toml(source, MAP))
    assert [touch["body"] for touch in after["touch"]] == [
        plain_template(touch["body"], MAP) for touch in before["touch"]
    ]


def test_the_shipped_map_ends_in_gsm() -> None:
    assert "".join(outside(new) for new in MAP.values()) == ""
