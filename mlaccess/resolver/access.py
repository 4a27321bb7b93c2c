"""Answers: `Decision` on one rule, and `Access`, the level a caller reaches. Values that know their own reasons."""

from enum import IntEnum
from functools import cached_property
from typing import Protocol

import attrs

from mlaccess.catalog.discrepancies import DiscrepancyRow
from mlaccess.catalog.documented import Interface, LevelRules, Target, headline_rule, obligations
from mlaccess.catalog.page import Sentence, sentence
from mlaccess.rules import AnyOf, Common, Explanation, Rule, Verdict, VerdictAlgebra, explanation_of, fold
from mlaccess.rules.facts import GATES
from mlaccess.stack.made import made

from .judge import Judge
from .record import Record, record_of

__all__ = ["Access", "AccessLevel", "Decision", "Discrepancy", "ExposureNote"]


_FULL, _READ_ONLY, _UPLOAD, _ALL = range(4)
"""The rules of an access by their place among `LevelRules`, and all of them."""


class AccessLevel(IntEnum):
    """The page's levels. Upload is a different ability from reading, and the lowest headline."""

    NONE = 0
    UPLOAD = 1
    READ_ONLY = 2
    FULL = 3

    @property
    def word(self) -> str:
        """`none`, `upload`, `read-only` or `full`: the words of the command line and of JSON."""
        return self.name.lower().replace("_", "-")

    def __str__(self) -> str:
        return self.word

    @classmethod
    def parse(cls, word: str) -> "AccessLevel":
        """The level of a word such as `read-only`. Raises `ValueError` for another word."""
        for level in cls:
            if level.word == word.lower().replace("_", "-"):
                return level
        raise ValueError(f"`{word}` is not a level, expected one of {', '.join(x.word for x in cls)}")

    @classmethod
    def of(cls, level: "AccessLevel | str") -> "AccessLevel":
        """A level, or that of a word. Raises `ValueError` for another word, `TypeError` for anything else."""
        if isinstance(level, str):
            return cls.parse(level)
        if not isinstance(level, cls):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a type checker
            raise TypeError(f"a level is an AccessLevel or its word, found {level!r}")
        return level


@attrs.frozen(eq=False, repr=False)
class Decision:
    """The verdict on one rule for one caller. The explanation is made when asked for, by the same judge."""

    question: str
    """What was asked, for people: `full access`, `ml.put_job`, `canCreateJob`."""
    rule: Rule
    judge: Judge
    space: str = ""
    """The Kibana space that it is about, if any."""
    _found: Explanation | None = None
    """What was found, as far as somebody looked."""

    # Not cached properties: those of attrs take three times as long where they are read first, as nearly all are.

    @property
    def verdict(self) -> Verdict:
        """What is certain."""
        found = self._found
        if found is None:
            found = self.judge.explain(self.rule, self.space, brief=True)
            object.__setattr__(self, "_found", found)
        return found.verdict

    @property
    def granted(self) -> bool:
        """True only where the answer is certainly yes; unknown is not granted."""
        return self.verdict is Verdict.GRANTED

    @property
    def explanation(self) -> Explanation:
        """Every fact of the rule with its verdict and evidence."""
        found = self.judge.explain(self.rule, self.space, begun=self._found)
        object.__setattr__(self, "_found", found)
        return found

    @property
    def only_gates_fail(self) -> bool:
        """Whether nothing but licence, nodes, settings or visibility stands in the way: not a permission problem."""
        if self.verdict is Verdict.GRANTED:
            return False
        # With every gate open it would certainly be granted; an unknown permission is not known to be no problem.
        leaves = {_fact(leaf): leaf.verdict for leaf in self.explanation.leaves()}
        opened = VerdictAlgebra(lambda fact: Verdict.GRANTED if isinstance(fact, GATES) else leaves[fact])
        return fold(self.rule, opened) is Verdict.GRANTED

    def __reduce__(self) -> "tuple[type[Decision], tuple[str, Rule, Record, str]]":
        """Pickled with its findings, and without the deployment."""
        return (Decision, (self.question, self.rule, record_of(self.judge, [self.rule]), self.space))

    def __bool__(self) -> bool:
        raise TypeError("a decision has three verdicts and no truth; use `.granted` or compare `.verdict`")

    def __repr__(self) -> str:
        return f"<Decision {self.question}: {self.verdict.word}>"

    def __str__(self) -> str:
        from mlaccess.render.text import decision_sentence  # the windows lie above this room

        return decision_sentence(self)


def _fact(leaf: Explanation) -> object:
    return getattr(leaf.rule, "fact", None)


@attrs.frozen
class ExposureNote:
    """A warning of the page that applies: results of a job are visible without `read` on its sources (P16, P30)."""

    sentence: str
    job: str
    sources: tuple[str, ...]
    """The sources on which `read` is missing."""
    verdict: Verdict
    """GRANTED: certainly exposed; UNKNOWN: possibly."""


@attrs.frozen(eq=False)
class Discrepancy:
    """The page and the code disagree about one thing, for one caller, space and job."""

    row: DiscrepancyRow
    documented: Decision
    enforced: Decision

    @property
    def severity(self) -> str:
        """`audit finding` where the code allows more than the page, `support call` where it allows less."""
        return "audit finding" if self.enforced.granted else "support call"

    @property
    def meaning(self) -> str:
        """What it means, in one sentence."""
        return self.row.more if self.enforced.granted else self.row.less


class Checks(Protocol):
    """What an answer is checked for beside its level."""

    def exposure(self, access: "Access") -> tuple[ExposureNote, ...]:
        """Results that this caller can see without access to their sources."""
        ...

    def discrepancies(self, access: "Access") -> tuple[Discrepancy, ...]:
        """Where what the page grants and what the code allows certainly differ."""
        ...


@attrs.frozen
class _Checked:
    """The checks of an answer that were made before it was pickled."""

    exposed: tuple[ExposureNote, ...]
    differing: tuple[Discrepancy, ...]

    def exposure(self, access: "Access") -> tuple[ExposureNote, ...]:
        return self.exposed

    def discrepancies(self, access: "Access") -> tuple[Discrepancy, ...]:
        return self.differing


_LEVELS = (AccessLevel.FULL, AccessLevel.READ_ONLY, AccessLevel.UPLOAD)
"""The levels of `LevelRules`, in their order."""


@attrs.frozen(eq=False, repr=False)
class Access:
    """The access of one caller: what is certain (`level`), what is still possible (`ceiling`), and why."""

    judge: Judge
    interface: Interface
    space: str
    """The Kibana space; empty on the APIs."""
    target: Target
    destinations: tuple[str, ...]
    """Those of an upload."""
    rules: LevelRules
    checks: Checks
    _common: Common = attrs.field(
        default=attrs.Factory(lambda self: self.judge.in_common(self.space), takes_self=True), init=False
    )
    """What this caller has in common with others in the space."""
    _found: dict[int, Explanation] = attrs.field(factory=dict, init=False)  # pyright: ignore[reportUnknownVariableType]  # `dict` is generic
    """What was found for each of the rules, as far as somebody looked; and for all of them."""

    def _decide(self, question: str, which: int) -> Decision:
        return Decision(question, self.rules[which], self.judge, self.space, self._found.get(which))

    @property
    def user(self) -> str:
        """The caller's name, or the id of the key."""
        return self.judge.subject.name

    @cached_property
    def full(self) -> Decision:
        """Whether the caller has full access."""
        return self._decide("full access", _FULL)

    @cached_property
    def read_only(self) -> Decision:
        """Whether the caller has read-only access, or more."""
        return self._decide("read-only access", _READ_ONLY)

    @cached_property
    def upload(self) -> Decision:
        """The upload ability itself, whatever the job."""
        return self._decide("upload", _UPLOAD)

    @cached_property
    def upload_level(self) -> Decision:
        """Whether `upload` may be the headline: in a question about a job, the job must be in the space (C09)."""
        rule = headline_rule(self.rules.upload, self.interface, self.space, self.target)
        return self.upload if rule is self.rules.upload else Decision("upload", rule, self.judge, self.space)

    @property
    def obligations(self) -> tuple[Sentence, ...]:
        """What a question about a job would ask in addition."""
        return tuple([sentence(id_) for id_ in obligations(self.interface, self.target)])

    @property
    def undefined_roles(self) -> tuple[str, ...]:
        """Assigned roles that nothing defines, and that are therefore ignored."""
        return self.judge.subject.undefined_roles

    @property
    def dropped_roles(self) -> tuple[str, ...]:
        """Assigned roles that are left out whole because they use an unlicensed feature."""
        return self.judge.subject.dropped_roles

    @property
    def level(self) -> AccessLevel:
        """The level that is certain."""
        return self._highest(Verdict.GRANTED)

    @property
    def ceiling(self) -> AccessLevel:
        """The best level still possible if every unknown turned out well."""
        return self._highest(Verdict.UNKNOWN)

    def _highest(self, least: Verdict) -> AccessLevel:
        # Written out, for these are read of every answer.
        found, find = self._found, self.judge.find
        for which, rule in enumerate(self.rules):
            explained = found.get(which)
            if explained is None:
                # Nearly all of what an upload asks is known already.
                brief = which != _UPLOAD
                explained = found[which] = explanation_of(rule, find, self._common, None, brief)
            # Upload as the headline asks for the ability and more.
            if explained.verdict >= least and (which != _UPLOAD or self.upload_level.verdict >= least):
                return _LEVELS[which]
        return AccessLevel.NONE

    @property
    def can_upload(self) -> Verdict:
        """Whether files can be imported in this space, beside any level."""
        return self.upload.verdict

    @property
    def certain(self) -> bool:
        """Whether level and ceiling are the same."""
        return self.level is self.ceiling

    def decision(self, level: AccessLevel | str) -> Decision:
        """The decision on one level. Raises `ValueError` for `NONE`, which needs no decision."""
        level = AccessLevel.of(level)
        if level is AccessLevel.FULL:
            return self.full
        if level is AccessLevel.READ_ONLY:
            return self.read_only
        if level is AccessLevel.UPLOAD:
            return self.upload_level
        raise ValueError("everyone reaches `none`")

    def reaches(self, level: AccessLevel | str) -> Verdict:
        """Whether the caller has at least this level."""
        level = AccessLevel.of(level)
        if self.level >= level:
            return Verdict.GRANTED
        return Verdict.UNKNOWN if self.ceiling >= level else Verdict.DENIED

    @cached_property
    def exposure(self) -> tuple[ExposureNote, ...]:
        """Results that this caller can see without access to their sources."""
        return self.checks.exposure(self)

    @cached_property
    def discrepancies(self) -> tuple[Discrepancy, ...]:
        """Where what the page grants and what the code allows certainly differ, for this question."""
        return self.checks.discrepancies(self)

    @property
    def explanation(self) -> Explanation:
        """The trees of all levels, full first; `str` of it is what people read."""
        found = self._found
        whole = found.get(_ALL)
        if whole is None:
            rules = self.rules if self.interface == "kibana" else self.rules[:_UPLOAD]
            parts: list[Explanation] = []
            find = self.judge.find
            for which, rule in enumerate(rules):
                explained = found[which] = explanation_of(rule, find, self._common, found.get(which))
                parts.append(explained)
            verdict = max([part.verdict for part in parts])
            any_ = made(AnyOf, (tuple(rules), "access", "", "any of"))
            whole = found[_ALL] = made(Explanation, (any_, verdict, tuple(parts), None))
        return whole

    def __reduce__(self) -> "tuple[type[Access], tuple[object, ...]]":
        """Pickled with everything that it can tell, and without the deployment."""
        record = record_of(self.judge, self.rules)
        checks = _Checked(self.exposure, self.discrepancies)
        asked = self.interface, self.space, self.target, self.destinations, self.rules
        return (Access, (record, *asked, checks))

    def __bool__(self) -> bool:
        raise TypeError("an access has a level and no truth; compare `.level` or use `.reaches(level)`")

    def __repr__(self) -> str:
        where = f" in {self.space}" if self.space else ""
        what = f" to {self.target.id}" if self.target.id else ""
        unsure = "" if self.certain else f" (at most {self.ceiling.word})"
        return f"<Access {self.user} by {self.interface}{where}{what}: {self.level.word}{unsure}>"

    def __str__(self) -> str:
        from mlaccess.render.text import access_sentence  # the windows lie above this room

        return access_sentence(self)
