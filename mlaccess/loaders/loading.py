"""`load`: paths in, one `Deployment` or one `LoadError` out."""

import gc
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

from mlaccess.errors import LoadError, Problem
from mlaccess.stack import Deployment, InputFile, NotExported, Notice, Part

from .assembly import FileRead, assemble
from .catalogue import FILES, row_of
from .file_realm import FILE_NAMES, read_file_realm
from .reading import Outcome, read_document
from .report import Report
from .sources import Entry, Unreadable, digest, entries, read_file

__all__ = ["load"]


def load(
    *paths: str | os.PathLike[str],
    keep_going: bool = False,
    without: Collection[str] = (),
    replace: Mapping[str, str | os.PathLike[str]] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Deployment:
    """Reads exported files into a `Deployment`.

    Each path is a folder, a zip archive or a single exported file; folders may hold archives. Support-diagnostics
    bundles of Elasticsearch and of Kibana are understood, and so is a flat folder of the same answers: `FILES` lists
    what is read. Archives are read in place.

    `without` and `replace` name files by the end of their path, such as `commercial/security_roles.json`: to leave out,
    or to read from elsewhere. `progress` is called with the path of each file before it is read.

    Raises `LoadError` with every problem of every file. With `keep_going`, broken files count as not exported, with
    that reason, and the problems become notices; of two files of one kind that differ, and of two archive entries of
    one name, neither counts. Paths that do not exist and inputs without a single known file stay errors.
    """
    report = Report()
    places = [Path(path) for path in paths]
    missing = [Problem(str(path), "", "no such file or folder") for path in places if not os.path.lexists(path)]
    if missing or not places:
        raise LoadError(missing or [Problem("(no input)", "", "no path given", "a folder, a zip archive or a file")])
    loader = _Loader(report, keep_going, frozenset(without), dict(replace or {}), progress)
    for entry in entries(places, lambda name: row_of(name) is not None, report):
        with _collector_paused():
            loader.take(entry)
    if loader.recognised == 0 and not report.problems:
        known = ", ".join(f"`{row.base_name}`" for row in FILES[:4])
        for path in places:
            report.problem(str(path), "", "no file that mlaccess knows", f"exported files such as {known}")
        raise LoadError(report.all_problems())
    deployment = assemble(loader.files, loader.inputs, report)
    deployment = loader.with_realm_files(deployment)
    if report.problems and (not keep_going or loader.recognised == 0):
        raise LoadError(report.all_problems())
    broken = tuple(Notice(p.position, _without_position(p), "broken") for p in report.all_problems())
    return attrs.evolve(deployment, notices=(*broken, *report.all_notices()))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Reading makes no cycles, yet its millions of objects would set the collector off again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _without_position(problem: Problem) -> str:
    return str(problem).removeprefix(f"{problem.position}: ")


class _Loader:
    """Reads entry after entry, so that only one file's bytes are held at a time."""

    def __init__(
        self,
        report: Report,
        keep_going: bool,
        without: frozenset[str],
        replace: dict[str, str | os.PathLike[str]],
        progress: Callable[[str], None] | None,
    ) -> None:
        self.report = report
        self.keep_going = keep_going
        self.without = without
        self.replace = replace
        self.progress = progress
        self.files: list[FileRead] = []
        self.inputs: list[InputFile] = []
        self.realm: dict[str, bytes] = {}
        self.recognised = 0

    def take(self, entry: Entry) -> None:
        """Reads one entry."""
        row = row_of(entry.name)
        if row is None:
            if entry.given:
                self.report.problem(entry.path, "", "not a file that mlaccess knows by name", _names_of(entry.name))
            return
        self.recognised += 1
        if any(_ends_with(entry.path, name) for name in self.without):
            return
        if self.progress is not None:
            self.progress(entry.path)
        try:
            data = self._bytes(entry)
        except Unreadable as error:
            self.report.problem(entry.path, "", error.found, error.expected)
            outcome = Outcome("broken", reason=f"the file cannot be read ({error.found})")
            self._add(entry, outcome, "", entry.size)
            return
        sha256 = digest(data)
        if row.base_name in FILE_NAMES:
            self.realm[entry.path] = data
            self.inputs.append(InputFile(entry.path, "read", row.part, "", sha256, len(data)))
            return
        size = len(data)
        self._add(entry, read_document(data, entry.path, row, self.report), sha256, size)

    def _add(self, entry: Entry, outcome: Outcome, sha256: str, size: int) -> None:
        row = row_of(entry.name)
        assert row is not None
        self.inputs.append(InputFile(entry.path, outcome.status, row.part, outcome.words, sha256, size))
        if outcome.status == "ignored" and outcome.reason == "an object of Kubernetes":
            return
        folder = _space_folder(entry) if row.part == "data_views" else ""
        self.files.append(FileRead(entry.path, row, outcome, sha256, folder))

    def _bytes(self, entry: Entry) -> bytes:
        for name, path in self.replace.items():
            if _ends_with(entry.path, name):
                return read_file(Path(path))
        return entry.read()

    def with_realm_files(self, deployment: Deployment) -> Deployment:
        """Adds what the files of a file realm say."""
        if not self.realm:
            return deployment
        found = read_file_realm(self.realm)
        settings = [read_file_realm({p: d}).settings for p, d in self.realm.items() if p.endswith("elasticsearch.yml")]
        for problem in found.problems:
            self.report.problem(problem.file, problem.pointer, problem.found, problem.expected)
        for notice in found.notices:
            self.report.notice(notice.position, notice.text, notice.id)
        names = {path.rpartition("/")[2] for path in self.realm}
        words = {
            "users": _count(found.users, "users"),
            "roles.yml": _count(found.roles, "roles"),
            "role_mapping.yml": _count(found.role_mappings, "role mappings"),
        }
        inputs: list[InputFile] = []
        for file in deployment.inputs:
            if file.path in self.realm:
                gave = words.get(file.path.rpartition("/")[2], "")
                broken = self.report.has_problem(file.path)
                file = attrs.evolve(file, gave=gave, status="broken" if broken else file.status)
            inputs.append(file)
        given = bool(names & {"roles.yml", "users", "users_roles"})
        return attrs.evolve(
            deployment,
            file_users=found.users if {"users", "users_roles"} & names else deployment.file_users,
            file_roles=found.roles if "roles.yml" in names else deployment.file_roles,
            file_role_mappings=found.role_mappings if "role_mapping.yml" in names else deployment.file_role_mappings,
            settings_files=tuple(s for s in settings if s is not None),
            file_realm_announced=deployment.file_realm_announced or given,
            inputs=tuple(inputs),
        )


def _count(part: Part[Collection[object]], what: str) -> str:
    return part.reason if isinstance(part, NotExported) else f"{len(part)} {what}"


def _ends_with(path: str, name: str) -> bool:
    wanted = name.replace("\\", "/").strip("/")
    return path == wanted or path.endswith(f"/{wanted}")


def _space_folder(entry: Entry) -> str:
    folders = entry.parts[:-1]
    if folders and folders[-1].startswith("space_"):
        return folders[-1].removeprefix("space_")
    if len(folders) >= 2 and folders[-2] == "spaces":
        return folders[-1]
    return ""


def _names_of(name: str) -> str:
    from difflib import get_close_matches

    known = sorted({row.base_name for row in FILES})
    close = get_close_matches(name, known, n=1, cutoff=0.4)
    return f"one of its files, such as `{close[0] if close else known[0]}`"
