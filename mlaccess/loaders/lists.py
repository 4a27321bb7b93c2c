"""The list shapes of Elastic's APIs: a map by name, a list of named objects, an envelope around either, a lone body."""

import re
from collections.abc import Callable, Iterator

from .cursor import Cursor

__all__ = ["Named", "file_stem", "named"]


class Named:
    """The members of a list with their names; `complete` is False where the file cannot hold them all."""

    __slots__ = ("complete", "members")

    def __init__(self, members: list[tuple[str, Cursor]], *, complete: bool = True) -> None:
        self.members = members
        self.complete = complete

    def __iter__(self) -> Iterator[tuple[str, Cursor]]:
        return iter(self.members)


def file_stem(file: str) -> str:
    """The last part of a path without its extension."""
    return re.sub(r"\.[A-Za-z]+$", "", re.split(r"[/\\]", file)[-1])


def named(
    root: Cursor,
    *,
    envelope: tuple[str, ...],
    name_key: tuple[str, ...],
    what: str,
    is_body: Callable[[Cursor], bool],
    map_by_name: bool,
) -> Named | None:
    """The members of a list in any of the shapes people have; None after reporting another shape.

    `envelope` are the keys under which an answer may hold its list (`{"count": 1, "users": [...]}`), `name_key` the
    members that hold the name, `map_by_name` whether a bare object maps names to members, and `is_body` recognises one
    member alone, as a request has it: its name is then the file's.
    """
    if root.is_list:
        return _list(root, name_key, what)
    if not root.is_object:
        root.fail(f"{what}s, an object or a list")
        return None
    for key in envelope:
        inner = root.get(key)
        if inner is not None and inner.is_list:
            found = _list(inner, name_key, what)
            for total in ("total", "count"):
                told = root.get(total)
                if told is not None and isinstance(told.value, int) and told.value > len(found.members):
                    root.note(
                        f"a page of {len(found.members)} of {told.value} {what}s; the others are unknown", "incomplete"
                    )
                    found.complete = False
                    break
            return found
        if inner is not None and map_by_name and len(root.keys) == 1 and inner.is_object and not is_body(inner):
            bodies = list(inner.items())
            if bodies and all(is_body(body) for _, body in bodies):
                return Named(bodies)
    if is_body(root):
        name = root.get(*name_key)
        if name is not None and isinstance(name.value, str) and name.value:
            root.note(f"one {what} alone, as a request or a single answer has it", "single")
            return Named([(name.value, root)], complete=False)
        stem = file_stem(root.file)
        root.note(f"the body of one {what} without a name, named `{stem}` after its file", "single")
        return Named([(stem, root)], complete=False)
    if map_by_name:
        return Named(list(root.items()))
    root.refuse("an object without " + " or ".join(f"`{key}`" for key in envelope), f"{what}s, as the API answers them")
    return None


def _list(root: Cursor, name_key: tuple[str, ...], what: str) -> Named:
    members: list[tuple[str, Cursor]] = []
    seen: set[str] = set()
    for i, element in enumerate(root.elements()):
        if not element.is_object:
            element.fail(f"{_a(what)}, an object")
            continue
        name = element.get(*name_key)
        if name is None:
            element.refuse(f"no `{name_key[0]}`", f"the name of {_a(what)}")
            continue
        text = name.text(f"the name of {_a(what)}")
        if not isinstance(name.value, str):
            continue
        if text in seen:
            root.at(i, None).refuse(f"the {what} `{text}` twice", "each name once")
            continue
        seen.add(text)
        members.append((text, element))
    return Named(members)


def _a(what: str) -> str:
    return f"an {what}" if what[0] in "aeiouAEIOU" else f"a {what}"
