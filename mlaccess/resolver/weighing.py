"""Whether one side of a caller holds a privilege: by one role, by several together, possibly, or not at all.

Doubts are weighed here: roles that may be in force, roles that cannot be built, patterns too complex to compare.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.permission import Role
from mlaccess.rules import Evidence, Finding, Value, Verdict
from mlaccess.stack import FrozenMap, RoleDescriptor

from .compiled import CompiledRole, Compiler
from .evidence import doubt_evidence
from .subjects import Side

__all__ = ["Asked", "Weighing", "attempt"]


@attrs.frozen(eq=False)
class Asked:
    """A privilege of Elasticsearch, as roles are asked for it, and how an answer is told.

    `for_good` is a stricter test than `test`, where one is needed: what passes it holds whatever other roles the
    caller has. Index entries that cover a pattern only together do not: a role that adds privileges to the names of
    one of them parts them, for Elasticsearch merges entries by their names and joins those of equal privileges.
    """

    test: Callable[[Role], bool]
    granted: str
    missing: str
    values: FrozenMap[str, Value]
    evidence: Callable[[CompiledRole], Iterable[Evidence]]
    """What of a role proves it."""
    near: Callable[[CompiledRole], Iterable[Evidence]]
    """What of a role comes near."""
    for_good: Callable[[Role], bool] | None = None

    def all_near(self, roles: Iterable[CompiledRole]) -> tuple[Evidence, ...]:
        """What of several roles comes near."""
        return tuple(e for role in roles for e in self.near(role))


class Weighing:
    """Weighs what the roles of a side give, and what is not known about them."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler

    def held(self, side: Side, asked: Asked) -> Finding:
        """A privilege on one side: by one role, by roles together, possibly, or not at all with the nearest miss."""
        test, for_good, values = asked.test, asked.for_good, asked.values
        usable: list[CompiledRole] = []
        unknown: list[CompiledRole] = []
        complex_: list[str] = []
        for descriptor in side.certain:
            role = self._compiler.role(descriptor)
            (unknown if role.unknown else usable).append(role)
        final = for_good or test
        for role in usable:
            if attempt(final, role.permission, complex_):
                return Finding(Verdict.GRANTED, asked.granted, values, tuple(asked.evidence(role)))
        descriptors = [role.descriptor for role in usable]
        together = self._compiler.union(descriptors)
        if len(usable) > 1 and attempt(final, together, complex_):
            return Finding(Verdict.GRANTED, asked.granted + "_jointly", values, asked.all_near(usable))
        doubt = self._doubt(side, unknown, descriptors, test, complex_)
        if for_good is not None and attempt(test, together, complex_):
            if (doubt is None or doubt[0] == _POSSIBLY) and self._whatever_is_possible(
                side, descriptors, test, complex_
            ):
                alone = next((r for r in usable if attempt(test, r.permission, complex_)), None)
                found = tuple(asked.evidence(alone)) if alone else asked.all_near(usable)
                return Finding(Verdict.GRANTED, asked.granted if alone else asked.granted + "_jointly", values, found)
            doubt = doubt or (_POSSIBLY, {}, _as_roles(side.possible))
        if doubt is not None:
            code, said, reasons = doubt
            return Finding(Verdict.UNKNOWN, code, FrozenMap({**values, **said}), reasons)
        return Finding(Verdict.DENIED, asked.missing, values, near=asked.all_near(usable))

    def _doubt(
        self,
        side: Side,
        unknown: list[CompiledRole],
        descriptors: list[RoleDescriptor],
        test: Callable[[Role], bool],
        complex_: list[str],
    ) -> tuple[str, Mapping[str, Value], tuple[Evidence, ...]] | None:
        """Why a privilege may be held all the same, with the reason's own values; None where it certainly is not."""
        for doubt in side.doubts:
            if not doubt.kibana_only:
                evidence = (*doubt_evidence(doubt.finding), *doubt.finding.evidence)
                return doubt.finding.code, doubt.finding.values, evidence
        for role in unknown:
            names = ", ".join(role.unknown)
            return "role.unknown_privilege", {}, (Evidence("role", role.name, names, role.descriptor.origin),)
        if complex_:
            return "pattern.too_complex", {}, (Evidence("role", detail=complex_[0]),)
        if any(self._compiler.role(d).unknown for d in side.possible) or any(
            attempt(test, union, complex_) for union in self._with_possible(side, descriptors)
        ):
            return _POSSIBLY, {}, _as_roles(side.possible)
        if complex_:  # of what is possible, so that the answer is not known to be no
            return "pattern.too_complex", {}, (Evidence("role", detail=complex_[0]),)
        return None

    def _whatever_is_possible(
        self,
        side: Side,
        descriptors: list[RoleDescriptor],
        test: Callable[[Role], bool],
        complex_: list[str],
    ) -> bool:
        """Whether a privilege is held whichever of the possible roles are in force."""
        return not any(self._compiler.role(d).unknown for d in side.possible) and all(
            attempt(test, union, complex_) for union in self._with_possible(side, descriptors)
        )

    def _with_possible(self, side: Side, descriptors: list[RoleDescriptor]) -> list[Role]:
        """What is held with all that is possible, and with one possible role at a time.

        The latter because a role may take away what others give together: see `held`.
        """
        if not side.possible:
            return []
        cases = [[*descriptors, *side.possible], *([*descriptors, d] for d in side.possible)]
        return [self._compiler.union(case) for case in cases]

    def kibana(
        self,
        side: Side,
        hold: Callable[[Iterable[RoleDescriptor]], Iterator[Finding]],
        values: FrozenMap[str, Value],
        code: str,
    ) -> Finding:
        usable = [d for d in side.certain if not self._compiler.role(d).unknown]
        unknown: Finding | None = None
        near: list[Evidence] = []
        for finding in hold(usable):
            if finding.verdict is Verdict.GRANTED:
                return finding
            if finding.verdict is Verdict.UNKNOWN and unknown is None:
                unknown = finding
            near.extend(finding.near)
        if len(usable) > 1:
            # Entries of several roles may hold together what none of them holds alone.
            for finding in hold([_together(usable)]):
                if finding.verdict is Verdict.GRANTED:
                    return finding
                if finding.verdict is Verdict.UNKNOWN and unknown is None:
                    unknown = finding
        for doubt in side.doubts:
            evidence = (*doubt_evidence(doubt.finding), *doubt.finding.evidence)
            said = FrozenMap({**values, **doubt.finding.values})
            return Finding(Verdict.UNKNOWN, doubt.finding.code, said, evidence)
        if unknown is not None:
            return unknown
        for descriptor in side.certain:
            role = self._compiler.role(descriptor)
            if role.unknown:
                evidence = (Evidence("role", role.name, ", ".join(role.unknown), descriptor.origin),)
                return Finding(Verdict.UNKNOWN, "role.unknown_privilege", values, evidence)
        # A role that cannot be built may give anything, if it is in force.
        if any(self._compiler.role(d).unknown for d in side.possible) or (
            side.possible and any(f.verdict is not Verdict.DENIED for f in hold([_together([*usable, *side.possible])]))
        ):
            return Finding(Verdict.UNKNOWN, _POSSIBLY, values, _as_roles(side.possible))
        # A feature with two ids finds the same entries near twice.
        return Finding(Verdict.DENIED, f"{code}_missing", values, near=tuple(dict.fromkeys(near)))


_POSSIBLY = "role.possibly_held"


def _together(descriptors: Iterable[RoleDescriptor]) -> RoleDescriptor:
    """The application entries of several roles, as those of one."""
    found = tuple(descriptors)
    names = ", ".join(d.name for d in found)
    return RoleDescriptor(names, applications=tuple(g for d in found for g in d.applications))


def _as_roles(descriptors: Iterable[RoleDescriptor]) -> tuple[Evidence, ...]:
    return tuple(Evidence("role", d.name, origin=d.origin) for d in descriptors)


def attempt(test: Callable[[Role], bool], role: Role, complex_: list[str]) -> bool:
    """Run a test; patterns over the work limit are reported, not taken for a no."""
    try:
        return test(role)
    except (TooComplex, PatternError) as error:
        complex_.append(str(error))
        return False
