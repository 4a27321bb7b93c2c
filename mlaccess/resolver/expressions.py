"""Index expressions as jobs and data views write them: remote clusters, lists with exclusions, selectors, date math."""

from collections.abc import Iterable
from functools import lru_cache

import attrs

from mlaccess.automata import Language, TooComplex
from mlaccess.errors import PatternError
from mlaccess.patterns import patterns
from mlaccess.permission.plain import PlainName, is_plain, sample

__all__ = ["Expression", "one_plain", "parse_expression", "separate", "title_covers"]


@attrs.frozen
class Expression:
    """An index expression. All of `names` must be covered; with `exclusions` or `date_math` that is enough, not needed.

    `cluster` is the alias of a remote cluster, or empty.
    """

    names: tuple[str, ...]
    cluster: str = ""
    exclusions: tuple[str, ...] = ()
    date_math: bool = False


def separate(text: str) -> tuple[str, ...]:
    """A list that names indices of several clusters, as one expression per remote member and one for the rest."""
    parts = _parts(text)
    remote = tuple(p for p in parts if _is_remote(p))
    if not remote or len(parts) == 1:
        return (text,)
    local = tuple(p for p in parts if not _is_remote(p))
    return (*remote, ",".join(local)) if any(not p.startswith("-") for p in local) else remote


def parse_expression(text: str) -> Expression:
    """Read an index expression: `name`, `na*me`, `a,b,-c`, `cluster:name`, `<name-{now/d}>`, `_all`.

    Of a list over several clusters, only the members of this cluster: `separate` it first.
    """
    parts = _parts(text)
    if len(parts) == 1 and _is_remote(parts[0]):
        cluster, _, name = parts[0].partition(":")
        return Expression((name,), cluster=cluster)
    names = tuple(p for i, p in enumerate(parts) if not _is_remote(p) and (i == 0 or not p.startswith("-")))
    exclusions = tuple(p[1:] for i, p in enumerate(parts) if i > 0 and p.startswith("-") and not _is_remote(p))
    return Expression(
        tuple(_plain(p) for p in names) or (text,), exclusions=exclusions, date_math=any(map(_is_date_math, parts))
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(p.strip() for p in text.split(",") if p.strip()) or (text,)


def _plain(part: str) -> str:
    if _is_date_math(part):
        return part[1:].split("{", 1)[0] + "*"
    return "*" if part == "_all" else part


def _is_date_math(part: str) -> bool:
    return part.startswith("<") and part.endswith(">")


def _is_remote(part: str) -> bool:
    """Whether a member of a list names another cluster; a selector, `::failures`, does not."""
    if part.startswith("/") or _is_date_math(part):
        return False
    return ":" in part.removesuffix("::data").removesuffix("::failures")


@lru_cache(16384)
def title_covers(title: str, expression: str) -> bool | None:
    """Whether the names that a data view's title matches include all names of an expression (choice C05).

    None where that is undecidable here (date math, patterns too complex). Of a remote expression the whole text counts:
    only a member that names a cluster, perhaps by a wildcard, reaches another one. Documents of a failure store are
    covered only by a member that names it.
    """
    if title == expression:
        return True
    one, asked = one_plain(title), one_plain(expression)
    if one is not None and asked is not None:
        return PlainName.of(one).matches(sample(asked))
    titles = _parts(title)
    excluding = any(t.startswith("-") for t in titles[1:])
    if expression in titles and not excluding:
        return True
    wanted = parse_expression(expression)
    if wanted.cluster:
        offered, wanted = _as_text(t for t in titles if _is_remote(t)), _as_text((expression,))
        undecided = any("<" in t and ":" in t for t in (expression, *titles))  # date math on another cluster
    elif wanted.date_math:
        return None
    else:
        # A regular expression is none in a request, and no index is called so.
        local = [t for t in titles if not (_is_remote(t) or _is_date_math(t) or t.startswith("/"))]
        offered = parse_expression(",".join(local)) if local else Expression(())
        undecided = any(map(_is_date_math, titles))
    covered = _covers(offered, wanted) if offered.names else False
    if covered and any("<" in name for name in offered.exclusions):
        # What date math takes away is one of the names that it may come to.
        least = attrs.evolve(offered, exclusions=tuple(map(_any_date, offered.exclusions)))
        return True if _covers(least, wanted) else None
    return None if covered is False and undecided else covered


def _any_date(name: str) -> str:
    """A name as a pattern of all that its date math may come to."""
    cluster, math, rest = name.partition("<")
    return f"{cluster}{rest.split('{', 1)[0]}*" if math else name


def one_plain(text: str) -> str | None:
    """An expression that is one plain name or pattern, of this cluster and without a selector; None for any other."""
    if not is_plain(text) or "," in text or ":" in text or "<" in text or text.strip() != text:
        return None
    return _plain(text)


def _as_text(parts: Iterable[str]) -> Expression:
    """Members of a list with the aliases of their clusters, as if they were names."""
    found = tuple(parts)
    names = tuple(p for p in found if not p.startswith("-"))
    return Expression(names, exclusions=tuple(p[1:] for p in found if p.startswith("-")))


def _covers(offered: Expression, wanted: Expression) -> bool | None:
    try:
        return all(
            _language(offered, failures=kind).includes(_language(wanted, failures=kind)) for kind in (False, True)
        )
    except (PatternError, TooComplex):
        return None


def _language(expression: Expression, *, failures: bool) -> Language:
    """The names of an expression whose data, or whose failures, it speaks of."""

    def of(names: Iterable[str]) -> Language:
        kept = [n.removesuffix("::data").removesuffix("::failures") for n in names if _fails(n) is failures]
        return patterns(kept) if kept else Language.nothing()

    return of(expression.names).minus(of(expression.exclusions))


def _fails(name: str) -> bool:
    return name.endswith("::failures")
