"""What one role contributes to a fact about whoever holds it: found once, however many callers hold the role."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import TypeAlias, TypeVar

import attrs

from mlaccess.automata import TooComplex
from mlaccess.catalog.restricted import restricted_names
from mlaccess.errors import PatternError
from mlaccess.permission import Role
from mlaccess.permission.cluster import ClusterPermission
from mlaccess.permission.kibana import ELSEWHERE, Holding, KibanaPrivileges, named_spaces
from mlaccess.permission.plain import PlainName, PlainPattern, is_plain, parts_of
from mlaccess.rules import Evidence, Finding, Value, Verdict
from mlaccess.rules.facts import (
    ClusterAction,
    ClusterPrivilege,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
    Level,
)
from mlaccess.stack import ApplicationGrant, FrozenMap, RoleDescriptor

from .evidence import cluster_evidence, cluster_near, entry_evidence, kibana_proof
from .expressions import one_plain

__all__ = [
    "ClusterQuestion",
    "ClusterShare",
    "Entry",
    "IndexQuestion",
    "KibanaBook",
    "KibanaPart",
    "KibanaQuestion",
    "KibanaShare",
    "Ledger",
    "Reach",
    "RoleShares",
    "cluster_question",
    "index_question",
    "kibana_question",
]

K = TypeVar("K")
V = TypeVar("V")

_REMEMBERED = 131_072
"""So many contributions are kept in all."""


class Ledger:
    """Counts what roles remember, and makes all of them forget when it is too much."""

    def __init__(self) -> None:
        self._count = 0
        self._books: list[Callable[[], None]] = []

    def open(self, book: dict[K, V]) -> dict[K, V]:
        """Takes a book in, and gives it back."""
        self._books.append(book.clear)
        return book

    def count(self) -> None:
        """One more contribution is remembered."""
        self._count += 1
        if self._count > _REMEMBERED:
            for clear in self._books:
                clear()
            self._count = 0


# -- questions ------------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class ClusterQuestion:
    """A fact about the cluster, ready to be asked of roles."""

    test: Callable[[ClusterPermission], bool]
    granted: str
    values: FrozenMap[str, Value]
    nothing: Finding
    """What is found where no role comes near."""


@lru_cache(1024)
def cluster_question(fact: ClusterPrivilege | ClusterAction) -> ClusterQuestion:
    """The question that a fact about the cluster is."""
    if isinstance(fact, ClusterPrivilege):
        privilege = fact.privilege
        values: FrozenMap[str, Value] = FrozenMap({"privilege": privilege})
        nothing = Finding(Verdict.DENIED, "cluster.missing", values)
        return ClusterQuestion(lambda cluster: cluster.implies(privilege), "cluster.granted", values, nothing)
    action = fact.action
    values = FrozenMap({"action": action})
    nothing = Finding(Verdict.DENIED, "cluster.action_missing", values)
    return ClusterQuestion(lambda cluster: cluster.grants(action), "cluster.action_granted", values, nothing)


@attrs.frozen(eq=False)
class IndexQuestion:
    """A fact about one plain index pattern, ready to be asked of roles with plain names."""

    pattern: PlainPattern
    privilege: str
    whole: int
    """The parts of a data stream that must be held, as bits."""
    values: FrozenMap[str, Value]
    """What a finding says of it."""
    nothing: Finding
    """What is found where no role comes near."""


@lru_cache(16384)
def index_question(fact: IndexPrivilege | IndexAction) -> IndexQuestion | None:
    """The question that a fact about an index expression is; None where it is not about one plain pattern."""
    expression = fact.expression
    privilege = fact.privilege if isinstance(fact, IndexPrivilege) else fact.action
    text = one_plain(expression)
    if text is None:
        return None
    try:
        pattern = PlainPattern.of(text, restricted_names())
        if pattern is None:
            return None
        whole = (1 << len(parts_of(privilege))) - 1
    except (TooComplex, PatternError):
        return None
    values: FrozenMap[str, Value] = FrozenMap({"privilege": privilege, "expression": expression})
    if pattern.is_literal:
        nothing = Finding(Verdict.DENIED, "index.missing", values)
    else:
        witness: FrozenMap[str, Value] = FrozenMap({**values, "witness": pattern.shortest})
        nothing = Finding(Verdict.DENIED, "index.not_covered", witness)
    return IndexQuestion(pattern, privilege, whole, values, nothing)


@attrs.frozen(eq=False)
class KibanaQuestion:
    """A fact about Kibana privileges, ready to be asked of roles. `parts`: one for each feature, or the action."""

    parts: "tuple[KibanaPart, ...]"
    space: str
    granted: str
    unknown: str
    missing: str
    values: FrozenMap[str, Value]
    nothing: Finding
    """What is found where no role comes near."""


@attrs.frozen(eq=False)
class KibanaPart:
    """A feature with a level, or an action, in whatever space. The same object for the same."""

    ask: Callable[[KibanaPrivileges, RoleDescriptor, str], Holding]
    share: Callable[[KibanaPrivileges, tuple[ApplicationGrant, ...]], int]
    """What entries contribute to holding it together with others: bits of `whole`."""
    whole: Callable[[KibanaPrivileges], int]


@lru_cache(256)
def _feature(feature: str, level: Level) -> KibanaPart:
    return KibanaPart(
        lambda kibana, held, space: kibana.grants_feature(held, feature, level, space),
        lambda kibana, entries: kibana.share(entries, feature, level),
        lambda kibana: kibana.whole(feature, level),
    )


@lru_cache(4096)
def _action(action: str) -> KibanaPart:
    return KibanaPart(
        lambda kibana, held, space: kibana.grants_action(held, action, space),
        lambda kibana, entries: 0,
        lambda kibana: 0,
    )


@lru_cache(16384)
def kibana_question(fact: KibanaFeature | KibanaAction) -> KibanaQuestion:
    """The question that a fact about Kibana is."""
    if isinstance(fact, KibanaFeature):
        code = "kibana.feature"
        parts = tuple(_feature(feature, fact.level) for feature in fact.features)
        values: FrozenMap[str, Value] = FrozenMap(
            {"feature": fact.features[0], "level": fact.level, "space": fact.space}
        )
    else:
        code = "kibana.action"
        parts = (_action(fact.action),)
        values = FrozenMap({"action": fact.action, "space": fact.space})
    missing = f"{code}_missing"
    nothing = Finding(Verdict.DENIED, missing, values)
    return KibanaQuestion(parts, fact.space, f"{code}_granted", f"{code}_unknown", missing, values, nothing)


# -- contributions --------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class ClusterShare:
    """What a role contributes to a fact about the cluster."""

    finding: Finding | None
    """What is found for whoever holds the role; None where it alone does not grant it."""
    near: tuple[Evidence, ...]


class KibanaShare:
    """What a role contributes to a feature or an action in a space."""

    __slots__ = ("bits", "evidence", "near", "speaks", "verdict")

    def __init__(self, verdict: Verdict, evidence: tuple[Evidence, ...], near: tuple[Evidence, ...]) -> None:
        self.verdict = verdict
        self.evidence = evidence
        self.near = near
        self.speaks = bool(near) or verdict is not Verdict.DENIED
        """Whether it has an entry that is about the space."""
        self.bits: int | None = None
        """What it contributes to holding a feature together with others; None until asked."""


KibanaBook: TypeAlias = dict[KibanaPart, KibanaShare]
"""What is known of a role's part in a space, or in all spaces that its entries do not name."""


class Entry:
    """An index entry with plain names."""

    __slots__ = ("evidence", "given", "names")

    def __init__(self, names: tuple[PlainName, ...], given: frozenset[str], evidence: Evidence) -> None:
        self.names = names
        self.given = given
        self.evidence = evidence


class Reach:
    """How far the index entries of a role reach into a pattern."""

    __slots__ = ("covering", "near", "on_shortest")

    def __init__(
        self, covering: tuple[Entry, ...] = (), on_shortest: tuple[Entry, ...] = (), near: tuple[Evidence, ...] = ()
    ) -> None:
        self.covering = covering
        """The entries that cover it."""
        self.on_shortest = on_shortest
        """The entries that have its shortest name."""
        self.near = near
        """Evidence of those that have any of its names."""


_NO_REACH = Reach()


class RoleShares:
    """What one role contributes to facts."""

    def __init__(self, descriptor: RoleDescriptor, permission: Role, kibana: KibanaPrivileges, ledger: Ledger) -> None:
        self.descriptor = descriptor
        self._kibana = kibana
        self._permission = permission
        self._ledger = ledger
        self._reaches: dict[PlainPattern, Reach] = ledger.open({})
        self._on_cluster: dict[ClusterQuestion, ClusterShare] = ledger.open({})
        self.elsewhere: KibanaBook = ledger.open({})
        """What is known of its part in all spaces that its entries do not name."""
        self.speaks_of_cluster = bool(descriptor.cluster or descriptor.global_)
        """Whether it could contribute to anything about the cluster."""
        self.index_privileges = frozenset(name for grant in descriptor.indices for name in grant.privileges)

    # -- the cluster ------------------------------------------------------------------------------------------------

    def cluster(self, question: ClusterQuestion) -> ClusterShare:
        """Its part in a fact about the cluster. Raises `TooComplex` and `PatternError`."""
        found = self._on_cluster.get(question)
        if found is None:
            finding = None
            if question.test(self._permission.cluster):
                evidence = tuple(cluster_evidence(self.descriptor))
                finding = Finding(Verdict.GRANTED, question.granted, question.values, evidence)
            found = self._on_cluster[question] = ClusterShare(finding, tuple(cluster_near(self.descriptor)))
            self._ledger.count()
        return found

    # -- indices ----------------------------------------------------------------------------------------------------

    def reach(self, pattern: PlainPattern) -> Reach | None:
        """How far its entries reach into a pattern; None where its names are not plain."""
        entries = self.entries
        if entries is None:
            return None
        found = self._reaches.get(pattern)
        if found is None:
            found = self._reaches[pattern] = _reach(entries, pattern)
            self._ledger.count()
        return found

    @cached_property
    def entries(self) -> "tuple[Entry, ...] | None":
        """The index entries; None where some name is not plain, or where the role is one that denies."""
        grants = self.descriptor.indices
        if not all(is_plain(name) for grant in grants for name in grant.names):
            return None
        if len(self._permission.merged_indices) == 0 and grants:
            return None
        return tuple(
            Entry(
                tuple(PlainName.of(name) for name in grant.names),
                frozenset(grant.privileges),
                entry_evidence(self.descriptor, grant),
            )
            for grant in grants
        )

    @cached_property
    def begins(self) -> tuple[str, ...]:
        """The texts with which names of index entries begin, up to the first `*`, in order.

        Where some name is not plain, it may begin in any way.
        """
        if self.entries is None:
            return ("",)
        return tuple(sorted({name.first for entry in self.entries for name in entry.names}))

    # -- Kibana -----------------------------------------------------------------------------------------------------

    @cached_property
    def _in_spaces(self) -> dict[str, KibanaBook] | None:
        """A book for each space that its entries name; None where they have patterns of spaces."""
        named = named_spaces(self.descriptor.applications)
        return None if named is None else {space: self._ledger.open({}) for space in named}

    def in_space(self, space: str) -> KibanaBook | None:
        """What is known of its part in a space, by feature or action; None where it has patterns of spaces."""
        spaces = self._in_spaces
        return None if spaces is None else spaces.get(space, self.elsewhere)

    @cached_property
    def speaks_only_in(self) -> frozenset[str] | None:
        """The spaces that any entry could be about; None where it may be about every one, or about the cluster."""
        spaces = self._in_spaces
        if self.speaks_of_cluster or spaces is None or any(self._kibana.about(self.descriptor, ELSEWHERE)):
            return None
        return frozenset(spaces)

    def kibana(self, part: KibanaPart, space: str, book: KibanaBook) -> KibanaShare:
        """Its part in a feature or an action in a space, found anew and entered in the book of the space."""
        holding = part.ask(self._kibana, self.descriptor, ELSEWHERE if book is self.elsewhere else space)
        evidence, near = kibana_proof(holding, self.descriptor)
        found = book[part] = KibanaShare(holding.verdict, evidence, near)
        self._ledger.count()
        return found

    def bits(self, part: KibanaPart, space: str, share: KibanaShare) -> int:
        """What it contributes to holding a feature in a space together with others, as bits of the part's whole."""
        found = share.bits
        if found is None:
            found = share.bits = part.share(self._kibana, self._kibana.about(self.descriptor, space)[0])
        return found


def _reach(entries: "tuple[Entry, ...]", pattern: PlainPattern) -> Reach:
    covering: list[Entry] = []
    on_shortest: list[Entry] = []
    near: list[Evidence] = []
    text, shortest = pattern.sample, pattern.shortest
    for entry in entries:
        touches = covers = has_shortest = False
        for name in entry.names:
            if name.overlaps(pattern):
                touches = True
                covers = covers or name.matches(text)
                has_shortest = has_shortest or name.matches(shortest)
        if touches:
            near.append(entry.evidence)
        if covers:
            covering.append(entry)
        if has_shortest:
            on_shortest.append(entry)
    return Reach(tuple(covering), tuple(on_shortest), tuple(near)) if near else _NO_REACH
