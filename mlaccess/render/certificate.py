"""CERTIFICATES: an answer with its trees and the values in the export that it rests on, as JSON that stands alone.

Nothing here decides, and nothing here is used to check: `mlaccess.checker` reads certificates with its own eyes. A
certificate quotes no secrets, and nothing personal that decides nothing.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mlaccess.errors import LoadError, Problem
from mlaccess.loaders.catalogue import rows_of
from mlaccess.loaders.report import Report
from mlaccess.loaders.secrets import is_secret
from mlaccess.loaders.sources import digest, entries
from mlaccess.render.words import asked, found
from mlaccess.rules import AllOf, Ask, Evidence, Explanation
from mlaccess.rules.facts import AssignedToSpace, DataViewCovers, Fact, IndicesKnown, said_by
from mlaccess.stack import Deployment, Identity, NotExported, thaw

if TYPE_CHECKING:
    from mlaccess.resolver import AccessLevel, Resolver
    from mlaccess.resolver.subjects import Subject

__all__ = ["FORMAT", "FORMAT_VERSION", "certify"]

FORMAT = "mlaccess-certificate"
FORMAT_VERSION = 1

_PARTS_OF = {
    "node": ("roles", "role", "settings", "attributes"),
    "user": ("roles", "role", "enabled"),
    "space": ("id", "disabledFeatures", "solution"),
    "data_view": ("title", "attributes/title"),
}
"""Of long answers only what decides is quoted; whatever else is there is not the question's business."""
_PRIVATE = ("metadata", "full_name", "email", "description", "imageUrl")
_MAYBE_ABSENT = ("license", "nodes", "spaces", "ml_info", "users", "api_keys", "roles")
"""Parts that evidence of absence speaks of by their own name."""


def certify(
    resolver: "Resolver",
    exports: Sequence[str | PathLike[str]],
    *,
    at_least: "AccessLevel | None" = None,
    **question: Any,
) -> dict[str, Any]:
    """The certificate of `resolver.access(**question)`, with quotations from the files it was loaded from.

    `exports` are the paths that the resolver's deployment was loaded from. `at_least` is the level that was asked for
    (default: read-only). Raises what `access` raises, and `LoadError` for a file that changed since it was loaded.
    """
    from mlaccess import __version__
    from mlaccess.resolver import AccessLevel

    level = AccessLevel.READ_ONLY if at_least is None else at_least
    access = resolver.access(**question)
    subject = resolver.judge(question.get("user"), api_key=question.get("api_key"), at=question.get("at")).subject
    book = _Book(resolver.deployment)
    trees = {
        name: book.tree(decision.explanation)
        for name, decision in (
            ("full", access.full),
            ("read-only", access.read_only),
            ("upload", access.upload),
            ("upload-level", access.upload_level),
        )
    }
    caller = _caller(subject, book)
    target = access.target
    at, deployment = question.get("at"), resolver.deployment
    moment = deployment.collected_at if at is None else at
    body = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "tool": f"mlaccess {__version__}",
        "question": {
            "caller": _named(subject, question.get("user")),
            "interface": access.interface,
            "space": access.space,
            "target": {
                "kind": target.kind,
                "id": target.id,
                "sources": None if target.sources is None else list(target.sources),
                "destinations": None if target.destinations is None else list(target.destinations),
            },
            "destinations": list(question.get("destinations") or ()),
            "at": moment.isoformat() if isinstance(moment, datetime) else None,
            "at_given": at is not None,
            "at_least": level.word,
        },
        "answer": {
            "level": access.level.word,
            "ceiling": access.ceiling.word,
            "can_upload": access.can_upload.word,
            "at_least": access.reaches(level).word,
        },
        "caller": caller,
        "trees": trees,
        "leaves": book.leaves,
        "evidence": {},
        "files": {
            file.path: {"sha256": file.sha256, "size": file.size, "status": file.status, "part": file.part}
            for file in deployment.inputs
        },
    }
    book.quote([Path(path) for path in exports])
    body["evidence"] = book.evidence
    return body


def _named(subject: "Subject", user: object) -> dict[str, Any]:
    """Who was asked about. What an asker says of an identity is quoted without secrets, absent where not said.

    A `dn` that is null says that there is none.
    """
    named: dict[str, Any] = {"kind": subject.kind, "name": subject.name}
    if isinstance(user, Identity):
        told = {"realm": user.realm, "realm_type": user.realm_type, "dn": user.dn}
        named |= {key: value for key, value in told.items() if value is not None}
        named |= {"dn": None} if user.dn is None and user.dn_known else {}
        named |= {} if user.groups is None else {"groups": list(user.groups)}
        named |= {} if user.metadata is None else {"metadata": _quoted(thaw(user.metadata))}
    return named


def _caller(subject: "Subject", book: "_Book") -> dict[str, Any]:
    """The roles behind the caller, each with where it was read: what a denial rests on, where nothing can be cited."""
    held = [
        {
            "role": descriptor.name,
            "side": side.label or "user",
            "certain": certain,
            "evidence": book.cite(Evidence("role", descriptor.name, origin=descriptor.origin)),
        }
        for side in subject.sides
        for certain, descriptors in ((True, side.certain), (False, side.possible))
        for descriptor in descriptors
    ]
    return {
        "roles": list(subject.roles),
        "undefined": list(subject.undefined_roles),
        "dropped": list(subject.dropped_roles),
        "held": held,
        "doubts": [found(doubt.finding) for side in subject.sides for doubt in side.doubts],
    }


class _Book:
    """Collects leaves and what they rest on; quotations come last, file by file, for files may be large."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._numbers: dict[Fact, str] = {}
        self._places: dict[tuple[str, str, str], list[str]] = {}
        self.leaves: dict[str, Any] = {}
        self.evidence: dict[str, Any] = {}

    def tree(self, node: Explanation) -> dict[str, Any]:
        """An explanation whose leaves are named by number."""
        rule = node.rule
        sentence = {"sentence": rule.sentence} if rule.sentence else {}
        if isinstance(rule, Ask):
            return {**sentence, "leaf": self._leaf(rule.fact, node)}
        title = {"title": rule.title} if rule.title else {}
        key = "all_of" if isinstance(rule, AllOf) else "any_of"
        return {**title, **sentence, "verdict": node.verdict.word, key: [self.tree(part) for part in node.parts]}

    def _leaf(self, fact: Fact, node: Explanation) -> str:
        number = self._numbers.get(fact)
        if number is None:
            number = self._numbers[fact] = f"L{len(self._numbers) + 1}"
            finding = node.finding
            assert finding is not None
            cited = [self.cite(e) for e in (*finding.evidence, *finding.near)]
            self.leaves[number] = {
                "asks": asked(fact),
                "fact": type(fact).__name__,
                "of": {name: _plain(value) for name, value in said_by(fact).items()},
                "verdict": finding.verdict.word,
                "code": finding.code,
                "text": found(finding),
                "evidence": cited,
                "absent": sorted(set(self._absent(fact, finding.evidence))),
            }
        return number

    def cite(self, evidence: Evidence) -> list[str]:
        """The numbers of the quotations of a piece of evidence: filled by `quote`, and empty where it has no place."""
        origin = evidence.origin
        if origin is None:
            return []
        what = evidence.kind if evidence.kind in _PARTS_OF else ""
        if evidence.kind in ("setting", "node") and ": " in evidence.detail:
            what = f"setting {evidence.detail.partition(': ')[0]}"
        elif evidence.kind == "setting":
            what = f"setting {evidence.name}"
        return self._places.setdefault((origin.file, origin.pointer, what), [])

    def _absent(self, fact: Fact, evidence: Sequence[Evidence]) -> Iterator[str]:
        """The files that would hold what a leaf lacks, where the export has not got them."""
        parts = {e.name for e in evidence if e.kind == "absence" and e.name in _MAYBE_ABSENT}
        if isinstance(fact, IndicesKnown):
            parts |= {"analytics"} if fact.kind == "data-frame-analytics" else {"datafeeds"}
        if isinstance(fact, AssignedToSpace):
            parts.add("model_spaces" if fact.kind == "trained-model" else "job_spaces")
        for part in parts:
            if isinstance(getattr(self._deployment, part), NotExported):
                yield from (name for row in rows_of(part) for name in (row.base_name, *row.aliases))
        views = self._deployment.data_views
        if isinstance(fact, DataViewCovers) and isinstance(views, NotExported):
            yield from (name for row in rows_of("data_views") for name in (row.base_name, *row.aliases))

    def quote(self, exports: list[Path]) -> None:
        """Reads the cited files again and quotes what is at the cited places. Raises `LoadError` for changed files."""
        known = {file.path: file.sha256 for file in self._deployment.inputs}
        missing = {file for file, _, _ in self._places}
        values: dict[str, Any] = {}
        for entry in entries(exports, lambda name: True, Report()):
            if entry.path in missing:
                data = entry.read()
                if digest(data) != known.get(entry.path):
                    _changed(entry.path, "a file that changed since it was loaded")
                missing.discard(entry.path)
                values[entry.path] = json.loads(data) if entry.name.endswith(".json") else None
                self._quote(entry.path, values.pop(entry.path), entry.name.endswith(".json"))
        for file in sorted(missing):
            _changed(file, "not in the export that was given")
        for leaf in self.leaves.values():
            leaf["evidence"] = list(dict.fromkeys(number for cited in leaf["evidence"] for number in cited))

    def _quote(self, file: str, value: Any, is_json: bool) -> None:
        done: dict[str, str] = {}
        for (cited, pointer, what), numbers in self._places.items():
            if cited != file:
                continue
            for place in _places(value, pointer, what) if is_json else (pointer,):
                if place not in done:
                    done[place] = f"E{len(self.evidence) + 1}"
                    quoted = {"value": _quoted(_at(value, place))} if is_json else {}
                    self.evidence[done[place]] = {"file": file, "pointer": place, **quoted}
                numbers.append(done[place])


def _changed(file: str, found_: str) -> None:
    raise LoadError([Problem(file, "", found_, "the export that the answer was made from")])


def _plain(value: object) -> object:
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


def _places(document: Any, pointer: str, what: str) -> Iterator[str]:
    """Where to quote: the members that decide, where the kind of evidence has some, or else the whole value."""
    value = _at(document, pointer)
    if what.startswith("setting "):
        found_ = list(_setting(value, what.removeprefix("setting ")))
        yield from (pointer + inner for inner in found_ or ([] if pointer == "" else [""]))
        return
    inner = [f"/{part}" for part in _PARTS_OF.get(what, ()) if _has(value, part.split("/"))]
    yield from (pointer + part for part in inner or [""])


def _has(value: Any, keys: list[str]) -> bool:
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return False
        value = cast("dict[str, Any]", value)[key]
    return True


def _setting(tree: Any, key: str) -> Iterator[str]:
    """Pointers to a setting in a tree with dotted or nested keys."""
    for name, value in cast("dict[str, Any]", tree).items() if isinstance(tree, dict) else ():
        token = "/" + name.replace("~", "~0").replace("/", "~1")
        if name == key:
            yield token
        elif key.startswith(f"{name}."):
            yield from (token + inner for inner in _setting(value, key.removeprefix(f"{name}.")))
        elif name in ("defaults", "settings", "persistent", "transient", "features"):
            yield from (token + inner for inner in _setting(value, key))


def _at(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        key: Any = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key) if type(value) is list else key]
    return value


def _quoted(value: Any) -> Any:
    """A value as certificates quote it: what is secret or personal is left out, by its key."""

    def shown(members: dict[str, Any]) -> dict[str, Any]:
        return {k: "(left out)" if _is_left_out(k) and v not in (None, {}) else v for k, v in members.items()}

    return json.loads(json.dumps(value), object_hook=shown)


def _is_left_out(key: str) -> bool:
    return is_secret(key) or key in _PRIVATE
