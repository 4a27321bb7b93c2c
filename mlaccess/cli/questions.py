"""A line of `mlaccess ask`: one question as a JSON object, checked before anybody is answered."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, cast

from mlaccess.cli.json_input import UsageError, read_json
from mlaccess.cli.options import check_one_subject, identity_from, moment

__all__ = ["arguments_of", "question_of_line"]

_TEXTS = ("interface", "user", "api_key", "space", "job", "job_type", "model", "at")
_LISTS = ("sources", "destinations")
_KEYS = (*_TEXTS, "identity", *_LISTS)
_NO_MISSPELLING = frozenset({*_KEYS, "id"})
_NEAR = 0.7
_CHOICES = {
    "interface": ("kibana", "api", "dev_tools"),
    "job_type": ("anomaly-detector", "data-frame-analytics"),
}


def question_of_line(line: str | bytes) -> dict[str, Any]:
    """One line as an object. What could be read in two ways is refused: the answer is about someone's access."""
    if isinstance(line, bytes):
        try:
            line = line.decode("utf-8")
        except UnicodeDecodeError:
            raise UsageError("the line is not UTF-8") from None
    try:
        body = read_json(line.lstrip("\ufeff"))
    except ValueError:
        raise UsageError("the line is not JSON") from None
    if not isinstance(body, dict):
        raise UsageError("a question is a JSON object")
    return cast("dict[str, Any]", body)


def arguments_of(question: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of `Resolver.access`. Raises `UsageError` with all that is wrong."""
    problems = [*_misspelt(question), *_misplaced(question)]
    who: dict[str, Any] = {"user": question.get("user"), "api_key": question.get("api_key")}
    at = None
    try:
        who = _caller(question)
    except UsageError as error:
        problems.append(str(error))
    try:
        check_one_subject(question.get("job"), question.get("model"), question.get("sources"))
    except UsageError as error:
        problems.append(str(error))
    if isinstance(question.get("at"), str):
        try:
            at = moment(question["at"])
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("; ".join(dict.fromkeys(problems)))
    return {
        **who,
        "interface": question.get("interface") or "kibana",
        "space": question.get("space"),
        "job": question.get("job"),
        "job_type": question.get("job_type"),
        "model": question.get("model"),
        "sources": _names(question.get("sources")),
        "destinations": _names(question.get("destinations")),
        "at": at,
    }


def _misspelt(question: Mapping[str, Any]) -> list[str]:
    """Keys that were meant for one of a question: passing them over would answer another question."""
    found: list[str] = []
    for key in question:
        if key in _NO_MISSPELLING:
            continue
        plain = key.lower().replace("-", "_")
        close = get_close_matches(plain, _KEYS, n=1, cutoff=_NEAR)
        close = close or [known for known in ("user", "job", "model", "api_key") if plain.startswith(known)]
        if close:
            found.append(f"`{key}` is no key of a question (did you mean `{close[0]}`?)")
    return found


def _misplaced(question: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for key in _TEXTS:
        value = question.get(key)
        if value is not None and not isinstance(value, str):
            found.append(f"`{key}` must be a text, found {_kind(value)}")
        elif value == "" and key not in ("interface", "space"):
            found.append(f"`{key}` is empty")
        elif value and key in _CHOICES and value not in _CHOICES[key]:
            *most, last = _CHOICES[key]
            found.append(f"`{key}` is `{value}`, expected {', '.join(most)} or {last}")
    for key in _LISTS:
        value = question.get(key)
        if value is not None and not isinstance(value, str) and not _are_texts(value):
            found.append(f"`{key}` must be a list of texts")
    return found


def _caller(question: Mapping[str, Any]) -> dict[str, Any]:
    """Who asks: a key or an identity says more than the name in `user`."""
    key, identity, user = question.get("api_key"), question.get("identity"), question.get("user")
    if key is not None:
        return {"user": None, "api_key": key}
    if identity is not None:
        return {"user": identity_from(identity), "api_key": None}
    if user is None:
        raise UsageError("a question names a `user`, an `identity` or an `api_key`")
    return {"user": user, "api_key": None}


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in cast("list[object]", value))


def _names(value: Any) -> list[str] | None:
    return [value] if isinstance(value, str) else value


def _kind(value: object) -> str:
    """What a JSON value is, in JSON's words."""
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a number"
