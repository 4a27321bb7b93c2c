"""Index expressions of jobs and data views: what they name, and whether a data view serves one."""

import pytest

from mlaccess.resolver.expressions import Expression, one_plain, parse_expression, separate, title_covers


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("logs-*", Expression(("logs-*",))),
        (" a , b,-c ,", Expression(("a", "b"), exclusions=("c",))),
        ("-a,b", Expression(("-a", "b"))),
        ("a,b,-c,-d", Expression(("a", "b"), exclusions=("c", "d"))),
        ("far:logs-*", Expression(("logs-*",), cluster="far")),
        ("far:a:b", Expression(("a:b",), cluster="far")),
        ("logs-*,far:x", Expression(("logs-*",))),
        ("a,-far:b", Expression(("a",))),
        ("logs::failures", Expression(("logs::failures",))),
        ("logs::data", Expression(("logs::data",))),
        ("far:logs::failures", Expression(("logs::failures",), cluster="far")),
        ("<logs-{now/d}>", Expression(("logs-*",), date_math=True)),
        ("<logs-{now/d{yyyy.MM.dd|+12:00}}>", Expression(("logs-*",), date_math=True)),
        ("<far:logs-{now/d}>", Expression(("far:logs-*",), date_math=True)),
        ("a,<logs-{now/d}>", Expression(("a", "logs-*"), date_math=True)),
        ("a,-<logs-{now/d}>", Expression(("a",), exclusions=("<logs-{now/d}>",))),
        ("<logs", Expression(("<logs",))),
        ("_all", Expression(("*",))),
        ("/a:b/", Expression(("/a:b/",))),
        ("", Expression(("",))),
        ("far:a,eu:b", Expression(("far:a,eu:b",))),
        ("a,-b,<c-{now/d}>", Expression(("a", "c-*"), exclusions=("b",), date_math=True)),
    ],
)
def test_an_expression_is_read(text: str, expression: Expression) -> None:
    """Lists with exclusions after the first member, remote clusters, selectors, date math, everything."""
    assert parse_expression(text) == expression


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("logs-*", ("logs-*",)),
        ("far:logs-*", ("far:logs-*",)),
        ("a,b,-c", ("a,b,-c",)),
        ("a,far:b", ("far:b", "a")),
        ("a,far:b,c,-d", ("far:b", "a,c,-d")),
        ("far:a,eu:b", ("far:a", "eu:b")),
        ("far:a,-b", ("far:a",)),
        ("a,logs::failures", ("a,logs::failures",)),
    ],
)
def test_a_list_over_several_clusters_is_taken_apart(text: str, members: tuple[str, ...]) -> None:
    """Each remote member is asked of its own cluster."""
    assert separate(text) == members


@pytest.mark.parametrize(
    ("title", "expression", "covers"),
    [
        ("logs-*", "logs-*", True),
        ("logs-*", "logs-a", True),
        ("logs-*", "metrics-*", False),
        ("logs-a", "logs-*", False),
        ("logs-*,metrics-*", "metrics-a", True),
        ("logs-*,metrics-*", "logs-a,metrics-b", True),
        ("logs-*", "logs-a,metrics-b", False),
        ("logs-*,-logs-x", "logs-a", True),
        ("logs-*,-logs-x", "logs-x", False),
        ("logs-*,-logs-x", "logs-*", False),
        ("logs-*,-logs-x", "logs-*,-logs-x*", True),
        ("logs-*,-logs-x", "logs-*,-logs-x", True),
        ("logs-a,-logs-x", "logs-a", True),
        ("logs-x,-logs-*", "logs-x", False),
        ("logs-*", "far:logs-a", False),
        ("far:logs-*", "far:logs-*", True),
        ("far:logs-*", "far:logs-a", True),
        ("*:logs-*", "far:logs-a", True),
        ("*", "far:logs-a", False),
        ("a,far:logs-*", "far:logs-*", True),
        ("far:logs-*", "logs-a", False),
        ("far:logs-*,logs-*", "logs-a", True),
        ("far:*,logs-*,-logs-x", "logs-x", False),
        ("logs-*", "<logs-{now/d}>", None),
        ("<logs-{now/d}>", "<logs-{now/d}>", True),
        ("<logs-{now/d}>", "logs-a", None),
        ("<logs-{now/d}>,logs-*", "logs-a", True),
        ("logs-*", "logs-a::failures", False),
        ("logs-*::failures", "logs-a::failures", True),
        ("logs-*::failures", "logs-a", False),
        ("logs-*,logs-*::failures", "logs-a::failures", True),
        ("logs-*", "logs-a::data", True),
        ("logs-*::data", "logs-a", True),
        ("_all", "logs-a", True),
        ("*", "_all", True),
        ("logs-*", "/bad(", None),
        ("/bad(", "logs-a", False),
    ],
)
def test_a_data_view_serves_an_expression_if_its_title_includes_every_name(
    title: str, expression: str, covers: bool | None
) -> None:
    """A remote expression is a name with its cluster; a title is no regular expression; date math is not decided."""
    assert title_covers(title, expression) is covers


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("logs-a", "logs-a"),
        ("l*-*", "l*-*"),
        ("_all", "*"),
        ("a,b", None),
        ("a,", None),
        ("far:a", None),
        ("a::failures", None),
        ("<a-{now/d}>", None),
        ("a<b", None),
        ("/a/", None),
        ("a?", None),
        (" a", None),
        ("a ", None),
    ],
)
def test_one_plain_name_needs_no_closer_look(text: str, plain: str | None) -> None:
    """Of this cluster, without a selector, and as it stands."""
    assert one_plain(text) == plain


@pytest.mark.parametrize(
    ("title", "expression", "covers"),
    [
        (" logs-*", "logs-a", True),
        ("logs-* ", "logs-a", True),
        ("logs-a", " logs-a", True),
        ("a,b", "c", False),
        ("a,-b*", "b", False),
        ("a,b,-c", "b,a", True),
        ("a,b,-c", "a,c", False),
        ("a,b,-b", "b", False),
        ("eu:a,far:*", "far:a", True),
        ("far:*,-far:b", "far:a", True),
        ("far:*,-far:b", "far:b", False),
        ("<far:logs-{now/d}>", "far:logs-a", None),
        ("far:<logs-{now/d}>", "far:logs-a", None),
        ("a", "far:<logs-{now/d}>", None),
        ("*:*", "far:<logs-{now/d}>", True),
        ("*", "a::failures", False),
        ("*::failures,*", "a,b::failures", True),
        ("a::data", "a::failures", False),
        ("a,a::failures,-a::failures", "a::failures", False),
        ("a*,-<a-{now/d}>", "a", True),
        ("a*,-<a-{now/d}>", "b", False),
        ("a*,-<a-{now/d}>", "a-*", None),
        ("a*,-<a-{now/d}>", "a-1", None),
        ("a*,-<a-{now/d}>,-b", "ab*", True),
        ("far:a*,-far:<a-{now/d}>", "far:a-1", None),
        ("far:a*,-far:<a-{now/d}>", "far:ab", True),
        ("/a.*/", "/a.*/", True),
        ("far:a", "a", False),
    ],
)
def test_lists_clusters_and_parts_of_a_data_stream_are_told_apart(
    title: str, expression: str, covers: bool | None
) -> None:
    """Spaces around members do not matter."""
    assert title_covers(title, expression) is covers
