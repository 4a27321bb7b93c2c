"""YAML is read as SnakeYAML reads it, or refused; where SnakeYAML may read what is refused, the refusal says so."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlaccess.loaders.file_realm import FileRealm, read_file_realm
from mlaccess.loaders.limits import MAX_DEPTH
from mlaccess.loaders.yaml_text import MAX_YAML_CHARACTERS, YamlError, YamlText, read_yaml

# What SnakeYAML 2.2 makes of each text; 1.33, 2.4 and 2.5 agree. `here` is how a refusal differs from its own.
ANSWERS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "snakeyaml.json").read_text(encoding="utf-8"))


def refusal(text: str) -> YamlError:
    with pytest.raises(YamlError) as caught:
        read_yaml(text)
    return caught.value


@pytest.mark.parametrize("row", ANSWERS, ids=[ascii(row["text"])[1:30] for row in ANSWERS])
def test_a_text_means_what_it_means_to_snakeyaml(row: dict[str, Any]) -> None:
    if "refused" in row or "here" in row:
        assert refusal(row["text"]).doubtful == (row.get("here") == "doubtful")
    else:
        value = read_yaml(row["text"]).value
        assert repr(value) == repr(row["value"])  # 1 is not True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("True", True),
        ("FALSE", False),
        ("~", None),
        ("Null", None),
        ("017", 17),
        ("0o17", "0o17"),
        ("0x1f", "0x1f"),
        ("1_000", 1000),
        ("+1", 1),
        ("-1", -1),
        ("1:30", "1:30"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("-.5e-1", -0.05),
        ("1e3", 1000.0),
        ("_1.5", "_1.5"),
        ("1.", "1."),
        ("._", "._"),
        (".inf", ".inf"),
        ("1" * 400, "1" * 400),
        ("'1'", "1"),
        ('"true"', "true"),
    ],
)
def test_only_plain_words_and_numbers_are_more_than_text(text: str, value: object) -> None:
    read = read_yaml(f"a: {text}").value
    assert read == {"a": value}
    assert type(cast("dict[str, object]", read)["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a:\n  b: c: d", "mapping values are not allowed in this context at line 2, column 7"),
        ("a: b\n\na: c", "the key `a` twice at line 3, column 1"),
        ("a: {b: 1, b: 2}", "the key `b` twice at line 1, column 11"),
        ("[a]: b", "a list where a key belongs at line 1, column 1"),
        ("{{ a }}: b", "an object where a key belongs at line 1, column 1"),
        ("*a : b", "an alias where a key belongs at line 1, column 1"),
        ("a: \u00e9\r\nb: \x07", "the character U+0007, which YAML does not allow, at line 2, column 4"),
        ("a: \x00", "the character U+0000, which YAML does not allow, at line 1, column 4"),
        ("a: \ud800", "the character U+D800, which YAML does not allow, at line 1, column 4"),
        ("a: \U0001f600\n# c\td\nb:\tc", "a tab where spaces belong at line 3, column 3"),
        ("a: b\u2028c: [d,\te]", "a tab where spaces belong at line 2, column 7"),
        ("a: 'b\n\tc'\nd: e\n \tf", "a tab where spaces belong at line 4, column 2"),
        ("a: [ logs-? ]", "`?` in a text without quotes inside brackets at line 1, column 11"),
        ('a: "\\\\/ \\/"', "`\\/`, an escape that YAML 1.1 lacks, at line 1, column 9"),
        ('a: "\\\t"', "a backslash before a tab, an escape that YAML 1.1 lacks, at line 1, column 5"),
        ("a: |#b\n  c", "a character that does not belong behind `|` at line 1, column 5"),
        ("a: !b\tc", "a tab after a tag at line 1, column 6"),
        ("a: [!b, c]", "a comma after a tag, which may belong to it at line 1, column 7"),
        ("*a?-b", "a character that may belong to the name of an anchor at line 1, column 3"),
        ("a: [b,\n\ufeffc]", "a byte order mark inside at line 2, column 1"),
        ("\ufeff\ufeffa: b", "a second byte order mark at line 1, column 1"),
        ("\ufeffa\t: [b,\n\tc]", "a tab where spaces belong at line 2, column 1"),
        ("a: !%ed%a0%80 b", "text that cannot be read as YAML"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(text: str, told: str) -> None:
    assert str(refusal(text)) == told


@pytest.mark.parametrize("sign", ["[", "{", "- ", "? ", "{a: ", "[{", "- - ", "!x [", "&x [", "a:\n "])
def test_a_text_may_be_nested_without_end(sign: str) -> None:
    """Nothing recurses, and the limit is named where it is met."""
    text = sign * 100_000
    if sign == "a:\n ":
        text = "".join(" " * i + "a:\n" for i in range(400))
    error = refusal(text)
    assert (str(error).startswith(f"nested more than {MAX_DEPTH} levels deep at line ")) == (
        "MAX_DEPTH" in error.expected
    )
    if sign in ("[", "- ", "a:\n ", "{a: "):
        assert "MAX_DEPTH" in error.expected
        assert error.doubtful


def test_the_deepest_that_is_read() -> None:
    assert isinstance(read_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH), YamlText)
    assert "MAX_DEPTH" in refusal("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).expected


LONG = "x" * 1_000_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"a: {LONG}", {"a": LONG}),
        (f"a: '{LONG}'", {"a": LONG}),
        (f'a: "{LONG}"', {"a": LONG}),
        (f"a: |\n  {LONG}\n", {"a": LONG + "\n"}),
        (f"? {LONG}\n: a", {LONG: "a"}),
        (f"a: &{LONG} b", {"a": "b"}),
        (f"a: *{LONG}", {"a": LONG}),
        (f"a: !{LONG} b", {"a": "b"}),
        (f"a: b #{LONG}", {"a": "b"}),
        (f"a:{' ' * 1_000_000}b", {"a": "b"}),
        ("a: b" + "\n" * 1_000_000, {"a": "b"}),
        ("a: b\n---\n" + LONG, {"a": "b"}),
        ("a: [" + "b," * 300_000 + "]", {"a": ["b"] * 300_000}),
        ("- a: b\n" * 100_000, [{"a": "b"}] * 100_000),
        ("\ufeffa\t: b", {"a": "b"}),
    ],
    ids=range(15),
)
def test_long_texts_are_read(text: str, value: object) -> None:
    assert read_yaml(text).value == value


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}: a",
        f"'{LONG}': a",
        "a: '" + LONG,
        'a: "' + "\\" * 999_999,
        "a: [" + "b?," * 300_000 + "]",
        "a: " + "\t" * 1_000_000 + "b",
    ],
    ids=range(6),
)
def test_long_texts_are_refused(text: str) -> None:
    assert len(str(refusal(text))) < 200


def test_a_document_has_as_many_characters_as_elasticsearch_reads() -> None:
    """Characters, not bytes."""
    text = "a: '" + "\u00e9" * (MAX_YAML_CHARACTERS - 5) + "'"
    assert isinstance(read_yaml(text), YamlText)
    error = refusal(text + "\n")
    assert error.doubtful
    assert str(error) == f"a document of {MAX_YAML_CHARACTERS + 1} characters"


def test_aliases_are_texts_and_nothing_unfolds() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 10_000))]
    read = read_yaml("\n".join(lines))
    assert cast("dict[str, object]", read.value)["a9999"] == ["a9998", "a9998"]
    assert len(read.aliases) == 9_999


YAML = st.text(alphabet="ab:\n -[]{}&*!|>'\"\\/,#%?\t\r\x85\u2028\ufeff\x00\u00e9\U0001f600@`", max_size=40) | st.text(
    max_size=40
)


def read_or_refused(text: str) -> YamlText | YamlError:
    try:
        return read_yaml(text)
    except YamlError as error:
        return error


@given(YAML)
@example("'\\")
@example("a: !%ff b")
def test_any_text_is_read_or_refused_at_a_place_of_its_own(text: str) -> None:
    read = read_or_refused(text)
    if isinstance(read, YamlError):
        line, column = read.place or (1, 1)
        assert 1 <= line <= len(text.splitlines()) + 1
        assert 1 <= column <= len(text) + 1


@given(st.sampled_from(["roles.yml", "role_mapping.yml", "elasticsearch.yml"]), YAML)
def test_any_file_gives_a_realm(name: str, text: str) -> None:
    assert isinstance(read_file_realm({name: text.encode("utf-8", "surrogatepass")}), FileRealm)


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=6)
VALUE: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXT, VALUE, max_size=3))
def test_json_is_yaml(value: dict[str, object]) -> None:
    """Where its texts have no line breaks of YAML's own."""
    text = json.dumps(value, ensure_ascii=False)
    read = read_or_refused(text)
    if isinstance(read, YamlText):
        assert read.value == value
    else:
        assert "U+" in str(read)
