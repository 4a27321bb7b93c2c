"""Holds a certificate against an export: files, quotations, trees by a copy of the rules, answer. Can be read alone."""

import contextlib
import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, NoReturn, TypeAlias, cast

from mlaccess.errors import LoadError, Problem

__all__ = ["Files", "Mismatch", "Report", "check"]

MAX_CERTIFICATE_BYTES, MAX_CITED_BYTES, MAX_CITED_FILES, MAX_CITED_RATIO = 1 << 26, 1 << 30, 100_000, 200
_VERDICTS, _LEVELS = ("denied", "unknown", "granted"), ("none", "upload", "read-only", "full")
# Every name under which mlaccess reads a file; a test holds it against the loaders' table.
_JSON = """version diagnostic_manifest manifest licenses license _license nodes nodes_short cluster_settings alias
cluster_settings_defaults xpack xpack_usage xpack_info security_users users security_roles roles security_role_mappings
role_mappings role_mapping security_priv security_privileges privileges ml_anomaly_detectors anomaly_detectors datafeeds
ml_datafeeds ml_dataframe data_frame_analytics ml_trained_models trained_models data_stream data_streams kibana_status
kibana_user kibana_spaces spaces kibana_roles kibana_data_views data_views jobs_spaces job_spaces trained_models_spaces
model_spaces api_keys api_key security_api_keys service_accounts security_service_accounts service_account ml_info"""
NAMES = {f"{name}.json" for name in _JSON.split()} | {"users", "users_roles", "roles.yml", "role_mapping.yml"}
NAMES.add("elasticsearch.yml")
# Members that no certificate quotes: secrets, and what is personal or long and decides nothing.
LEFT_OUT = re.compile(
    r"(?i)passw(or)?d|passphrase|secret|(^|[._-])(hash|token|encoded|credentials?|private_key|secure_[a-z_]+)$|api_?key$|"
    r"(access|auth|bearer|refresh|service)_?tokens?$|^(metadata|full_name|email|description|imageUrl)$"
)
_Rule: TypeAlias = tuple[str, Any]
_Path: TypeAlias = str | os.PathLike[str]
_ALL, _WORD = (0, 2), "was read and not decided again, and the answer depends on it"
_flat = partial(json.dumps, sort_keys=True)  # values are compared as text, where true is not 1


class Mismatch(NamedTuple):
    """Something that does not hold: `where` in the certificate (`leaves/L7`), and `what` is wrong."""

    where: str
    what: str


class Report(NamedTuple):
    """Leaves are `decided` again or only read. A certificate holds without `problems`, and with nothing `unproved`."""

    problems: tuple[Mismatch, ...]
    decided: tuple[str, ...]
    read_only: tuple[str, ...]
    unproved: tuple[Mismatch, ...]


def check(certificate: _Path, *exports: _Path, second: Callable[..., Any] | None = None) -> Report:
    """Checks a certificate; `second` may make a second opinion, as `plain.Reading` is. Raises `LoadError`."""
    path = Path(certificate)
    text = _limited(path.name, partial(path.open, "rb"), MAX_CERTIFICATE_BYTES, "MAX_CERTIFICATE_BYTES")
    try:
        body = json.loads(text, object_pairs_hook=_once, parse_constant=_once)
        if (body["format"], body["version"]) != ("mlaccess-certificate", 1):
            _bad(path.name, "another format or version", "`mlaccess-certificate`, version 1")
        files = Files([Path(p) for p in exports])
        return _Check(body, files, second and second(files, body)).report()
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError) as error:
        why = f"no `{error.args[0]}`" if isinstance(error, KeyError) else "not JSON of its shape"
        _bad(path.name, f"not a certificate: {why}", "what the schema `certificate.json` says")


def _once(pairs: Any) -> dict[str, Any]:
    """An object without keys that are there twice, and no `NaN`: readers differ on what they mean."""
    if isinstance(pairs, str) or len(dict(pairs)) < len(pairs):
        raise ValueError(pairs)
    return dict(pairs)


def _bad(name: str, found: str, expected: str) -> NoReturn:
    raise LoadError([Problem(name, "", found, expected)])


def _limited(name: str, opened: Callable[[], Any], limit: int, limit_name: str) -> bytes:
    try:
        with opened() as stream:
            data: bytes = stream.read(limit + 1)  # counted, for announced sizes may lie
    except (OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        _bad(name, f"cannot be read: {getattr(error, 'strerror', None) or error}".lower(), "a readable file")
    if len(data) > limit:
        _bad(name, f"more than {limit} bytes", f"at most {limit_name}")
    return data


class Files:
    """The files of an export that count, by the paths that certificates use. No path of a certificate is opened."""

    def __init__(self, paths: list[Path]) -> None:
        self._readers, self._kept = dict[str, Callable[[], bytes]](), dict[str, tuple[str, Any]]()
        names = [p.resolve().name or str(p) for p in paths]
        for path, name in zip(paths, names, strict=True):
            label = name if names.count(name) == 1 else str(path)
            if not path.exists():
                _bad(str(path), "no such file or folder", "a folder, a zip archive or an exported file")
            inside = sorted(path.rglob("*")) if path.is_dir() else [path]
            for place in inside[: MAX_CITED_FILES + 1]:
                called = (
                    label if place == path else ("", f"{label}/")[len(paths) > 1] + place.relative_to(path).as_posix()
                )
                if place.is_file() and place.resolve().is_relative_to(path.resolve()):
                    self._take(place, called, given=place == path)
            if max(len(inside), len(self._readers)) > MAX_CITED_FILES:
                _bad(str(path), f"more than {MAX_CITED_FILES} files", "at most MAX_CITED_FILES")

    def _take(self, place: Path, called: str, *, given: bool) -> None:
        if place.name in NAMES:
            opened = partial(place.open, "rb")
            self._readers[called] = partial(_limited, called, opened, MAX_CITED_BYTES, "MAX_CITED_BYTES")
        elif given or place.suffix.lower() == ".zip":
            try:
                archive = zipfile.ZipFile(place)
            except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
                _bad(called, "not a zip archive, or a damaged one", "a zip archive or an exported file")
            for info in archive.infolist()[: MAX_CITED_FILES + 1]:
                parts = PurePosixPath(info.filename.replace("\\", "/")).parts
                if parts and parts[-1] in NAMES and ".." not in parts and parts[0] != "/" and not info.is_dir():
                    path = f"{called}/{'/'.join(parts)}"
                    limit = min(MAX_CITED_BYTES, max(info.compress_size * MAX_CITED_RATIO, 1 << 25))
                    self._readers[path] = partial(_limited, path, partial(archive.open, info), limit, "MAX_CITED_RATIO")

    def find(self, cited: str) -> str | None:
        """The path of a cited file: the same, or seen from above or below, or in an archive of another name."""
        tail = cited.partition(".zip/")[2] or cited
        same = [p for p in self._readers if f"/{p}".endswith(f"/{tail}") or f"/{tail}".endswith(f"/{p}")]
        return cited if cited in self._readers else same[0] if len(same) == 1 else None

    def named(self, *names: str) -> list[str]:
        """Every path that ends in one of the names; without names, every path."""
        return [p for p in self._readers if not names or any(f"/{p}".endswith(f"/{name}") for name in names)]

    def read(self, path: str) -> tuple[str, Any]:
        """SHA-256 in hexadecimal digits, and the JSON value, None for what is not JSON."""
        if path not in self._kept:
            data, value = self._readers[path](), None
            with contextlib.suppress(ValueError, RecursionError):
                value = json.loads(data) if path.endswith(".json") else None
            self._kept[path] = hashlib.sha256(data).hexdigest(), value
        return self._kept[path]


def _hide(members: dict[str, Any]) -> dict[str, Any]:
    return {k: "(left out)" if LEFT_OUT.search(k) and v not in (None, {}) else v for k, v in members.items()}


def _at(value: Any, pointer: str) -> Any:
    """What is quoted of the value at a JSON pointer (RFC 6901). Raises `LookupError`, `TypeError` or `ValueError`."""
    for token in pointer.split("/")[1:]:
        key: Any = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key) if type(value) is list else key]
    return json.loads(json.dumps(value), object_hook=_hide)


def _ask(fact: str, **of: Any) -> _Rule:
    return fact, of


def _level(question: dict[str, Any], full: bool) -> _Rule:
    """What the page asks for full or read-only access: (`all_of` or `any_of`, parts) and (fact, of what)."""
    kibana, space, target = question["interface"] == "kibana", question["space"], question["target"]
    about, level = {"kind": target["kind"], "id": target["id"]}, "all" if full else "read"
    licence = _ask("Subscription", minimum="platinum", active=True)
    parts = [("all_of", [licence, _ask("MlEnabledEverywhere"), _ask("MlNode")])]
    parts += [_ask("MlVisible", space=space)] * kibana + [_ask("AccountUsable")]
    use = _ask("ClusterPrivilege", privilege="manage_ml" if full else "monitor_ml")
    ml = _ask("KibanaFeature", features=["ml"], level=level, space=space)
    views = _ask("KibanaFeature", features=["indexPatterns"], level="all", space=space)
    parts.append(("any_of", [("all_of", [ml, views]) if full else ml, use]) if kibana else use)
    parts += [_ask("AssignedToSpace", **about, space=space)] * bool(kibana and target["id"])
    rights = {"source": ["read", "view_index_metadata"], "destination": ["read", "manage", "index"]}
    for direction, privileges in rights.items():
        names, asked = target[f"{direction}s"], list[_Rule]()
        for name in names or ():
            asked += [_ask("IndexPrivilege", expression=name, privilege=p) for p in privileges[: None if full else 1]]
            asked += [_ask("DataViewCovers", expression=name, space=space)] * kibana
        parts += [("all_of", asked) if names else _ask("IndicesKnown", **about, direction=direction)] * (names != [])
    return "all_of", parts


def _rules(question: dict[str, Any]) -> dict[str, _Rule]:
    """Every tree that a question asks for."""
    space, target, upload = question["space"], question["target"], cast("_Rule", ("any_of", []))
    here = upload
    if question["interface"] == "kibana":
        ml = _ask("KibanaFeature", features=["ml"], level="read", space=space)
        discover = _ask("KibanaFeature", features=["discover_v2", "discover"], level="all", space=space)
        views = _ask("KibanaFeature", features=["indexPatterns"], level="all", space=space)
        parts = [_ask("Subscription", minimum="basic", active=False), _ask("AccountUsable"), ("any_of", [ml, discover])]
        parts += [views, _ask("ClusterPrivilege", privilege="manage_ingest_pipelines")]
        rights = [(d, p) for d in question["destinations"] for p in ("create", "create_index", "manage", "read")]
        upload = "all_of", [*parts, *(_ask("IndexPrivilege", expression=d, privilege=p) for d, p in rights)]
        assigned = _ask("AssignedToSpace", kind=target["kind"], id=target["id"], space=space)
        here = ("all_of", [assigned, upload]) if target["id"] else upload
    levels = {"full": _level(question, True), "read-only": _level(question, False)}
    return {**levels, "upload": upload, "upload-level": here}


class _Check:
    def __init__(self, body: dict[str, Any], files: Files, second: Any) -> None:
        self._body, self._files, self._second = body, files, second
        self._wrong, self._bounds = dict[Mismatch, None](), dict[str, tuple[int, int]]()
        self._known = {name: files.find(name) for name in body["files"]}
        self._certified = {n for n, p in self._known.items() if p and files.read(p)[0] == body["files"][n]["sha256"]}

    def _say(self, where: str, what: str) -> None:
        self._wrong[Mismatch(where, what)] = None

    def report(self) -> Report:
        for name in sorted(self._known.keys() - self._certified):
            self._say(f"files/{name}", "another file: SHA-256 differs" if self._known[name] else "not in the export")
        for path in sorted({*self._files.named()} - {*self._known.values()}):
            self._say(f"files/{path}", "in the export, and the certificate does not know it")
        opinions = {id_: self._leaf(f"leaves/{id_}", leaf) for id_, leaf in self._body["leaves"].items()}
        for i, held in enumerate(self._body["caller"]["held"]):
            for evidence in held["evidence"]:
                self._quotation(f"caller/held/{i}", evidence)
        self._decided = {id_: None for id_, opinion in opinions.items() if opinion is not None}
        rules, trees = _rules(self._body["question"]), self._body["trees"]
        self._answer({n: self._tree(trees[n], rule, f"trees/{n}") for n, rule in rules.items()})
        self._wrong |= dict.fromkeys(self._second.objections() if self._second else ())
        unproved = [Mismatch(f"leaves/{i}", _WORD) for n in rules for i in self._open(trees[n], f"trees/{n}", *_ALL)]
        unproved += self._second.doubts() if self._second else []
        read_only = tuple(id_ for id_ in opinions if id_ not in self._decided)
        return Report(tuple(self._wrong), tuple(self._decided), read_only, tuple(dict.fromkeys(unproved)))

    def _answer(self, found: dict[str, int]) -> None:
        ranks = [2, found["upload-level"], found["read-only"], found["full"]]
        level, ceiling = (max(i for i, rank in enumerate(ranks) if rank >= least) for least in (2, 1))
        wanted = _LEVELS.index(self._body["question"]["at_least"])
        reached, upload = _VERDICTS[(level >= wanted) + (ceiling >= wanted)], _VERDICTS[found["upload"]]
        right = (_LEVELS[level], _LEVELS[ceiling], upload, reached)
        for key, value in zip(("level", "ceiling", "can_upload", "at_least"), right, strict=True):
            if self._body["answer"][key] != value:
                self._say(f"answer/{key}", f"says {self._body['answer'][key]}, and the trees give {value}")

    def _leaf(self, where: str, leaf: dict[str, Any]) -> str | None:
        for evidence in leaf["evidence"]:
            self._quotation(where, evidence)
        for name, path in [(n, p) for n in leaf["absent"] for p in self._files.named(n)]:
            cited = next((n for n, p in self._known.items() if p == path), None)
            if cited is None or self._body["files"][cited]["status"] == "read":
                self._say(where, f"calls `{name}` not exported, and {path} is there")
        opinion: str | None = self._second and self._second.decide(leaf["fact"], leaf["of"])
        if opinion not in (None, leaf["verdict"]):
            self._say(where, f"says {leaf['verdict']}, and the export says {opinion}")
        return opinion

    def _quotation(self, where: str, id_: str) -> None:
        quoted = self._body["evidence"][id_]
        path, place = self._known[quoted["file"]], f"{quoted['file']}#{quoted['pointer']}"
        if quoted["file"] not in self._certified:
            self._say(where, f"{id_} rests on {quoted['file']}, which is not the certificate's")
        if path is not None and path.endswith(".json"):
            try:
                if _flat(_at(self._files.read(path)[1], quoted["pointer"])) != _flat(quoted["value"]):
                    self._say(where, f"{id_}: another value is at {place}")
            except (LookupError, TypeError, ValueError):
                self._say(where, f"{id_}: nothing is at {place}, or nothing is quoted")

    def _tree(self, tree: dict[str, Any], rule: _Rule | None, where: str) -> int:
        """The verdict of a tree, folded anew; says where it is not the rule, or says what its parts do not give."""
        name, parts = rule or ("", [])
        op = "all_of" if "all_of" in tree else "any_of"
        if "leaf" in tree:
            leaf = self._body["leaves"][tree["leaf"]]
            if rule and (leaf["fact"], _flat(leaf["of"])) != (name, _flat(parts)):
                self._say(f"leaves/{tree['leaf']}", f"is at {where}, where the page asks {name} of {_flat(parts)}")
            found = _VERDICTS.index(leaf["verdict"])
            self._bounds[where] = (found, found) if tree["leaf"] in self._decided else _ALL
            return found
        fits, length = op == name and len(tree[op]) == len(parts), len(tree[op])
        if rule and not fits:
            self._say(where, f"is {op} {length} parts, and the page asks {name} {len(parts)}")
        inner = [self._tree(tree[op][i], parts[i] if fits else None, f"{where}/{op}/{i}") for i in range(length)]
        fold: Callable[[Any], int] = partial(min, default=2) if op == "all_of" else partial(max, default=0)
        found, bounds = fold(inner), [self._bounds[f"{where}/{op}/{i}"] for i in range(length)]
        self._bounds[where] = fold(low for low, _ in bounds), fold(high for _, high in bounds)
        if tree["verdict"] != _VERDICTS[found]:
            self._say(where, f"says {tree['verdict']}, and its parts give {_VERDICTS[found]}")
        return found

    def _open(self, tree: dict[str, Any], where: str, least: int, most: int) -> Iterator[str]:
        """The leaves only read on which a tree depends: within what is told apart above it, its bounds differ."""
        least, most = max(self._bounds[where][0], least), min(self._bounds[where][1], most)
        if least < most and "leaf" in tree:
            yield tree["leaf"]
        for op in ("all_of", "any_of") if least < most else ():
            for i, part in enumerate(tree.get(op, ())):
                yield from self._open(part, f"{where}/{op}/{i}", least, most)
