"""Many questions about levels, fast: the documented rule partially evaluated, once per deployment, space and job.

What a question about a user, a space and a job asks is split by what it depends on: gates on the deployment and the
space, index privileges on the job, Kibana privileges on the space, and only assignment and data views on both. Each
part is compiled to sets of roles (`role_sets`) when first asked; no answer about a user is kept. Whoever cannot be
answered from sets of roles (doubts, disabled accounts, grants by regular expressions) is answered by
`Resolver.access`, and so every answer is the one that it gives.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import attrs

from mlaccess.catalog.documented import (
    Level,
    Target,
    assignment_part,
    deployment_part,
    destinations_part,
    sources_part,
    upload_rule,
    use_part,
    visible_part,
)
from mlaccess.rules import Fact, Rule, Verdict, VerdictAlgebra, fold
from mlaccess.stack import Deployment, NotExported

from .access import AccessLevel
from .clauses import Clause, Split, split
from .questions import check_space, find_target
from .user_columns import UserColumns

__all__ = ["Answer", "JobPart", "Plan", "SpacePart"]

Answer: TypeAlias = tuple[AccessLevel, AccessLevel]
"""The level that is certain, and the best that is possible."""

_NO = (AccessLevel.NONE, AccessLevel.NONE)
_UPLOAD = (AccessLevel.UPLOAD, AccessLevel.UPLOAD)
_READ = (AccessLevel.READ_ONLY, AccessLevel.READ_ONLY)
_FULL = (AccessLevel.FULL, AccessLevel.FULL)
_GRANTED, _DENIED = Verdict.GRANTED, Verdict.DENIED


@attrs.frozen(eq=False)
class SpacePart:
    """What a space contributes: gates, Kibana privileges, and which spaces have the same data views."""

    id: str
    full_gate: Verdict
    read_gate: Verdict
    upload_gate: Verdict
    full: tuple[Clause, ...]
    read: tuple[Clause, ...]
    upload: tuple[Clause, ...]
    views: int
    """Spaces with the same number have data views with the same titles."""
    sample: str
    """One of those spaces."""
    settled: bool
    """Whether sets of roles alone decide, and whoever is denied reading is denied full access."""


@attrs.frozen(eq=False)
class JobPart:
    """What a job contributes: where it is, index privileges, and the expressions that need data views."""

    target: Target
    assigned: dict[str, Verdict]
    elsewhere: Verdict
    """Whether it is in a space that `assigned` does not list."""
    both: tuple[Clause, ...]
    """Asked for reading and for full access."""
    full: tuple[Clause, ...]
    """Asked for full access in addition."""
    split_full: Split
    split_read: Split
    settled: bool
    served: set[int]
    """The data views, by their number, with which nothing but roles and assignment decides."""
    gates: dict[int, tuple[Verdict, Verdict]]
    """By the number of a space's data views: what they and the export's gaps say of full access and of reading."""


class Plan:
    """Answers questions about levels in Kibana, as `Resolver.access` does with `space` and `job`."""

    def __init__(
        self,
        deployment: Deployment,
        users: UserColumns,
        decide: Callable[[Fact], Verdict],
        exact: Callable[[str, str | None, str | None], Answer],
    ) -> None:
        self._deployment = deployment
        self.users = users
        self.verdict = decide
        """The verdict on a fact that is the same for everyone."""
        self._exact = exact
        self._spaces: dict[str | None, SpacePart] = {}
        self._jobs: dict[str | None, JobPart] = {}
        self._fast_spaces: dict[str | None, _FastSpace] = {}
        self._fast_jobs: dict[str | None, _FastJob] = {}
        self._rows = _Rows(users)
        self._numbers: dict[str, int] = {}
        self._views: dict[object, tuple[int, str]] = {}

    # -- answers ------------------------------------------------------------------------------------------------------

    def level(self, user: str, space: str | None, job: str | None) -> Answer:
        """The level of one user. Raises `UnknownNameError` as `Resolver.access` does."""
        return self.levels(((user, space, job),))[0]

    def levels(self, questions: Iterable[tuple[str, str | None, str | None]]) -> list[Answer]:
        """The levels for (user, space, job); no space means `default`, no job asks about the space in general.

        Raises `UnknownNameError` as `Resolver.access` does.
        """
        answers: list[Answer] = []
        add = answers.append
        spaces, jobs, rows = self._fast_spaces, self._fast_jobs, self._rows
        for user, space, job in questions:
            try:
                at, views, readers, fully, upload = spaces[space]
                where, served, to_read, further = jobs[job]
                roles = rows[user]
            except KeyError:
                add(self._one(user, space, job))
                continue
            if where is not None and at not in where:
                add(_NO)
                continue
            if views not in served:
                add(self._one(user, space, job))
                continue
            if not readers.isdisjoint(roles):
                for sets in to_read:
                    for held in sets:
                        if not held.isdisjoint(roles):
                            break
                    else:
                        break
                else:
                    add(_FULL if _pass(fully, roles) and _pass(further, roles) else _READ)
                    continue
            add(_UPLOAD if upload is not None and _pass(upload, roles) else _NO)
        return answers

    def _one(self, user: str, space: str | None, job: str | None) -> Answer:
        """One answer, and the parts that make the next ones fast."""
        at, about = self.space(space), self.job(job)
        self.gates(about, at)
        number = self.users.index.get(user)
        if number is None or number in self.users.flagged:
            return self._exact(user, space, job)
        if about.assigned.get(at.id, about.elsewhere) is _DENIED:
            return _NO
        return self._carefully(user, at, about, self.users.roles(number), space, job)

    def _carefully(
        self, user: str, at: SpacePart, about: JobPart, roles: Sequence[int], space: str | None, job: str | None
    ) -> Answer:
        """The three verdicts one by one, where something is not certain."""
        assigned = about.assigned.get(at.id, about.elsewhere)
        full_gate, read_gate = about.gates[at.views]
        full = _verdict(min(full_gate, at.full_gate, assigned), (*at.full, *about.both, *about.full), roles)
        read = _verdict(min(read_gate, at.read_gate, assigned), (*at.read, *about.both), roles)
        upload = _verdict(min(at.upload_gate, assigned), at.upload, roles)
        if full is None or read is None or upload is None:
            return self._exact(user, space, job)
        return _level(full, read, upload, _GRANTED), _level(full, read, upload, Verdict.UNKNOWN)

    # -- parts --------------------------------------------------------------------------------------------------------

    def space(self, space: str | None) -> SpacePart:
        """The part of one space. Raises `UnknownNameError`."""
        found = self._spaces.get(space)
        if found is None:
            check_space(self._deployment, space or "default")
            found = self._spaces[space] = self._make_space(space or "default")
            fast = _fast_space(found, self._number(found.id))
            if fast is not None:
                self._fast_spaces[space] = fast
        return found

    def _number(self, space: str) -> int:
        return self._numbers.setdefault(space, len(self._numbers))

    def _make_space(self, space: str) -> SpacePart:
        full = split((deployment_part(), visible_part(space), use_part("full", space)))
        read = split((deployment_part(), visible_part(space), use_part("read-only", space)))
        upload = split((upload_rule(space),))
        full_clauses, read_clauses, upload_clauses = (self._clauses(s, merged=True) for s in (full, read, upload))
        nested = all(any(_within(f, r) for f in full_clauses) for r in read_clauses)
        number, sample = self._same_views(space)
        return SpacePart(
            space,
            self._gate(full.gates),
            self._gate(read.gates),
            self._gate(upload.gates),
            full_clauses,
            read_clauses,
            upload_clauses,
            number,
            sample,
            nested
            and all(c.settled for c in (*full_clauses, *read_clauses, *upload_clauses))
            and self._gate(upload.gates) is not Verdict.UNKNOWN,
        )

    def _same_views(self, space: str) -> tuple[int, str]:
        part = self._deployment.data_views
        views = part if isinstance(part, NotExported) else part.get(space)
        key = None if views is None or isinstance(views, NotExported) else tuple(v.title for v in views)
        return self._views.setdefault(key, (len(self._views), space))

    def job(self, job: str | None) -> JobPart:
        """The part of one job, or of no job in particular. Raises `UnknownNameError`."""
        found = self._jobs.get(job)
        if found is None:
            found = self._jobs[job] = self._make_job(find_target(self._deployment, job=job))
            fast = _fast_job(found, self._number)
            if fast is not None:
                self._fast_jobs[job] = fast
        return found

    def whereabouts(self, job: str) -> tuple[Target, dict[str, Verdict], Verdict]:
        """What a job is, its spaces, and whether it is in those not among them. Raises `UnknownNameError`."""
        known = self._jobs.get(job)
        if known is not None:
            return known.target, known.assigned, known.elsewhere
        target = find_target(self._deployment, job=job)
        return target, *self._assignment(target)

    def _make_job(self, target: Target) -> JobPart:
        full, read = self._index_part("full", target, ""), self._index_part("read-only", target, "")
        asked_for_both = Split((), tuple(c for c in read.clauses if c in full.clauses))
        further = Split((), tuple(c for c in full.clauses if c not in read.clauses))
        only_read = len(asked_for_both.clauses) != len(read.clauses)
        both, more = self._clauses(asked_for_both), self._clauses(further)
        if only_read:
            raise AssertionError("reading asks an index privilege that full access does not")
        assigned, elsewhere = self._assignment(target)
        settled = all(c.settled for c in (*both, *more))
        return JobPart(target, assigned, elsewhere, both, more, full, read, settled, set(), {})

    @staticmethod
    def _index_part(level: Level, target: Target, space: str) -> Split:
        if not target.id:
            return Split((), ())
        return split((sources_part(level, target, space), destinations_part(level, target, space)))

    def _assignment(self, target: Target) -> tuple[dict[str, Verdict], Verdict]:
        """Where a job is: a verdict for each space that its assignment names, and one for all others."""
        if not target.id:
            return {}, _GRANTED
        part = self._deployment.job_spaces

        def ask(space: str) -> Verdict:
            return fold(assignment_part(target.kind, target.id, space), VerdictAlgebra(self.verdict))

        elsewhere = ask(_NOWHERE)
        if isinstance(part, NotExported):
            return {}, elsewhere
        kinds = ("anomaly-detector", "data-frame-analytics") if target.kind == "job" else (target.kind,)
        listed = [part.of(kind).get(target.id) for kind in kinds]
        # An unlisted job is judged by every space that occurs in the export, a listed one by its own.
        named = frozenset[str]().union(*(part.spaces if spaces is None else spaces for spaces in listed))
        found = {space: ask(space) for space in named}
        return {space: verdict for space, verdict in found.items() if verdict is not elsewhere}, elsewhere

    def gates(self, about: JobPart, at: SpacePart) -> tuple[Verdict, Verdict]:
        """What data views and unexported indices say of full access and of reading."""
        return about.gates.get(at.views) or self._gates(about, at)

    def _gates(self, about: JobPart, at: SpacePart) -> tuple[Verdict, Verdict]:
        full = self._gate(self._index_part("full", about.target, at.sample).gates)
        read = self._gate(self._index_part("read-only", about.target, at.sample).gates)
        about.gates[at.views] = full, read
        if full is _GRANTED and read is _GRANTED:
            about.served.add(at.views)
        return full, read

    def _gate(self, gates: Iterable[Rule]) -> Verdict:
        return min((fold(gate, VerdictAlgebra(self.verdict)) for gate in gates), default=_GRANTED)

    def _clauses(self, parts: Split, *, merged: bool = False) -> tuple[Clause, ...]:
        of = self.users.sets.of
        return tuple(Clause.of(map(of, facts), merged=merged) for facts in parts.clauses)


_Needs: TypeAlias = tuple[tuple[frozenset[int], ...], ...]
"""Of each element, one set must hold one of the caller's roles."""
_FastSpace: TypeAlias = tuple[int, int, frozenset[int], _Needs, _Needs | None]
_FastJob: TypeAlias = tuple[frozenset[int] | None, set[int], _Needs, _Needs]


def _fast_space(part: SpacePart, number: int) -> _FastSpace | None:
    """A space in which roles alone decide: its number and its views, readers, full, upload."""
    if not part.settled or Verdict.UNKNOWN in (part.full_gate, part.read_gate, part.upload_gate):
        return None
    if part.full_gate is not part.read_gate or len(part.read) != 1:
        return None
    readers = frozenset[int]().union(*part.read[0].granting) if part.read_gate is _GRANTED else frozenset[int]()
    upload = _needs(part.upload) if part.upload_gate is _GRANTED and all(c.granting for c in part.upload) else None
    return number, part.views, readers, _needs(part.full), upload


def _fast_job(part: JobPart, number: Callable[[str], int]) -> _FastJob | None:
    """A job about which roles alone decide: its spaces (None for all), data views, what reading and the rest need."""
    verdicts = {part.elsewhere, *part.assigned.values()}
    if not part.settled or Verdict.UNKNOWN in verdicts:
        return None
    if part.elsewhere is _GRANTED and part.assigned:
        return None
    where = None if part.elsewhere is _GRANTED else frozenset(map(number, part.assigned))
    return where, part.served, _needs(part.both), _needs(part.full)


def _needs(clauses: Iterable[Clause]) -> _Needs:
    # What fewest roles give comes first: it fails soonest.
    return tuple(sorted((clause.granting for clause in clauses), key=lambda sets: sum(map(len, sets))))


def _pass(needs: _Needs, roles: Sequence[int]) -> bool:
    for sets in needs:
        for held in sets:
            if not held.isdisjoint(roles):
                break
        else:
            return False
    return True


def _verdict(gate: Verdict, clauses: tuple[Clause, ...], roles: Sequence[int]) -> Verdict | None:
    found: Verdict | None = gate
    if gate is _DENIED:
        return gate
    for clause in clauses:
        verdict = clause.verdict(roles)
        if verdict is _DENIED:
            return verdict
        found = None if found is None or verdict is None else min(found, verdict)
    return found


def _level(full: Verdict, read: Verdict, upload: Verdict, least: Verdict) -> AccessLevel:
    if full >= least:
        return AccessLevel.FULL
    if read >= least:
        return AccessLevel.READ_ONLY
    return AccessLevel.UPLOAD if upload >= least else AccessLevel.NONE


def _within(narrow: Clause, wide: Clause) -> bool:
    every = frozenset[int]().union(*wide.granting)
    return all(numbers <= every for numbers in narrow.granting)


_NOWHERE = "\N{LATIN SMALL LETTER A WITH OGONEK}-space-that-nothing-names"

_ROWS_KEPT = 100_000


class _Rows(dict[str, tuple[int, ...]]):
    """The roles of users who can be answered for from sets of roles; others are missing. Kept up to a number."""

    def __init__(self, users: UserColumns) -> None:
        super().__init__()
        self._users = users

    def __missing__(self, user: str) -> tuple[int, ...]:
        number = self._users.index[user]
        if number in self._users.flagged:
            raise KeyError(user)
        found = self._users.roles(number)
        if len(self) < _ROWS_KEPT:
            self[user] = found
        return found
