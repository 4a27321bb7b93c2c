"""The public resolver: questions about callers of one deployment, compiled once, safe to share between threads."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from mlaccess.catalog.documented import Interface, Target, level_rules
from mlaccess.catalog.kibana_versions import Profile, profile_of
from mlaccess.permission.kibana import disagreements
from mlaccess.rules import Finding, Verdict
from mlaccess.stack import Deployment, Identity, Notice

from .access import Access, Decision
from .checks import Checks
from .cohort import Cohorts
from .compiled import Compiler
from .definitions import Definitions
from .enforced import EnforcedDecision, enforced_question
from .everyone import Everyone
from .gates import Gates
from .judge import Judge
from .judges import Judges
from .places import Places
from .questions import JobType, check_interface, check_names, check_space, check_texts, check_type, find_target
from .saved_objects import SavedObjects, saved_object_rule
from .subjects import HeldPermission, Subject, Subjects

if TYPE_CHECKING:
    from .holdings import HoldersOf
    from .plan import Answer, Plan

__all__ = ["Caller", "Resolver"]

Caller = str | Identity
"""A user by name, or an identity of an external realm."""


class _Moment:
    """What depends on the moment asked about: gates, callers and the findings on facts."""

    def __init__(
        self, deployment: Deployment, definitions: Definitions, places: Places, compiler: Compiler, at: datetime | None
    ) -> None:
        self.gates = Gates(deployment, at)
        self.subjects = Subjects(deployment, definitions, self.gates)
        self.cohorts = Cohorts(Everyone(self.gates, places), compiler)
        self.judges = Judges()
        self.plan: Plan | None = None
        self.holders: HoldersOf | None = None


class Resolver:
    """Answers questions about one deployment. Immutable to its users; it only ever remembers what it found."""

    def __init__(self, deployment: Deployment) -> None:
        check_type(Deployment, deployment)
        self._deployment = deployment
        self._definitions = Definitions(deployment)
        self._compiler = Compiler(deployment)
        self._places = Places(deployment)
        self._moments: dict[datetime | None, _Moment] = {}
        self._jobs: dict[str, Target] = {}
        self._checks = Checks(self.profile)

    @property
    def deployment(self) -> Deployment:
        """What is asked about."""
        return self._deployment

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """What to know before any answer: roles that two exports describe differently, and unknown privilege names."""
        return (*disagreements(self._deployment), *self._unknown_privileges())

    @cached_property
    def security_off(self) -> bool:
        """Whether security is switched off, so that no privilege is checked (choice C24)."""
        return Gates(self._deployment, None).security_off() is not None

    def _unknown_privileges(self) -> Iterator[Notice]:
        version = self._deployment.version
        for name in self._definitions.names():
            descriptor = self._definitions.of(name).descriptor
            unknown = () if descriptor is None else self._compiler.role(descriptor).unknown
            if descriptor is not None and unknown:
                names = ", ".join(f"`{n}`" for n in unknown)
                of = f"version {version}" if isinstance(version, str) else "any version"
                text = f"role `{name}`: no privilege of {of} is called {names}, so what the role gives is unknown"
                yield Notice(str(descriptor.origin or name), text)

    # -- the documented levels --------------------------------------------------------------------------------------

    def access(
        self,
        user: Caller | None = None,
        *,
        api_key: str | None = None,
        interface: Interface = "kibana",
        space: str | None = None,
        job: str | None = None,
        job_type: JobType | None = None,
        model: str | None = None,
        sources: Iterable[str] | None = None,
        destinations: Iterable[str] | None = None,
        at: datetime | None = None,
    ) -> Access:
        """The level of access the page "Setting up machine learning" gives a caller, with its reasons.

        `user` is a name of the export or an `Identity`; `api_key` names a key by id instead. On `kibana`, no space
        means `default`. `at` is the moment at which licences and keys are judged (default: that of the export; UTC
        where it has no zone).
        `destinations` are those of an upload. Raises `UnknownNameError` for names that certainly do not exist, and
        `ValueError` for another interface or one text in place of a list.
        """
        check_interface(interface)
        check_texts(space=space, job=job, model=model)
        check_names(destinations=destinations)
        place = (space or "default") if interface == "kibana" else ""
        if space is not None or place:
            check_space(self._deployment, place or space or "default")
        target = self._target(job, job_type, model, sources)
        judge = self.judge(user, api_key=api_key, at=at)
        return self.access_to(judge, interface, place, target, tuple(destinations or ()))

    def _target(
        self, job: str | None, job_type: JobType | None, model: str | None, sources: Iterable[str] | None
    ) -> Target:
        """What a question is about; a job that is told by its id alone is found once."""
        if job is None or job_type is not None or model is not None or sources is not None:
            return find_target(self._deployment, job=job, job_type=job_type, model=model, sources=sources)
        found = self._jobs.get(job)
        if found is None:
            found = find_target(self._deployment, job=job)
            if len(self._jobs) >= _JOBS_KEPT:
                self._jobs.clear()
            self._jobs[job] = found
        return found

    def access_to(
        self, judge: Judge, interface: Interface, space: str, target: Target, destinations: tuple[str, ...] = ()
    ) -> Access:
        """`access` for a question whose names have been resolved already."""
        rules = level_rules(interface, space, target, destinations)
        return Access(judge, interface, space, target, destinations, rules, self._checks)

    def levels(
        self, questions: Iterable[tuple[str, str | None, str | None]], *, at: datetime | None = None
    ) -> "list[Answer]":
        """Level and ceiling for many (user, space, job), as `access` gives them one by one, several times faster.

        No space means `default`, no job asks about the space in general. No answer is kept, only what roles, spaces
        and jobs come to. Raises `UnknownNameError` for names that certainly do not exist.
        """
        return self.plan(at).levels(questions)

    def plan(self, at: datetime | None = None) -> "Plan":
        """The rule of levels in Kibana, evaluated as far as it does not depend on the user."""
        moment = self._moment(at)
        if moment.plan is None:
            from .plan import Plan  # needed for many questions only

            def exact(user: str, space: str | None, job: str | None) -> "Answer":
                access = self.access(user, space=space, job=job, at=at)
                return access.level, access.ceiling

            moment.plan = Plan(self._deployment, self.holders(at), exact)
        return moment.plan

    def holders(self, at: datetime | None = None) -> "HoldersOf":
        """Who holds a fact, for all sets of roles at once: what readings of whole populations are made of."""
        moment = self._moment(at)
        if moment.holders is None:
            from .holdings import HoldersOf  # needed for many callers only
            from .roster import Roster

            roster = Roster(self._deployment, self._definitions, self._compiler, moment.gates, moment.subjects)
            moment.holders = HoldersOf(roster, moment.cohorts.everyone.verdict)
        return moment.holders

    def judge_of_roles(self, roles: Iterable[str], *, at: datetime | None = None) -> Judge:
        """The judge of a user there might be, who has exactly these roles."""
        return self.judge_of(self._moment(at).subjects.with_roles(roles), at=at)

    def judge_of(self, subject: Subject, *, at: datetime | None = None) -> Judge:
        """The judge of a caller there might be."""
        return Judge(subject, self._moment(at).cohorts)

    # -- the enforced rulebook ------------------------------------------------------------------------------------

    def can(
        self,
        user: Caller | None,
        what: str,
        *,
        api_key: str | None = None,
        space: str | None = None,
        job: str | None = None,
        job_type: JobType | None = None,
        model: str | None = None,
        sources: Iterable[str] | None = None,
        index: Iterable[str] = (),
        at: datetime | None = None,
    ) -> EnforcedDecision:
        """Whether Elasticsearch or Kibana would let a caller do something, by what their code checks.

        `what` is a capability (`canCreateJob`), an API by its specification name (`ml.put_job`), a request
        (`PUT /_ml/anomaly_detectors/web`, `POST /internal/ml/...`), or a raw action. `index` names the indices of an
        index action. Raises `UnknownNameError` for what no table knows, `ValueError` for one text in place of a list.
        """
        check_texts(what=what, space=space, job=job, model=model)
        check_names(index=index)
        place = space or "default"
        check_space(self._deployment, place)
        target = self._target(job, job_type, model, sources)
        judge = self.judge(user, api_key=api_key, at=at)
        question = enforced_question(what, space=place, target=target, profile=self.profile, index=index)
        decision = Decision(question.name, question.rule, judge, place)
        return EnforcedDecision(decision, question, judge)

    @property
    def profile(self) -> Profile | None:
        """Which of Kibana's behaviours this deployment's version has; None where that is not known."""
        version = self._deployment.kibana_version
        if not isinstance(version, str):
            version = self._deployment.version
        return profile_of(version if isinstance(version, str) else None)

    def saved_objects(
        self,
        user: Caller | None = None,
        *,
        api_key: str | None = None,
        space: str = "default",
        type: str,
        at: datetime | None = None,
    ) -> SavedObjects:
        """What a caller may do with saved objects of a type, such as `ml-job` or `dashboard`, in a space (P17)."""
        check_space(self._deployment, space)
        judge = self.judge(user, api_key=api_key, at=at)
        read, write = (
            Decision(f"{access} `{type}`", saved_object_rule(type, space, access), judge, space)
            for access in ("read", "write")
        )
        return SavedObjects(type, space, read, write)

    def permission(
        self, user: Caller | None = None, *, api_key: str | None = None, at: datetime | None = None
    ) -> HeldPermission:
        """What a caller certainly holds in Elasticsearch, compiled, and why they may hold more."""
        subject = self.judge(user, api_key=api_key, at=at).subject
        sides = [tuple(d for d in side.certain if not self._compiler.role(d).unknown) for side in subject.sides]
        reasons = [doubt.finding for side in subject.sides for doubt in side.doubts]
        reasons += [
            Finding.of(Verdict.UNKNOWN, "role.unknown_privilege", role=d.name)
            for side in subject.sides
            for d in side.certain
            if self._compiler.role(d).unknown
        ]
        reasons += [
            Finding.of(Verdict.UNKNOWN, "role.possibly_held", role=d.name)
            for side in subject.sides
            for d in side.possible
        ]
        return HeldPermission(subject, self._compiler.permission(sides), tuple(reasons))

    def may_run_as(
        self,
        user: Caller | None,
        target: str,
        *,
        api_key: str | None = None,
        at: datetime | None = None,
    ) -> Verdict:
        """Whether a caller may act as another user (`es-security-runas-user`), whose roles then count alone.

        The caller's `run_as` patterns are matched against the name: `RBACEngine.java`.
        """
        held = self.permission(user, api_key=api_key, at=at)
        account = held.subject.account.verdict
        named = Verdict.of(held.permission.may_run_as(target))
        if named is Verdict.DENIED and held.doubts:
            named = Verdict.UNKNOWN
        return min(account, named)

    # -- callers ----------------------------------------------------------------------------------------------------

    def judge(self, user: Caller | None = None, *, api_key: str | None = None, at: datetime | None = None) -> Judge:
        """The judge of one caller: asks any fact.

        Raises `UnknownNameError`; `ValueError` for no caller, two, or an empty name; `TypeError` for what is no caller.
        """
        if (user is None) == (api_key is None):
            raise ValueError("name one caller: a user, an identity or an API key")
        moment = self._moments.get(at) or self._moment(at)
        key: object = ("api_key", api_key) if api_key is not None else user
        judge = moment.judges.get(key)
        if judge is None:
            subject = self._subject(moment, user, api_key)
            judge = Judge(subject, moment.cohorts)
            moment.judges.put(key, judge)
        return judge

    def _subject(self, moment: _Moment, user: Caller | None, api_key: str | None) -> Subject:
        if isinstance(user, str):
            if not user:
                raise ValueError("the name of a caller is empty")
            return moment.subjects.user(user)
        if isinstance(user, Identity):
            return moment.subjects.identity(user)
        if user is not None:  # pyright: ignore[reportUnnecessaryComparison]  # callers without a type checker
            raise TypeError(f"a caller is a user's name or an Identity, found {user!r}")
        check_texts(api_key=api_key)
        if not api_key:
            raise ValueError("the name of a caller is empty")
        return moment.subjects.api_key(api_key)

    def _moment(self, at: datetime | None) -> _Moment:
        found = self._moments.get(at)
        if found is None:
            while len(self._moments) >= _MOMENTS_KEPT:
                self._moments.pop(next(iter(self._moments)), None)  # the one that has been kept longest
            found = self._moments[at] = _Moment(self._deployment, self._definitions, self._places, self._compiler, at)
        return found

    def __reduce__(self) -> "tuple[type[Resolver], tuple[Deployment]]":
        """Pickled as its deployment, without what it remembers."""
        return (Resolver, (self._deployment,))

    def __repr__(self) -> str:
        version = self._deployment.version
        return f"<Resolver of a deployment of {version if isinstance(version, str) else 'unknown version'}>"


_JOBS_KEPT = 65_536
_MOMENTS_KEPT = 16
