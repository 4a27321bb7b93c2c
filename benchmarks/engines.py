"""What mlaccess is compared with: the script an administrator would write, and general engines asked the same.

Every engine has `check(user, space, job)`, which answers 0 (none), 1 (read-only) or 2 (full). The engines get grants
already expanded to the four index privileges and three Kibana privileges that matter, which is to their advantage.
"""

import json
import logging
import os
import tempfile
from fnmatch import fnmatch
from typing import Any

__all__ = ["ENGINES", "Script"]

INDEX = ("read", "view_index_metadata", "index", "manage")
KIBANA = ("ml_read", "ml_all", "views_all")


class Script:
    """A straightforward script over the exported JSON, with `fnmatch` for patterns."""

    title = "hand-written script"

    def __init__(self, data: dict[str, Any]) -> None:
        self.users = {user["username"]: user for user in data["users"]}
        self.roles = {role["name"]: role for role in data["roles"]}
        self.spaces = {space["id"]: space for space in data["spaces"]}
        self.jobs = {job["id"]: job for job in data["jobs"]}

    @staticmethod
    def _on_index(roles: list[dict[str, Any]], expression: str, privilege: str) -> bool:
        for role in roles:
            for grant in role["indices"]:
                held = grant["privileges"]
                gives = (
                    privilege in held
                    or "all" in held
                    or (privilege == "view_index_metadata" and "manage" in held)
                    or (privilege == "index" and "write" in held)
                )
                if gives and any(fnmatch(expression, name) for name in grant["names"]):
                    return True
        return False

    @staticmethod
    def _in_kibana(roles: list[dict[str, Any]], space: str, feature: str, levels: tuple[str, ...]) -> bool:
        for role in roles:
            for entry in role["kibana"]:
                if space not in entry["spaces"] and "*" not in entry["spaces"]:
                    continue
                own = entry["feature"].get(feature, ())
                if any(level in entry["base"] or level in own for level in levels):
                    return True
        return False

    def check(self, user: str, space: str, job: str) -> int:
        about = self.jobs[job]
        if self.spaces[space]["hides_ml"] or (space not in about["spaces"] and "*" not in about["spaces"]):
            return 0
        roles = [self.roles[name] for name in self.users[user]["roles"] if name in self.roles]
        sources, destination = about["sources"], about["destination"]
        if not self._in_kibana(roles, space, "ml", ("read", "all")):
            return 0
        if not all(self._on_index(roles, source, "read") for source in sources):
            return 0
        if destination is not None and not self._on_index(roles, destination, "read"):
            return 0
        if not (
            self._in_kibana(roles, space, "ml", ("all",))
            and self._in_kibana(roles, space, "indexPatterns", ("all",))
            and all(self._on_index(roles, source, "view_index_metadata") for source in sources)
        ):
            return 1
        further = destination is None or all(self._on_index(roles, destination, p) for p in ("manage", "index"))
        return 2 if further else 1


IMPLIED = {
    "all": set(INDEX),
    "manage": {"manage", "view_index_metadata"},
    "write": {"index"},
    **{privilege: {privilege} for privilege in INDEX[:3]},
}


def _kibana_privileges(entry: dict[str, Any]) -> set[str]:
    base, feature = entry["base"], entry["feature"]
    found: set[str] = set()
    if "all" in base or "all" in feature.get("ml", ()):
        found |= {"ml_read", "ml_all"}
    if "read" in base or "read" in feature.get("ml", ()):
        found.add("ml_read")
    if "all" in base or "all" in feature.get("indexPatterns", ()):
        found.add("views_all")
    return found


def expanded(role: dict[str, Any]) -> tuple[list[tuple[list[str], set[str]]], list[tuple[list[str], set[str]]]]:
    """A role's index names with index privileges, and its spaces with Kibana privileges."""
    indices = [(g["names"], set().union(*(IMPLIED.get(p, set()) for p in g["privileges"]))) for g in role["indices"]]
    kibana = [(entry["spaces"], _kibana_privileges(entry)) for entry in role["kibana"]]
    return [row for row in indices if row[1]], [row for row in kibana if row[1]]


class _Composed:
    """An engine that answers single privileges; the level is composed with as few of them as possible."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.users = {user["username"]: user["roles"] for user in data["users"]}
        self.jobs = {job["id"]: job for job in data["jobs"]}
        self.hidden = {space["id"] for space in data["spaces"] if space["hides_ml"]}

    def ask(self, user: str, what: str, kind: str, name: str) -> bool:
        raise NotImplementedError

    def check(self, user: str, space: str, job: str) -> int:
        about = self.jobs[job]
        if space in self.hidden or (space not in about["spaces"] and "*" not in about["spaces"]):
            return 0
        sources, destination = about["sources"], about["destination"]
        read = [*sources, *((destination,) if destination else ())]
        if not (self.ask(user, "ml_read", "Space", space) and all(self.ask(user, "read", "Index", n) for n in read)):
            return 0
        full = (
            self.ask(user, "ml_all", "Space", space)
            and self.ask(user, "views_all", "Space", space)
            and all(self.ask(user, "view_index_metadata", "Index", source) for source in sources)
            and (not destination or all(self.ask(user, p, "Index", destination) for p in ("manage", "index")))
        )
        return 2 if full else 1


def _matches(what: str, name: str) -> str:
    return f"{what} like {json.dumps(name)}" if "*" in name else f"{what} == {json.dumps(name)}"


class Cedar:
    """Cedar, in its fastest encoding found: each set of roles compiled by hand to two policies about a job.

    The roles stand in the text of the policies, so that the principal is the space. Policies and jobs are parsed once
    and kept, so that only the first question about a set of roles pays for it.
    """

    title = "Cedar (cedarpy), role sets merged by hand"

    def __init__(self, data: dict[str, Any]) -> None:
        import cedarpy

        logging.getLogger("cedarpy").setLevel(logging.ERROR)
        self._cedar = cedarpy
        self.users = {user["username"]: tuple(sorted(user["roles"])) for user in data["users"]}
        self.jobs = {job["id"]: job for job in data["jobs"]}
        self.hidden = {space["id"] for space in data["spaces"] if space["hides_ml"]}
        self._roles = {role["name"]: expanded(role) for role in data["roles"]}
        self._policies: dict[tuple[str, ...], Any] = {}
        self._entities: dict[str, Any] = {}

    def _compiled(self, roles: tuple[str, ...]) -> Any:
        names = {
            privilege: sorted({n for r in roles for ns, held in self._roles[r][0] if privilege in held for n in ns})
            for privilege in INDEX
        }
        spaces = {
            privilege: {s for r in roles for where, held in self._roles[r][1] if privilege in held for s in where}
            for privilege in KIBANA
        }

        def covered(attribute: str, privilege: str) -> str:
            return " || ".join(_matches(f"resource.{attribute}", n) for n in names[privilege]) or "false"

        def where(privilege: str) -> str:
            if "*" in spaces[privilege]:
                return "true"
            return f"[{', '.join(f'Space::{json.dumps(s)}' for s in sorted(spaces[privilege]))}].contains(principal)"

        def every(privilege: str) -> str:
            parts = [f"({covered('s0', privilege)})"]
            parts += [f"(!(resource has {a}) || ({covered(a, privilege)}))" for a in ("s1", "s2")]
            return " && ".join(parts)

        def destination(*privileges: str) -> str:
            asked = " && ".join(f"({covered('dest', privilege)})" for privilege in privileges)
            return f"(!(resource has dest) || ({asked}))"

        return self._cedar.PolicySet.from_str(
            f'permit(principal, action == Action::"read", resource) when {{ '
            f"{where('ml_read')} && {every('read')} && {destination('read')} }};\n"
            f'permit(principal, action == Action::"full", resource) when {{ {where("ml_all")} && '
            f"{where('views_all')} && {every('view_index_metadata')} && {destination('manage', 'index')} }};"
        )

    def _job(self, about: dict[str, Any]) -> Any:
        attributes = {f"s{number}": source for number, source in enumerate(about["sources"])}
        if about["destination"]:
            attributes["dest"] = about["destination"]
        entity = {"uid": {"type": "Job", "id": about["id"]}, "attrs": attributes, "parents": []}
        return self._cedar.Entities.from_json_str(json.dumps([entity]))

    def check(self, user: str, space: str, job: str) -> int:
        about = self.jobs[job]
        if space in self.hidden or (space not in about["spaces"] and "*" not in about["spaces"]):
            return 0
        roles = self.users[user]
        policies = self._policies.get(roles)
        if policies is None:
            policies = self._policies[roles] = self._compiled(roles)
        entities = self._entities.get(job)
        if entities is None:
            entities = self._entities[job] = self._job(about)

        def allowed(action: str) -> bool:
            request = {
                "principal": {"type": "Space", "id": space},
                "action": {"type": "Action", "id": action},
                "resource": {"type": "Job", "id": job},
            }
            return bool(self._cedar.is_authorized(request, policies, entities).allowed)

        return 0 if not allowed("read") else 2 if allowed("full") else 1


CASBIN_MODEL = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, kind
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act && (p.kind == "key" && keyMatch(r.obj, p.obj) || \
p.kind == "glob" && globMatch(r.obj, p.obj))
"""


class Casbin(_Composed):
    """pycasbin's `FastEnforcer`, keyed by role and privilege, asked about each of a user's roles."""

    title = "pycasbin (FastEnforcer)"

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(data)
        import casbin
        from casbin.persist import Adapter

        logging.disable(logging.INFO)
        rows: dict[tuple[str, str, str, str], None] = {}
        for role in data["roles"]:
            indices, kibana = expanded(role)
            for names, privileges in indices:
                for name in names:
                    kind = "key" if name.find("*") in (-1, len(name) - 1) else "glob"
                    rows.update(dict.fromkeys((role["name"], name, p, kind) for p in sorted(privileges)))
            for spaces, privileges in kibana:
                for space in spaces:
                    rows.update(dict.fromkeys((role["name"], f"Space:{space}", p, "key") for p in sorted(privileges)))

        class Rows(Adapter):  # type: ignore[misc]  # casbin has no types
            def load_policy(self, model: Any) -> None:
                for row in rows:
                    model.model["p"]["p"].policy.append(list(row))

        handle, path = tempfile.mkstemp(suffix=".conf")
        with os.fdopen(handle, "w") as file:
            file.write(CASBIN_MODEL)
        self._enforcer = casbin.FastEnforcer(path, None, cache_key_order=[0, 2])
        os.unlink(path)
        self._enforcer.adapter = Rows()
        self._enforcer.load_policy()
        self._enforcer.logger.setLevel(logging.ERROR)

    def ask(self, user: str, what: str, kind: str, name: str) -> bool:
        asked = f"Space:{name}" if kind == "Space" else name
        return any(self._enforcer.enforce(role, asked, what) for role in self.users[user])


ENGINES = {"script": Script, "cedar": Cedar, "casbin": Casbin}
