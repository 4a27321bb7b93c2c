"""Names, patterns and inclusion for the oracle, by derivatives (Brzozowski 1964): slow, short, and all its own.

Wildcards, and the part of Lucene's regular expressions that generated worlds use: `. * + ? | & ~ [] () @ #` and `\\`.
"""

from functools import cache

Regex = tuple  # ("set", chars, negated) ("cat", a, b) ("or", parts) ("not", r) ("star", r) ("nothing",) ("empty",)
NOTHING, EMPTY = ("nothing",), ("empty",)
ANY = ("set", frozenset(), True)
ALL = ("not", NOTHING)


def cat(a: Regex, b: Regex) -> Regex:
    if NOTHING in (a, b):
        return NOTHING
    if EMPTY in (a, b) or a == b == ALL:
        return b if a == EMPTY else a
    return ("cat", a[1], cat(a[2], b)) if a[0] == "cat" else ("cat", a, b)


def union(*parts: Regex) -> Regex:
    flat = {q for p in parts for q in (p[1] if p[0] == "or" else (p,))} - {NOTHING}
    if ALL in flat or any(negate(p) in flat for p in flat):
        return ALL
    return ("or", frozenset(flat)) if len(flat) > 1 else next(iter(flat), NOTHING)


def negate(r: Regex) -> Regex:
    return r[1] if r[0] == "not" else ("not", r)


def both(a: Regex, b: Regex) -> Regex:
    return negate(union(negate(a), negate(b)))


def star(r: Regex) -> Regex:
    return ALL if r in (ANY, ALL) else EMPTY if r in (NOTHING, EMPTY) else ("star", r)


@cache
def nullable(r: Regex) -> bool:
    return {
        "empty": lambda: True, "star": lambda: True, "nothing": lambda: False, "set": lambda: False,
        "cat": lambda: nullable(r[1]) and nullable(r[2]),
        "or": lambda: any(map(nullable, r[1])), "not": lambda: not nullable(r[1]),
    }[r[0]]()  # fmt: skip


@cache
def derive(r: Regex, c: str) -> Regex:
    """What may follow `c`."""
    match r:
        case ("set", chars, negated):
            return EMPTY if (c in chars) != negated else NOTHING
        case ("cat", a, b):
            return union(cat(derive(a, c), b), derive(b, c) if nullable(a) else NOTHING)
        case ("or", parts):
            return union(*(derive(p, c) for p in parts))
        case ("not", a):
            return negate(derive(a, c))
        case ("star", a):
            return cat(derive(a, c), r)
    return NOTHING


@cache
def firsts(r: Regex) -> frozenset[str]:
    """Characters that make a difference at the front; all others are alike."""
    inner = {"set": lambda: r[1], "or": lambda: frozenset().union(*map(firsts, r[1]))}
    inner |= dict.fromkeys(("not", "star"), lambda: firsts(r[1]))
    inner["cat"] = lambda: firsts(r[1]) | (firsts(r[2]) if nullable(r[1]) else frozenset())
    return inner.get(r[0], frozenset)()


@cache
def is_nothing(r: Regex) -> bool:
    seen, todo = {r}, [r]
    while todo:
        state = todo.pop()
        if nullable(state):
            return False
        fresh = {derive(state, c) for c in (*firsts(state), "\uffff")} - seen
        seen |= fresh
        todo.extend(fresh)
    return True


def covers(outer: Regex, inner: Regex) -> bool:
    return is_nothing(both(inner, negate(outer)))


def matches(r: Regex, text: str) -> bool:
    for c in text:
        r = derive(r, c)
    return nullable(r)
