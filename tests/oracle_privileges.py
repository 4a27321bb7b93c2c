"""The oracle on permissions: what role descriptors hold, as `_has_privileges` decides it. Plain loops, no compilation.

Reads names of privileges in the catalogue's tables; everything else is its own. Sources: `IndicesPermission.java`,
`ClusterPermission.java`, `ApplicationPermission.java` and `CompositeRolesStore.java` of Elasticsearch.
"""

import re
from functools import cache

from mlaccess.catalog.privileges import UnknownPrivilege, cluster_privilege, index_privilege, is_known
from mlaccess.catalog.restricted import RESTRICTED_PATTERNS
from tests.oracle_patterns import Regex, both, covers, is_nothing, matches, negate, union
from tests.oracle_syntax import pattern, patterns


def unknown_privileges(role, version):
    """Names in a role that its version does not know: the role cannot be built then."""
    names = [("cluster", n) for n in role.cluster]
    names += [("index", n) for grant in (*role.indices, *role.remote_indices) for n in grant.privileges]
    return [n for kind, n in names if not is_known(kind, n, version)]


# -- cluster ---------------------------------------------------------------------------------------------------------


@cache
def cluster_actions(name: str) -> Regex:
    row = cluster_privilege(name)
    return both(patterns(row.allow), negate(patterns(row.exclude)))


def implies_cluster(roles, asked: str) -> bool:
    """Held by name, or all of its actions are among those of unconditional privileges together."""
    held = [n.lower() for role in roles for n in role.cluster]
    if asked.lower() in held:
        return True
    plain = tuple(sorted({n for n in held if not cluster_privilege(n).conditional}))
    return bool(plain) and _cluster_covers(plain, asked)


@cache
def _cluster_covers(held: tuple[str, ...], asked: str) -> bool:
    return covers(union(*map(cluster_actions, held)), cluster_actions(asked))


# -- indices ---------------------------------------------------------------------------------------------------------


def _system_index(text: str) -> Regex:
    expression = text.replace(".", "\\.").replace("*", ".*")
    if re.search(r"[^a-z.-]", text):
        return pattern(f"/({expression})(-reindexed-for-[0-9]+)?/")
    return pattern(f"/{expression}/")


RESTRICTED = union(*(_system_index(row.pattern) for row in RESTRICTED_PATTERNS))


def splits(version) -> bool:
    """Whether a version tells data from failures: 8.19, and 9.1 and later; one that is not known is taken for new."""
    found = re.match(r"(\d+)\.(\d+)", version or "")
    number = (int(found[1]), int(found[2])) if found else (99, 0)
    return number >= (9, 1) or (8, 19) <= number < (9, 0)


def entries(roles, version=None):
    """Entries of all roles; those with the same names and flag are one, and its privileges are split by selector."""
    merged: dict[tuple, set[str]] = {}
    for role in roles:
        denial = len(role.indices) == 1 and role.indices[0].privileges[:1] and role.indices[0].privileges[0].lower()
        if denial == "none":
            continue
        for grant in role.indices:
            key = (frozenset(grant.names), grant.allow_restricted_indices)
            merged.setdefault(key, set()).update(p.lower() for p in grant.privileges)
    for (names, restricted), privileges in merged.items():
        kinds: dict[str, set[str]] = {}
        for name in privileges or {"none"}:
            kinds.setdefault(index_privilege(name).selector.value, set()).add(name)
        if "all" in kinds or not splits(version):
            kinds = {"all": privileges or {"none"}}
        for kind, those in kinds.items():
            yield names, restricted, kind, frozenset(those)


def split_selector(name: str) -> tuple[str, str]:
    """A name without its selector, and the selector; none means whatever the privilege speaks of."""
    for part in ("data", "failures"):
        if name.endswith(f"::{part}"):
            return name.removesuffix(f"::{part}"), part
    return name, ""


def holds_index(
    roles, name: str, asked: str, allow_restricted: bool = False, together: bool = True, version=None
) -> bool:
    """Whether a privilege is held on every name that a pattern matches.

    Not `together`: even if entries with equal privileges did not count together, as further roles may bring about.
    """
    return _holds_index(tuple(entries(roles, version)), name, asked.lower(), allow_restricted, together)


@cache
def _holds_index(groups, name: str, asked: str, allow_restricted: bool, together: bool) -> bool:
    bare, part = split_selector(name)
    wanted = pattern(bare)
    plain_name = "*" not in bare and not bare.startswith("/")
    if not allow_restricted and not (plain_name and matches(RESTRICTED, bare)):
        wanted = both(wanted, negate(RESTRICTED))
    if is_nothing(wanted):
        return False
    row = index_privilege(asked)
    parts = (
        [part] if part else {"data": ["data"], "failures": ["failures"]}.get(row.selector.value, ["data", "failures"])
    )
    return all(_holds_part(groups, wanted, each, asked, together) for each in parts)


def _holds_part(groups, wanted: Regex, part: str, asked: str, together: bool) -> bool:
    """Entries with equal privileges count together, others each by itself; what those that cover hold is united."""
    equal: dict[frozenset[str], list[Regex]] = {}
    for names, restricted, kind, privileges in groups:
        if kind in (part, "data_and_failures", "all"):
            language = patterns(names)
            equal.setdefault(privileges, []).append(language if restricted else both(language, negate(RESTRICTED)))
    held: set[str] = set()
    for privileges, languages in equal.items():
        if covers(union(*languages), wanted) if together else any(covers(each, wanted) for each in languages):
            held |= privileges
    return bool(held) and _index_covers(frozenset(held), asked)


@cache
def _index_covers(held: frozenset[str], asked: str) -> bool:
    return covers(union(*(patterns(index_privilege(n).allow) for n in held)), patterns(index_privilege(asked).allow))


def holds_remote(role, cluster: str, name: str, asked: str) -> bool:
    """Whether one `remote_indices` entry speaks of the cluster and holds a privilege on a pattern."""
    for grant in role.remote_indices:
        if matches(patterns(grant.clusters), cluster):
            group = (
                frozenset(grant.names),
                grant.allow_restricted_indices,
                "data",
                frozenset(map(str.lower, grant.privileges)),
            )
            if _holds_index((group,), name, asked, False, True):
                return True
    return False


# -- applications ----------------------------------------------------------------------------------------------------


def application_entries(roles, stored):
    """(application, names, actions, resources): entries merged by application and resources, then by privilege."""
    merged: dict[tuple, set[str]] = {}
    for role in roles:
        for grant in role.applications:
            merged.setdefault((grant.application, frozenset(grant.resources)), set()).update(grant.privileges)
    named = {name for names in merged.values() for name in names}
    joined: dict[tuple, set[str]] = {}
    for (application, resources), names in merged.items():
        apps = [application]
        if "*" in application:
            known = {a for a, name in stored if name in named and matches(pattern(application), a)}
            apps = sorted(known) or apps
        for app in apps:
            key = (app, frozenset(names), resolve_actions(app, names, stored))
            joined.setdefault(key, set()).update(resources)
    return [(*key, frozenset(resources)) for key, resources in joined.items()]


def resolve_actions(application: str, names, stored) -> frozenset[str]:
    """Names of privileges stand for their stored actions; any other text is an action pattern."""
    actions: set[str] = set()
    for name in names:
        if re.fullmatch(r"[a-z][a-zA-Z0-9_.-]*", name):
            row = stored.get((application, name))
            actions |= row.actions if row is not None else set()
        else:
            actions.add(name)
    return frozenset(actions)


def holds_application(roles, stored, application: str, asked: str, resource: str) -> bool:
    """Whether one entry gives a privilege on a resource."""
    wanted = (application, frozenset({asked}), resolve_actions(application, [asked], stored))
    return any(_entry_holds(entry, wanted, resource) for entry in application_entries(roles, stored))


@cache
def _entry_holds(entry, wanted, resource: str) -> bool:
    app, names, actions, resources = entry
    if not covers(patterns(resources), pattern(resource)):
        return False
    if (app, names, actions) == wanted:
        return True
    if not matches(pattern(app), wanted[0]):
        return False
    given, needed = patterns(actions), patterns(wanted[2])
    return is_nothing(negate(given)) or (not is_nothing(given) and not is_nothing(needed) and covers(given, needed))


def has_privileges(sides, stored, asked, version=None):
    """The answer of `_has_privileges`, privilege by privilege; on several sides, all must hold it."""
    answers = {}
    for name in asked.cluster:
        answers["cluster", name] = all(implies_cluster(roles, name) for roles in sides)
    for grant in asked.index:
        for name in grant.names:
            for p in grant.privileges:
                found = all(
                    holds_index(roles, name, p, grant.allow_restricted_indices, version=version) for roles in sides
                )
                answers["index", name, p] = answers.get(("index", name, p), True) and found
    for grant in asked.application:
        for resource in grant.resources:
            for p in grant.privileges:
                found = all(holds_application(roles, stored, grant.application, p, resource) for roles in sides)
                answers["application", grant.application, resource, p] = found
    return answers


__all__ = ["UnknownPrivilege", "has_privileges", "holds_application", "holds_index", "implies_cluster"]
