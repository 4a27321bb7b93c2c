"""Index expressions as jobs and data views write them: remote clusters, lists with exclusions, date math."""

import attrs

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.patterns import patterns

__all__ = ["Expression", "parse_expression", "title_covers"]

_SELECTORS = ("::data", "::failures")


@attrs.frozen
class Expression:
    """An index expression. `names` must all be covered; with `partly` set, covering them decides only in one direction.

    `cluster` is the alias of a remote cluster, or empty.
    """

    names: tuple[str, ...]
    cluster: str = ""
    exclusions: tuple[str, ...] = ()
    date_math: bool = False


def parse_expression(text: str) -> Expression:
    """Read an index expression: `name`, `na*me`, `a,b,-c`, `cluster:name`, `<name-{now/d}>`, `_all`."""
    if text.startswith("<") and text.endswith(">"):
        return Expression((text[1:].split("{", 1)[0] + "*",), date_math=True)
    bare = next((text.removesuffix(s) for s in _SELECTORS if text.endswith(s)), text)
    if ":" in bare and not bare.startswith("/"):
        cluster, _, name = text.partition(":")
        return Expression((name,), cluster=cluster)
    parts = [p.strip() for p in text.split(",") if p.strip()]
    if not parts:
        return Expression((text,))
    names = tuple("*" if p == "_all" else p for i, p in enumerate(parts) if i == 0 or not p.startswith("-"))
    exclusions = tuple(p[1:] for i, p in enumerate(parts) if i > 0 and p.startswith("-"))
    return Expression(names, exclusions=exclusions)


def title_covers(title: str, expression: str) -> bool | None:
    """Whether the names that a data view's title matches include all names of an expression (choice C05).

    None where that is undecidable here (date math, patterns too complex). Remote expressions are compared as text.
    """
    if title == expression:
        return True
    titles = [p.strip() for p in title.split(",") if p.strip()]
    if expression in titles and not any(t.startswith("-") for t in titles[1:]):
        return True
    wanted, offered = parse_expression(expression), parse_expression(title)
    if wanted.cluster:
        return False
    if wanted.date_math:
        return None
    offered_names = tuple(n for n in offered.names if ":" not in n)
    if not offered_names:
        return False
    if offered.date_math:
        return None
    try:
        language = patterns(offered_names)
        if offered.exclusions:
            language = language.minus(patterns(offered.exclusions))
        needed = patterns(wanted.names)
        if wanted.exclusions:
            needed = needed.minus(patterns(wanted.exclusions))
        return language.includes(needed)
    except (PatternError, TooComplex):
        return None
