"""Templates: what is understood, what is refused, and that a contact's data is never expanded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.template import (
    CONTACT_FIELDS,
    MAX_BODY,
    BodyTooLongError,
    EmptyBodyError,
    EmptyFieldError,
    TemplateError,
    field_key,
    field_values,
    lint,
    parse,
    render,
)

ANN = {"first_name": "Ann", "last_name": "O'Brien", "company": "", "city": "  "}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Hi {{first_name|there}}!", "Hi Ann!"),
        ("Hi {first_name}!", "Hi Ann!"),
        ("Hi {{ first_name }}!", "Hi Ann!"),
        ("Hi {{ First Name | default: 'there' }}!", "Hi Ann!"),
        ("At {{company|your firm}}.", "At your firm."),
        ("At {{ company | default: 'your firm' }}.", "At your firm."),
        ('At {{ company | default : "A | B" }}.', "At A | B."),
        ("At {{company|}}.", "At ."),
        ("In {{city|your town}}", "In your town"),
        ("{{last_name|upper}}", "O'BRIEN"),
        ("{{company|there|upper}}", "THERE"),
        ("{{company|upper|there}}", "there"),
        ("{{missing|none}}", "none"),
        ("no field", "no field"),
        ('{{ company | default: "it\'s fine" }}', "it's fine"),
        ("{{company|you & me: default}}", "you & me: default"),
    ],
)
def test_renders(body: str, text: str) -> None:
    assert render(parse(body), ANN) == text


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("ANN MARIE", "Ann Marie"),
        ("o'brien", "O'Brien"),
        ("d’angelo", "D’Angelo"),
        ("smith-jones", "Smith-Jones"),
        ("ann's", "Ann's"),
        ("i'm", "I'm"),
        ("élodie", "Élodie"),
    ],
)
def test_title_is_made_for_names(value: str, title: str) -> None:
    assert render(parse("{{name|title}}"), {"name": value}) == title


def test_first_takes_the_first_word() -> None:
    assert render(parse("{{name|first}}"), {"name": " Mary Ann  Lee"}) == "Mary"


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("Hi {first_name", "character 4"),
        ("Hi first_name}}", "character 14"),
        ("Hi {{first_name}", "no partner"),
        ("Hi {{}}", "names no field"),
        ("Hi {{ | there }}", "names no field"),
        ("Hi {}", "names no field"),
        ("{Hi|Hello}", "two braces"),
        ("{{first_name|a|b}}", "two fallbacks"),
        ("{{first_name | default: there}}", "quotes"),
        ("{{{first_name}}}", "no partner"),
    ],
)
def test_refuses_what_it_does_not_understand(body: str, part: str) -> None:
    with pytest.raises(TemplateError, match=part):
        parse(body)
    assert [problem.severity for problem in lint(body)] == ["error"]


def test_an_empty_value_without_fallback_names_the_field() -> None:
    with pytest.raises(EmptyFieldError) as caught:
        render(parse("Hi {{company}},"), ANN)
    assert caught.value.field == "company"
    with pytest.raises(EmptyFieldError, match="city"):
        render(parse("{city}"), ANN)


def test_the_limit_is_1600_characters() -> None:
    template = parse("{{text}}")
    assert len(render(template, {"text": "x" * MAX_BODY})) == MAX_BODY
    with pytest.raises(BodyTooLongError) as caught:
        render(template, {"text": "x" * (MAX_BODY + 1)})
    assert caught.value.length == 1601


@pytest.mark.parametrize("body", ["", "  \n", "{{company|}}"])
def test_a_blank_text_is_refused(body: str) -> None:
    with pytest.raises(EmptyBodyError):
        render(parse(body), ANN)


def test_lint_names_the_nearest_field() -> None:
    (problem,) = lint("Hi {{frist_name|there}}")
    assert problem.message == "unknown field 'frist_name'; did you mean 'first_name'?"
    assert problem.field == "frist_name"
    assert problem.severity == "error"


@pytest.mark.parametrize(
    ("body", "known", "message"),
    [
        ("{{custom.lot|?}}", ["lot"], "unknown field 'custom.lot'; did you mean 'lot'?"),
        ("{{ Custom.Lot No |?}}", ["lot_no"], "unknown field 'Custom.Lot No'; did you mean 'lot_no'?"),
        (
            "{{custom.lot|?}}",
            ["name"],
            "unknown field 'custom.lot'; write {{lot}}, and give the contacts a column of that name",
        ),
        (
            "{{Frist Name|?}} {{frist_name|?}}",
            ["first_name"],
            "unknown field 'Frist Name'; did you mean 'first_name'?",
        ),
        (
            "{{town|?}}",
            ["city"],
            "unknown field 'town'; write {{city}}: a column of that title is taken for it",
        ),
        ("{{lot|?}}", ["city"], "unknown field 'lot'; known are city, and what the contacts have columns of"),
    ],
)
def test_lint_names_a_field_as_it_was_written(body: str, known: list[str], message: str) -> None:
    assert [problem.message for problem in lint(body, known)] == [message]


def test_lint_warns_of_a_field_without_fallback_once() -> None:
    problems = lint("{{city}} and {city} and {{first_name|you}}")
    assert [(p.severity, p.field) for p in problems] == [("warning", "city")]


def test_lint_finds_a_text_that_is_always_too_long() -> None:
    assert any("1,601" in problem.message for problem in lint("x" * 1601))
    assert lint("x" * 1600) == []
    assert lint(" ")[0].severity == "error"


def test_fields_are_listed_once_in_order() -> None:
    assert parse("{b} {{a|x}} {{ B | y }}").fields == ("b", "a")


def test_values_nearest_to_the_contact_win() -> None:
    values = field_values(
        first_name="Ann",
        last_name="Lee",
        number="+14155550100",
        custom={"agent": "Bob", "lot": "", "city": "custom"},
        variables={"agent": "Eve", "lot": "12", "brand": "Acme"},
    )
    assert values["agent"] == "Bob"
    assert values["lot"] == "12"
    assert values["brand"] == "Acme"
    assert values["name"] == "Ann Lee"
    assert values["city"] == ""
    assert set(CONTACT_FIELDS) <= set(values)


@given(st.text(max_size=60))
def test_contact_data_is_never_expanded(value: str) -> None:
    body = render(
        parse("<{{first_name|x}}|{{last_name|y}}>"), {"first_name": value, "last_name": "{first_name}"}
    )
    assert body == f"<{value.strip() or 'x'}|{{first_name}}>"


@given(st.text(alphabet=st.sampled_from("ab {}|:'\"_\u00e9\n"), max_size=40))
def test_a_text_without_known_fields_never_leaks_a_brace(body: str) -> None:
    if any(problem.severity == "error" for problem in lint(body, ["a", "b"])):
        return
    filled = render(parse(body), {"a": "v", "b": "w"})
    assert "{" not in filled
    assert "}" not in filled


@given(
    st.sampled_from(CONTACT_FIELDS),
    st.text(alphabet=st.characters(blacklist_characters="{}|'\""), max_size=20),
    st.sampled_from(["{{%s|%s}}", "{{ %s | default: '%s' }}", '{{%s|default:"%s"}}']),
)
def test_a_fallback_stands_for_an_empty_value(field: str, fallback: str, form: str) -> None:
    text = fallback.strip()
    if text.lower() in {"upper", "title", "first"} or text.lower().startswith("default"):
        return  # in the short form these are words of the language
    assert render(parse("-" + form % (field, fallback)), {}) == "-" + text


@given(st.text(max_size=40))
def test_a_field_key_is_stable(text: str) -> None:
    assert field_key(field_key(text)) == field_key(text)
