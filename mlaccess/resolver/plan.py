"""Many questions about levels, fast: the documented rule partially evaluated, once per deployment, space and job.

What a question about a user, a space and a job asks is taken apart by what it depends on (`factors`): the space, the
job, and both, which are assignment and data views only. Who meets a factor is found as conditions on roles
(`holdings`) when first asked; no answer about a user is kept. Whoever cannot be answered for from conditions (disabled
accounts, names in two realms, grants that only count together) is answered for by `Resolver.access`, and so every
answer is the one that it gives.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import TypeAlias

import attrs

from mlaccess.catalog.documented import Level, Target, upload_rule
from mlaccess.rules import AllOf, Rule, Verdict, VerdictAlgebra, facts_of, fold
from mlaccess.rules.facts import AssignedToSpace
from mlaccess.stack import Deployment, NotExported, Users

from .access import AccessLevel
from .conditions import Clause, Condition, Holders
from .factors import in_space, level_factors, view_titles, whereabouts
from .holdings import HoldersOf
from .questions import check_space, check_texts, find_target

__all__ = ["Answer", "JobPart", "Plan", "SpacePart"]

Answer: TypeAlias = tuple[AccessLevel, AccessLevel]
"""The level that is certain, and the best that is possible."""

_NO = (AccessLevel.NONE, AccessLevel.NONE)
_UPLOAD = (AccessLevel.UPLOAD, AccessLevel.UPLOAD)
_READ = (AccessLevel.READ_ONLY, AccessLevel.READ_ONLY)
_FULL = (AccessLevel.FULL, AccessLevel.FULL)
_LEVELS: tuple[Level, Level] = ("full", "read-only")
_GRANTED, _DENIED = Verdict.GRANTED, Verdict.DENIED
_ANYTHING = -1
"""The mask of which every mask has a bit."""


@attrs.frozen(eq=False)
class SpacePart:
    """What a space contributes: who may do what there, and which spaces have the same data views."""

    id: str
    full: Holders
    read: Holders
    upload: Holders
    views: int
    """Spaces with the same number have data views with the same titles."""


@attrs.frozen(eq=False)
class JobPart:
    """What a job contributes: where it is, who has the index privileges, and what it asks of data views."""

    target: Target
    assigned: dict[str, Verdict]
    elsewhere: Verdict
    """Whether it is in a space that `assigned` does not list."""
    full: Holders
    read: Holders
    asked_of_views: tuple[Rule, Rule]
    """For full access and for reading, about any space."""
    by_views: dict[int, tuple[Verdict, Verdict]]
    """What data views say of full access and of reading, by their number."""
    served: set[int]
    """The numbers of data views that serve all its indices."""


class Plan:
    """Answers questions about levels in Kibana, as `Resolver.access` does with `space` and `job`."""

    def __init__(
        self,
        deployment: Deployment,
        holders: HoldersOf,
        exact: Callable[[str, str | None, str | None], Answer],
    ) -> None:
        self._deployment = deployment
        self._holders = holders
        self._exact = exact
        self._users = _Users(deployment)
        self._spaces: dict[str | None, SpacePart] = {}
        self._jobs: dict[str | None, JobPart] = {}
        self._fast_spaces: dict[str | None, _FastSpace] = {}
        self._fast_jobs: dict[str | None, _FastJob] = {}
        self._views: dict[object, int] = {}
        self._bits: dict[str, int] = {}
        self._with_views: dict[int, int] = {}
        self._of_clauses: dict[Clause, int] = {}

    # -- answers ------------------------------------------------------------------------------------------------------

    def levels(self, questions: Iterable[tuple[str, str | None, str | None]]) -> list[Answer]:
        """The levels for (user, space, job); no space means `default`, no job asks about the space in general.

        Raises `UnknownNameError` as `Resolver.access` does, and `TypeError` for what is no such question.
        """
        answers: list[Answer] = []
        try:
            self._answer(questions, answers)
        except (TypeError, ValueError) as error:
            raise TypeError(f"question {len(answers)}: expected (user, space, job): {error}") from error
        return answers

    def _answer(self, questions: Iterable[tuple[str, str | None, str | None]], answers: list[Answer]) -> None:
        """Appends the answers, as far as the questions are any."""
        add = answers.append
        spaces, jobs, held_by = self._fast_spaces, self._fast_jobs, self._users.held
        for user, space, job in questions:
            try:
                where, served, hardest, to_read, further = jobs[job]
                bit, readers, fully, upload = spaces[space]
                held = held_by[user]
            except KeyError:
                add(self._one(user, space, job))
                continue
            if not where & bit:
                add(_NO)
                continue
            if not served & bit:
                add(self._one(user, space, job))
                continue
            # Written out, for a call costs more than most of these loops.
            if held & readers and held & hardest:
                for clause in to_read:
                    if not held & clause:
                        break
                else:
                    for clause in fully:
                        if not held & clause:
                            add(_READ)
                            break
                    else:
                        for clause in further:
                            if not held & clause:
                                add(_READ)
                                break
                        else:
                            add(_FULL)
                    continue
            if upload is None:
                add(_NO)
                continue
            for clause in upload:
                if not held & clause:
                    add(_NO)
                    break
            else:
                add(_UPLOAD)

    def _one(self, user: str, space: str | None, job: str | None) -> Answer:
        """One answer, and the parts that make the next ones fast: the three verdicts one by one."""
        check_texts(user=user, space=space, job=job)
        at, about = self.space(space), self.job(job)
        full_view, read_view = self._view_verdicts(about, at)
        if at.views in about.served and job in self._fast_jobs:
            where, _, hardest, to_read, further = self._fast_jobs[job]
            self._fast_jobs[job] = where, self._served(about, where), hardest, to_read, further
        try:
            roles = self._users.roles(user)
        except KeyError:
            return self._exact(user, space, job)
        assigned = about.assigned.get(at.id, about.elsewhere)
        full = _verdict(min(full_view, assigned), (at.full, about.full), roles)
        read = _verdict(min(read_view, assigned), (at.read, about.read), roles)
        upload = _verdict(assigned, (at.upload,), roles)
        if full is None or read is None or upload is None:
            return self._exact(user, space, job)
        return _level(full, read, upload, _GRANTED), _level(full, read, upload, Verdict.UNKNOWN)

    # -- parts --------------------------------------------------------------------------------------------------------

    def space(self, space: str | None) -> SpacePart:
        """The part of one space. Raises `UnknownNameError`."""
        found = self._spaces.get(space)
        if found is None:
            name = space or "default"
            check_space(self._deployment, name)
            found = self._spaces[space] = self._make_space(name)
            fast = self._fast_space(found)
            if fast is not None:
                self._fast_spaces[space] = fast
        return found

    def _make_space(self, space: str) -> SpacePart:
        full, read = (self._holders.rule(in_space(level_factors(level, Target()).space, space)) for level in _LEVELS)
        views = self._views.setdefault(view_titles(self._deployment, space), len(self._views))
        return SpacePart(space, full, read, self._holders.rule(upload_rule(space)), views)

    def job(self, job: str | None) -> JobPart:
        """The part of one job, or of no job in particular. Raises `UnknownNameError`."""
        found = self._jobs.get(job)
        if found is None:
            found = self._jobs[job] = self._make_job(find_target(self._deployment, job=job))
            fast = self._fast_job(found)
            if fast is not None:
                self._fast_jobs[job] = fast
        return found

    def _make_job(self, target: Target) -> JobPart:
        full, read = (level_factors(level, target) for level in _LEVELS)
        assigned, elsewhere = whereabouts(self._deployment, self._holders.impersonal, target)
        return JobPart(
            target,
            assigned,
            elsewhere,
            self._holders.rule(full.job),
            self._holders.rule(read.job),
            (_of_views(full.both), _of_views(read.both)),
            {},
            set(),
        )

    def _view_verdicts(self, about: JobPart, at: SpacePart) -> tuple[Verdict, Verdict]:
        """What the data views of a space say of full access and of reading."""
        found = about.by_views.get(at.views)
        if found is None:
            algebra = VerdictAlgebra(self._holders.impersonal)
            full, read = (fold(in_space(rule, at.id), algebra) for rule in about.asked_of_views)
            found = about.by_views[at.views] = full, read
            if full is _GRANTED and read is _GRANTED:
                about.served.add(at.views)
        return found

    # -- parts of which roles alone decide ----------------------------------------------------------------------------

    def _fast_space(self, part: SpacePart) -> "_FastSpace | None":
        """A space in which roles alone decide."""
        full, read, upload = map(_settled, (part.full, part.read, part.upload))
        if full is None or read is None or upload is None or not _implies(full, read):
            return None
        if read.clauses is not None and len(read.clauses) != 1:
            return None
        readers = 0 if read.clauses is None else self._mask(read.clauses[0])
        bit = self._bit(part.id)
        self._with_views[part.views] = self._with_views.get(part.views, 0) | bit
        uploads = None if upload.clauses is None else self._needs(upload.clauses)
        return bit, readers, self._needs(full.clauses), uploads

    def _fast_job(self, part: JobPart) -> "_FastJob | None":
        """A job about which roles alone decide."""
        full, read = _settled(part.full), _settled(part.read)
        if full is None or read is None or not _implies(full, read):
            return None
        if Verdict.UNKNOWN in {part.elsewhere, *part.assigned.values()}:
            return None
        if part.elsewhere is _GRANTED and part.assigned:
            return None
        where = _ANYTHING  # those without a bit yet too
        if part.elsewhere is _DENIED:
            where = reduce(or_, (self._bit(space) for space in part.assigned), 0)
        further = full.clauses
        if further is not None:
            further = tuple(clause for clause in further if clause not in (read.clauses or ()))
        hardest, *to_read = self._needs(read.clauses) or (_ANYTHING,)
        return where, self._served(part, where), hardest, tuple(to_read), self._needs(further)

    def _served(self, part: JobPart, where: int) -> int:
        """Of the spaces that a job is in and that have been asked about, those whose data views serve it."""
        found = where & reduce(or_, (self._with_views.get(views, 0) for views in part.served), 0)
        return where if found == where else found  # the same object: one memory access less

    def _bit(self, space: str) -> int:
        return self._bits.setdefault(space, 1 << len(self._bits))

    def _needs(self, clauses: tuple[Clause, ...] | None) -> "_Needs":
        if clauses is None:
            return (0,)  # a clause that nobody meets
        # What fewest roles give comes first: it fails soonest.
        return tuple(sorted(map(self._mask, clauses), key=int.bit_count))

    def _mask(self, clause: Clause) -> int:
        found = self._of_clauses.get(clause)
        if found is None:
            found = self._of_clauses[clause] = reduce(or_, (1 << role for roles in clause for role in roles), 0)
        return found


_Needs: TypeAlias = tuple[int, ...]
"""Clauses as masks of roles: of each, the caller must have one."""
_FastSpace: TypeAlias = tuple[int, int, _Needs, _Needs | None]
"""Its bit (`None` has that of `default`), readers, what full access needs, and upload, if anybody can."""
_FastJob: TypeAlias = tuple[int, int, int, _Needs, _Needs]
"""The spaces that it is in, those that serve it, what reading needs (what fewest have apart), and full access more."""


def _of_views(rules: Iterable[Rule]) -> Rule:
    """What is asked of data views: what is about a job in a space, but for its assignment."""
    return AllOf(tuple(r for r in rules if not any(isinstance(fact, AssignedToSpace) for fact in facts_of(r))))


def _settled(holders: Holders) -> Condition | None:
    """The condition, if it decides for everybody."""
    return holders.granted if holders.certain and holders.decided else None


def _implies(full: Condition, read: Condition) -> bool:
    """Whether it shows in their clauses that whoever meets the one meets the other."""
    if full.clauses is None:
        return True
    return read.clauses is not None and all(any(_within(f, r) for f in full.clauses) for r in read.clauses)


def _within(narrow: Clause, wide: Clause) -> bool:
    if narrow == wide:
        return True
    every = frozenset[int]().union(*wide)
    return all(numbers <= every for numbers in narrow)


def _verdict(gate: Verdict, parts: Iterable[Holders], roles: Sequence[int]) -> Verdict | None:
    """The verdict of a gate and of conditions together; None where only the judge can tell."""
    found: Verdict | None = gate
    if gate is _DENIED:
        return gate
    for holders in parts:
        verdict = holders.verdict(roles)
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


_MASKS_KEPT = 100_000


class _Users:
    """Native users by the numbers of their roles, but not the disabled and those whom another realm lists too."""

    def __init__(self, deployment: Deployment) -> None:
        users, in_files = deployment.users, deployment.file_users
        native = Users() if isinstance(users, NotExported) else users
        self._index = native.positions
        self._offsets, self._numbers, _ = native.columns()
        others = () if isinstance(in_files, NotExported) else in_files
        self._apart = frozenset((*native.disabled(), *(native.position(name) for name in others if name in native)))
        self.held: dict[str, int] = {}
        """The roles of users asked about, as bits, up to a number of users.

        Intersecting masks costs less than a few look-ups in sets, and masks take less room.
        """

    def roles(self, user: str) -> Sequence[int]:
        """The numbers of the roles of a user. Raises `KeyError` for those who are not here."""
        number = self._index[user]
        if number in self._apart:
            raise KeyError(user)
        found = self._numbers[self._offsets[number] : self._offsets[number + 1]]
        if len(self.held) < _MASKS_KEPT:
            self.held[user] = reduce(or_, (1 << role for role in found), 0)
        return found
