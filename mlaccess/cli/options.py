"""Options that commands share: the export, the caller, the question, the form of the answer."""

import argparse
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from mlaccess.cli.console import Console
from mlaccess.cli.json_input import UsageError, read_json, text_of_file
from mlaccess.loaders import load
from mlaccess.resolver import Resolver
from mlaccess.stack import Deployment, FrozenMap, Identity, NotExported, freeze

__all__ = [
    "add_caller",
    "add_common",
    "add_export",
    "add_question",
    "caller_of",
    "check_one_subject",
    "export_paths",
    "identity_from",
    "json_argument",
    "load_export",
    "moment",
    "note_unlisted",
    "open_resolver",
    "question_of",
    "subject_of",
    "suggest_user",
]


def add_export(parser: argparse.ArgumentParser) -> None:
    """EXPORT… and how to read it."""
    parser.add_argument(
        "exports",
        nargs="+",
        metavar="EXPORT",
        help="folder, zip or file of exported responses; several are read as one; `example:acme` is the one shipped",
    )
    parser.add_argument(
        "--keep-going", action="store_true", help="treat broken files as not exported, instead of refusing the export"
    )


def add_common(parser: argparse.ArgumentParser) -> None:
    """--format."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")


def add_caller(parser: argparse.ArgumentParser, *, positional: bool = True) -> None:
    """Who: a user name, an external identity, or an API key."""
    if positional:
        parser.add_argument(
            "user", metavar="USER", help="user name; with --api-key or --identity, which say more, `-` will do"
        )
    group = parser.add_argument_group("a user of an external realm")
    group.add_argument("--realm", help="name of the realm; with it, role mappings decide the roles")
    group.add_argument("--realm-type", help="saml, oidc, ldap, active_directory, pki, kerberos, jwt")
    group.add_argument("--group", action="append", metavar="GROUP", help="a group of the user; repeat for several")
    group.add_argument("--dn", help="distinguished name")
    group.add_argument("--metadata", metavar="JSON", help="metadata of the user, as a JSON object")
    group.add_argument(
        "--identity",
        metavar="JSON",
        help="all of it as one JSON object, or a file of one: username, realm, realm_type, groups, dn, metadata; "
        "what is absent is unknown, null and [] mean that there is none",
    )
    parser.add_argument("--api-key", metavar="ID", help="ask about an API key by id instead of a user")


def add_question(parser: argparse.ArgumentParser) -> None:
    """Where and about what."""
    parser.add_argument(
        "--interface", choices=("kibana", "api", "dev_tools"), default="kibana", help="how they come in"
    )
    parser.add_argument("--space", metavar="ID", help="Kibana space (default: `default`)")
    parser.add_argument("--job", metavar="ID", help="anomaly detection or data frame analytics job")
    parser.add_argument("--job-type", choices=("anomaly-detector", "data-frame-analytics"), help="which kind of job")
    parser.add_argument("--model", metavar="ID", help="trained model")
    parser.add_argument(
        "--source", "--sources", action="append", metavar="INDEX", help="a source index; repeat for several"
    )
    parser.add_argument(
        "--destination", "--destinations", action="append", metavar="INDEX", help="a destination of an upload"
    )
    parser.add_argument("--at", metavar="TIME", help="moment for licences and keys, ISO 8601 (default: the export's)")


def export_paths(args: argparse.Namespace) -> list[Path]:
    """The paths behind EXPORT…, those of shipped examples included."""
    from mlaccess.examples import path

    paths: list[Path] = []
    for name in cast("list[str]", args.exports):
        if name.startswith("example:"):
            try:
                paths.append(path(name.removeprefix("example:")))
            except LookupError as error:
                raise UsageError(str(error)) from None
        else:
            paths.append(Path(name))
    return paths


def load_export(args: argparse.Namespace, console: Console) -> Deployment:
    """The deployment behind EXPORT…. Raises `LoadError` with every problem."""
    with console.progress("reading") as report:
        return load(*export_paths(args), keep_going=args.keep_going, progress=report)


def open_resolver(args: argparse.Namespace, console: Console) -> Resolver:
    """A resolver of EXPORT…; what to know before any answer is said first, on standard error."""
    resolver = Resolver(load_export(args, console))
    for notice in resolver.notices:
        console.note(f"note: {notice}")
    return resolver


def moment(text: str | None) -> datetime | None:
    """A moment of the command line; without a zone it is UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"`{text}` is not a moment, expected ISO 8601 such as 2026-12-01T10:00Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def caller_of(args: argparse.Namespace) -> dict[str, Any]:
    """The caller as keyword arguments of the resolver's questions: `user` and `api_key`.

    As in `ask`, a key or an identity says more than the name in USER, and wins.
    """
    details = {name: getattr(args, name) for name in ("realm", "realm_type", "group", "dn", "metadata")}
    named = [f"--{name.replace('_', '-')}" for name, value in details.items() if value is not None]
    if args.api_key is not None:
        if named or args.identity is not None:
            raise UsageError(f"--api-key names the caller; {(named or ['--identity'])[0]} says it again")
        return {"user": None, "api_key": args.api_key}
    if args.identity is not None:
        if named:
            raise UsageError(f"--identity says who it is; {named[0]} says it again")
        return {"user": identity_from(_identity_body(args.identity, args.user)), "api_key": None}
    if args.user == "-":
        raise UsageError("`-` for USER needs --api-key or --identity")
    if not named:
        return {"user": args.user, "api_key": None}
    body: dict[str, Any] = {"username": args.user, "realm": args.realm, "realm_type": args.realm_type}
    if args.group is not None:
        body["groups"] = args.group
    if args.dn is not None:
        body["dn"] = args.dn
    if args.metadata is not None:
        body["metadata"] = json_argument("--metadata", args.metadata)
    return {"user": identity_from(body), "api_key": None}


def json_argument(option: str, text: str) -> Any:
    """JSON given with an option: itself, or the name of a file that holds it."""
    if not text.lstrip().startswith(("{", "[")) and Path(text).is_file():
        text = text_of_file(text)
    try:
        return read_json(text)
    except ValueError:
        raise UsageError(f"{option}: `{text if len(text) <= 60 else text[:60] + '…'}` is not JSON") from None


def _identity_body(text: str, user: str) -> dict[str, Any]:
    body = json_argument("--identity", text)
    if not isinstance(body, dict):
        raise UsageError("--identity: an identity is an object with `username`")
    given = cast("dict[str, Any]", body)
    return given if user == "-" else {"username": user, **given}


_LISTS = {
    "user": (("users", "users", "security_users.json"),),
    "role": (("roles", "roles", "security_roles.json"),),
    "space": (("spaces", "spaces", "kibana_spaces.json"),),
    "job": (
        ("jobs", "anomaly detection jobs", "ml_anomaly_detectors.json"),
        ("analytics", "data frame analytics jobs", "ml_dataframe.json"),
    ),
}
"""What an export lists: for users, roles, spaces and jobs the parts of a deployment, their words and their files."""


def note_unlisted(resolver: Resolver, console: Console, *kinds: str) -> bool:
    """Whether the export lists all users, roles, spaces or jobs; where it does not, says so.

    An answer about everyone is then about those whom other files mention, which may be none.
    """
    deployment = resolver.deployment
    whole = True
    for part, words, file in (row for kind in kinds for row in _LISTS[kind]):
        if part in deployment.incomplete or isinstance(getattr(deployment, part), NotExported):
            console.note(f"note: the export does not list all {words} (`{file}`), so this is not about all")
            whole = False
    return whole


def suggest_user(user: object, resolver: Resolver, console: Console) -> None:
    """A user that no export lists may come from another realm, or be a slip of the pen: says which name is near."""
    deployment = resolver.deployment
    parts = (deployment.users, deployment.file_users)
    known = {name.casefold(): name for part in parts if not isinstance(part, NotExported) for name in part}
    if isinstance(user, str) and not any(user in part for part in parts if not isinstance(part, NotExported)):
        close = get_close_matches(user.casefold(), known, n=1, cutoff=0.7)
        if close:
            console.note(f"note: no user `{user}` is listed; did you mean `{known[close[0]]}`?")


def check_one_subject(job: object, model: object, sources: object) -> None:
    """Raises `UsageError` where a question is about two things at once: which one was meant decides the answer."""
    given = [name for name, value in (("job", job), ("model", model), ("sources", sources)) if value]
    if len(given) > 1:
        raise UsageError(f"a question has `{given[0]}` or `{given[1]}`, not both: a job brings its own sources")


_IDENTITY_KEYS = ("username", "realm", "realm_type", "groups", "dn", "metadata")


def identity_from(body: object) -> Identity:
    """An identity from JSON. A key that is absent is unknown; null, [] and {} mean that there is none."""
    given = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    if not isinstance(given.get("username"), str) or not given["username"]:
        raise UsageError("an identity is an object with `username`")
    if strange := [f"`{key}`" for key in given if key not in _IDENTITY_KEYS]:
        raise UsageError(f"{', '.join(strange)} is no key of an identity, expected {', '.join(_IDENTITY_KEYS)}")
    for key in ("realm", "realm_type", "dn"):
        if given.get(key) is not None and not isinstance(given[key], str):
            raise UsageError(f"`{key}` of an identity must be a text")
    groups = given.get("groups", ...)
    if groups is None:
        groups = []
    if isinstance(groups, str):
        groups = [groups]
    if groups is not ... and not _are_texts(groups):
        raise UsageError("`groups` of an identity must be a list of texts")
    metadata = given.get("metadata", ...)
    if metadata is None:
        metadata = {}
    try:
        frozen = None if metadata is ... else freeze(cast("object", metadata))
    except RecursionError:
        raise UsageError("`metadata` of an identity is nested too deeply") from None
    if frozen is not None and not isinstance(frozen, FrozenMap):
        raise UsageError("`metadata` of an identity must be an object")
    return Identity(
        given["username"],
        realm=given.get("realm"),
        realm_type=given.get("realm_type"),
        dn=given.get("dn"),
        groups=None if groups is ... else tuple(cast("list[str]", groups)),
        metadata=frozen,
        dn_known="dn" in given,
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in cast("list[object]", value))


def question_of(args: argparse.Namespace) -> dict[str, Any]:
    """The question as keyword arguments of `Resolver.access`."""
    return {"interface": args.interface, "destinations": args.destination, **subject_of(args)}


def subject_of(args: argparse.Namespace) -> dict[str, Any]:
    """What a question is about, where and when, as keyword arguments of `Resolver.can`."""
    check_one_subject(args.job, args.model, args.source)
    return {
        "space": args.space,
        "job": args.job,
        "job_type": args.job_type,
        "model": args.model,
        "sources": args.source,
        "at": moment(args.at),
    }
