"""The plain reading: what a fact comes to where no engine is needed, else nothing. A second opinion, no second engine.

Callers are native users, external ones (`mappings.py`), API keys and exported service accounts, whose roles name only
privileges that all versions from 8.0 to 9.6 know. File realms, role templates, regular expressions and raw actions that
may matter leave a fact undecided.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from .answers import Answers, Unclear, covers, is_off, is_plain, millis, or_none, split, unclear, word
from .check import Files, Mismatch
from .mappings import INSIDE, Given, given
from .places import Asked, speaks_of

__all__ = ["Reading"]

_HOLDERS = {
    "manage_ml": {"all", "manage", "manage_ml"},
    "monitor_ml": {"all", "manage", "manage_ml", "monitor", "monitor_ml"},
    "manage_ingest_pipelines": {"all", "manage", "manage_ingest_pipelines", "manage_pipeline"},
    "read": {"all", "read"},
    "view_index_metadata": {"all", "manage", "view_index_metadata"},
    "manage": {"all", "manage"},
    "index": {"all", "index", "write"},
    "create": {"all", "create", "index", "write"},
    "create_index": {"all", "create_index", "manage"},
}
"""The named privileges that hold a privilege. No others do, not even together; a test asks the engine."""
_ACTIONS = {
    "manage_ml": "cluster:admin/xpack/ml/",
    "monitor_ml": "cluster:monitor/xpack/ml/",
    "manage_ingest_pipelines": "cluster:admin/ingest/",
}
"""Where actions begin that every holder must have."""
_CLUSTER = frozenset(
    re.findall(
        r"\w+",
        """all cancel_task create_snapshot delegate_pki grant_api_key manage manage_api_key manage_ccr manage_enrich
    manage_ilm manage_index_templates manage_inference manage_ingest_pipelines manage_ml manage_oidc manage_own_api_key
    manage_pipeline manage_rollup manage_saml manage_security manage_service_account manage_slm manage_token
    manage_transform manage_watcher monitor monitor_connector monitor_enrich monitor_inference monitor_ml
    monitor_snapshot monitor_text_structure monitor_transform monitor_watcher read_ccr read_ilm read_pipeline
    read_security read_slm transport_client write_fleet_secrets""",
    )
)
_INDEX = frozenset(
    re.findall(
        r"\w+",
        """all auto_configure create create_doc create_index delete delete_index index maintenance manage manage_ilm
    manage_follow_index manage_leader_index monitor read read_cross_cluster view_index_metadata write""",
    )
)
"""Names that all these versions know; a role with any other is left undecided."""
_SERVICES = ("elastic/kibana", "elastic/fleet-server")
_PERSONAL = ("AccountUsable", "ClusterPrivilege", "IndexPrivilege", "KibanaFeature")


class Reading(Answers):
    """One export, read for one question."""

    def __init__(self, files: Files, certificate: dict[str, Any]) -> None:
        self._certificate = certificate
        self._question: dict[str, Any] = certificate["question"]
        self._caller: dict[str, Any] = self._question["caller"]
        super().__init__(files, None if self._question["at"] is None else millis(self._question["at"]))

    def decide(self, fact: str, of: dict[str, Any]) -> str | None:
        """`granted`, `denied`, `unknown`, or None where plain reading does not settle it; an odd shape does not."""
        deciders: dict[str, Callable[..., str]] = {
            "Subscription": self.subscription,
            "MlEnabledEverywhere": self.ml_enabled,
            "MlNode": self.ml_node,
            "MlVisible": self.visible,
            "AccountUsable": self._account,
            "ClusterPrivilege": self._cluster,
            "IndexPrivilege": self._index,
            "KibanaFeature": self._kibana,
            "AssignedToSpace": self.assigned,
            "DataViewCovers": self.data_view,
        }
        decider = deciders.get(fact)
        return None if decider is None else or_none(lambda: self._plainly(fact in _PERSONAL, partial(decider, **of)))

    def _plainly(self, personal: bool, decider: Callable[[], str]) -> str:
        self.check_version()
        unsafe = personal and (self.usage("security") or any(map(is_off, self.shown("xpack.security.enabled"))))
        if unsafe or self.files.named("elasticsearch.yml", "roles.yml", "users", "users_roles"):
            raise Unclear
        return decider()

    def objections(self) -> Iterator[Mismatch]:
        """What else the certificate says and the export does not: the moment, the job's indices, the roles held."""
        stamps = [self.files.read(p)[1] for p in self.files.named("diagnostic_manifest.json", "manifest.json")]
        told = {s.get("timestamp", s.get("collection_date_millis", s.get("collectionDate"))) for s in stamps if s}
        moments = {or_none(partial(millis, stamp)) for stamp in told}
        if not self._question["at_given"] and self.at not in (moments or {None}):
            yield Mismatch("question/at", f"says {self._question['at']}, which no manifest of the export does")
        target = self._question["target"]
        for of, names in (or_none(lambda: self._indices(target["kind"], target["id"])) or {}).items():
            if target[of] != names:
                yield Mismatch(f"question/target/{of}", f"says {target[of]}, and the export says {names}")
        if self._caller["kind"] == "user" and self._caller.get("realm_type", "native") not in INSIDE:
            yield Mismatch("question/caller", f"is a listed user, of a realm of type {self._caller['realm_type']}")
        roles, said = or_none(self._roles), self._certificate["caller"]["roles"]
        if roles is not None and sorted(roles.certain) != sorted(said):
            missing, more = roles.certain - {*said}, {*said} - roles.certain
            if missing or (more - roles.possible and not roles.others) or len({*said}) < len(said):
                yield Mismatch("caller/roles", f"says {said}, and the export says {sorted(roles.certain)}")
        yield from or_none(lambda: list(self._held())) or ()
        yield from self._astray()
        for i, held in enumerate(self._certificate["caller"]["held"]):
            for id_ in held["evidence"]:
                quoted = self._certificate["evidence"][id_]
                last = quoted["pointer"].rpartition("/")[2].replace("~1", "/").replace("~0", "~")
                value: Any = quoted.get("value")
                named = cast("dict[str, Any]", value).get("name") if isinstance(value, dict) else None
                if quoted["pointer"] and held["role"] not in (last, named):
                    yield Mismatch(f"caller/held/{i}", f"{id_} is not the role `{held['role']}`")

    def doubts(self) -> Iterator[Mismatch]:
        """What else the certificate says, the answer or its reader may rest on, and plain reading does not settle."""
        stamps = [self.files.read(p)[1] for p in self.files.named("diagnostic_manifest.json", "manifest.json")]
        if not self._question["at_given"] and any(or_none(partial(_stamp, stamp)) is None for stamp in stamps if stamp):
            yield Mismatch("question/at", "when the export was made is the certificate's word")
        target = self._question["target"]
        open_ = [of for of in ("sources", "destinations") if target[of] is not None]
        if open_ and or_none(lambda: self._indices(target["kind"], target["id"])) is None:
            yield Mismatch("question/target", "what it reads and writes is the certificate's word")
        roles, said = or_none(self._roles), self._certificate["caller"]["roles"]
        if roles is None or roles.possible or roles.others or frozenset(said) != roles.certain:
            yield Mismatch("caller/roles", "that the caller holds these, and no others, is the certificate's word")
        if or_none(lambda: list(self._held())) is None:
            yield Mismatch("caller/held", "which roles are in force is the certificate's word")

    def _astray(self) -> Iterator[Mismatch]:
        """Quotations that cannot speak of what their leaf asks, true as they may be."""
        told = self._certificate["caller"]
        names = {*told["roles"], *told["undefined"], *told["dropped"], *(h["role"] for h in told["held"])}
        asked = Asked(self._caller["kind"], self._caller["name"], frozenset(names))
        for leaf_id, leaf in self._certificate["leaves"].items():
            for id_ in leaf["evidence"]:
                quoted = self._certificate["evidence"][id_]
                path = self.files.find(quoted["file"])
                document = None if path is None else self.files.read(path)[1]
                place = quoted["file"], quoted["pointer"], document
                if document and not or_none(partial(speaks_of, leaf["fact"], leaf["of"], asked, *place)):
                    yield Mismatch(f"leaves/{leaf_id}", f"{id_} is no place that speaks of it")

    def _held(self) -> Iterator[Mismatch]:
        """What is wrong with the lists of roles in force, undefined, and left out."""
        caller = self._certificate["caller"]
        held = {(h["side"], h["role"]) for h in caller["held"]}
        if self._caller["kind"] == "api_key":
            key = self._key()
            if any("restriction" in d for side in (key["role_descriptors"], *key["limited_by"]) for d in side.values()):
                raise Unclear
            right = {("key", name) for name in key["role_descriptors"]}
            right |= {("owner", name) for side in key["limited_by"] for name in side}
            if held != right or caller["undefined"] or caller["dropped"]:
                yield Mismatch("caller/held", f"says {sorted(held)}, and the export says {sorted(right)}")
            return
        if self._caller["kind"] == "service_account":
            right = {("user", self._caller["name"]), ("user", "kibana_system")}
            if not held <= right or len(held) > 1 or caller["undefined"] or caller["dropped"]:
                yield Mismatch("caller/held", f"says {sorted(held)}, which is not the account's own role")
            return
        roles, defined = self._roles(), self.doc("security_roles.json", "roles.json")
        names = {name for _, name in held}
        listed = names | {*caller["undefined"], *caller["dropped"]}
        sure = {h["role"] for h in caller["held"] if h["certain"]}
        certain = {*caller["roles"], *roles.certain}
        wrong = set[str]() if roles.others else listed - certain - roles.possible
        wrong |= sure - certain
        wrong |= {*caller["undefined"]} & {*defined}
        wrong |= ({*caller["roles"]} & {*defined}) - names - {*caller["dropped"]}
        wrong |= names & {*caller["dropped"]}
        wrong |= {name for name in {*caller["dropped"]} & {*defined} if not _limits(defined[name])}
        cited = {h["role"] for h in caller["held"] if h["evidence"]}
        wrong |= (names & {*defined}) - cited
        if wrong:
            yield Mismatch("caller/held", f"the export does not say so of {', '.join(f'`{w}`' for w in sorted(wrong))}")

    def _indices(self, kind: str, id_: str) -> dict[str, list[str] | None]:
        """The sources and destinations of a job, in the words of `question.target`."""
        if kind == "anomaly-detector":
            feeds = self.doc("ml_datafeeds.json", "datafeeds.json")
            own = [d for d in feeds["datafeeds"] if d["job_id"] == id_]
            if not own or feeds.get("count", 0) > len(feeds["datafeeds"]):
                raise Unclear
            return {"sources": split(index for feed in own for index in feed["indices"]), "destinations": []}
        if kind == "data-frame-analytics":
            jobs = self.doc("ml_dataframe.json", "data_frame_analytics.json")["data_frame_analytics"]
            [job] = [j for j in jobs if j["id"] == id_]
            source = job["source"]["index"]
            sources = split([source] if isinstance(source, str) else source)
            return {"sources": sources, "destinations": [job["dest"]["index"]]}
        if kind == "trained-model":
            names = "ml_trained_models.json", "trained_models.json"
            if self.files.named(*names):
                doc = self.doc(*names)
                configs = doc["trained_model_configs"]
                if id_ not in {m["model_id"] for m in configs} and doc.get("count", 0) <= len(configs):
                    raise Unclear
            return {"sources": [], "destinations": []}
        return {} if not id_ else unclear()

    # -- the caller -------------------------------------------------------------------------------------------------

    def _account(self) -> str:
        if self._caller["kind"] == "user":
            return word(self._user()["enabled"])
        if self._caller["kind"] == "identity":
            return "granted" if self._caller.get("realm_type") not in INSIDE else unclear()
        if self._caller["kind"] == "service_account":
            return "granted" if self._caller["name"] in _SERVICES or self._service() else unclear()
        key = self._key()
        if key.get("type", "rest") != "rest" or (self.at is None and key.get("expiration") is not None):
            raise Unclear
        return word(not key["invalidated"] and (key.get("expiration") is None or self.at < key["expiration"]))

    def _user(self) -> dict[str, Any]:
        if self._caller["kind"] != "user":
            raise Unclear
        found: dict[str, Any] = self.doc("security_users.json", "users.json")[self._caller["name"]]
        return found

    def _key(self) -> dict[str, Any]:
        if self._caller["kind"] != "api_key":
            raise Unclear
        keys: list[dict[str, Any]] = self.doc("api_keys.json", "api_key.json", "security_api_keys.json")["api_keys"]
        [found] = [k for k in keys if k["id"] == self._caller["name"]]
        return found

    def _service(self) -> dict[str, Any]:
        """The descriptor of a service account, which is not the name of a user too."""
        users = self.files.named("security_users.json", "users.json")
        if self._caller["kind"] != "service_account" or any(
            self._caller["name"] in self.files.read(p)[1] for p in users
        ):
            raise Unclear
        names = "service_accounts.json", "security_service_accounts.json", "service_account.json"
        if not self.files.named(*names) and self._caller["name"] == "elastic/kibana":
            kibana: dict[str, Any] = self.doc("security_roles.json", "roles.json")["kibana_system"]
            return kibana
        found: dict[str, Any] = self.doc(*names)[self._caller["name"]]["role_descriptor"]
        return found

    def _roles(self) -> Given:
        """The names of the roles that a caller has; there may be others where nodes do not tell the anonymous ones."""
        if self._caller["kind"] in ("api_key", "service_account"):
            return Given(frozenset(), frozenset(), others=False)
        own, anonymous = self._own(), or_none(self._anonymous)
        certain = own.certain | {*(anonymous or ())}
        return Given(certain, own.possible - certain, own.others or anonymous is None)

    def _own(self) -> Given:
        """The roles that a user or an external caller has, without those that everyone has."""
        if self._caller["kind"] == "user":
            return Given(frozenset(self._user()["roles"]), frozenset(), others=False)
        if self._caller["kind"] != "identity" or self._caller.get("realm_type") in INSIDE:
            raise Unclear
        doc = self.doc("security_role_mappings.json", "role_mappings.json", "role_mapping.json")
        found = given(doc, self._caller)
        # These realms read `role_mapping.yml` of each node too, which a realm of files says there may be.
        files = self._caller.get("realm_type") in ("ldap", "active_directory", "pki", None)
        return found._replace(others=found.others or (files and self._file_realm()))

    def _file_realm(self) -> bool:
        """Whether there are files of nodes, or may be."""
        reports = self.files.named("xpack.json", "xpack_usage.json", "xpack_info.json")
        realms = [self.files.read(path)[1].get("security", {}).get("realms", {}) for path in reports]
        on = any("file" in r and r["file"].get("enabled") is not False for r in realms)
        return on or bool(self.files.named("role_mapping.yml"))

    def _anonymous(self) -> list[str]:
        """The roles that everyone has, if nodes say whether there are any."""
        values = self.settings("xpack.security.authc.anonymous.roles")
        lists = [value.split(",") if isinstance(value, str) else value for value in values]
        return [name for name in (str(role).strip() for roles in lists for role in roles) if name]

    def _sides(self) -> list[tuple[list[dict[str, Any]], bool]]:
        """Per side of the caller the descriptors in force, and whether these are all."""
        if self._caller["kind"] == "api_key":
            key = self._key()
            sides = [key["role_descriptors"], *key["limited_by"]]
            if not key["role_descriptors"]:
                sides = sides[1:]
            if not key["limited_by"] or any("restriction" in d for side in sides for d in side.values()):
                raise Unclear
            return [([d for d in side.values() if _known(d)], all(map(_known, side.values()))) for side in sides]
        if self._caller["kind"] == "service_account":
            found = self._service()
            return [([found] if _known(found) else [], _known(found))]
        anonymous, defined = or_none(self._anonymous), self.doc("security_roles.json", "roles.json")
        own = self._own()
        held: list[dict[str, Any]] = []
        whole = anonymous is not None and not own.possible and not own.others
        for name in own.certain | {*(anonymous or ())}:
            licensed = self.subscription("platinum", True) if name in defined and _limits(defined[name]) else "granted"
            if name not in defined or not _known(defined[name]):
                whole = False
            elif licensed == "granted":
                held.append(defined[name])
        return [(held, whole)]

    def _everywhere(self, held: list[tuple[bool, bool]]) -> str:
        """Held on every side; each side says whether it is held, and whether more than plain reading may hold it."""
        if any(not found and not doubt for found, doubt in held):
            return "denied"
        return "granted" if all(found for found, _ in held) else unclear()

    def _cluster(self, privilege: str) -> str:
        found: list[tuple[bool, bool]] = []
        for roles, whole in self._sides():
            names = {name for role in roles for name in role["cluster"]}
            touching = any(":" in name and _touches(name, _ACTIONS[privilege]) for name in names)
            found.append((bool(names & _HOLDERS[privilege]), not whole or touching))
        return self._everywhere(found)

    def _index(self, expression: str, privilege: str) -> str:
        if not is_plain(expression) or expression.startswith(".") or expression == "_all":
            raise Unclear
        found: list[tuple[bool, bool]] = []
        for roles, whole in self._sides():
            entries = [entry for role in roles for entry in role["indices"]]
            granting = any(
                _HOLDERS[privilege] & set(entry["privileges"])
                and any(covers(name, expression) for name in entry["names"] if is_plain(name))
                for entry in entries
            )
            odd = any(not is_plain(n) for e in entries for n in e["names"])
            odd = odd or any(
                ":" in p and ("*" in p or "?" in p or p[0] == "/") for e in entries for p in e["privileges"]
            )
            found.append((granting, odd or not whole))
        return self._everywhere(found)

    def _kibana(self, features: list[str], level: str, space: str) -> str:
        told = self.files.named("security_priv.json", "security_privileges.json", "privileges.json")
        rows: dict[str, Any] = self.doc("security_priv.json")["kibana-.kibana"] if told else {}
        stored = {name: set(row["actions"]) for name, row in rows.items()}
        levels = ("all", "minimal_all") if level == "all" else ("all", "minimal_all", "read", "minimal_read")
        found: list[tuple[bool, bool]] = []
        for roles, whole in self._sides():
            entries = [e for role in roles for e in role["applications"] if covers(e["application"], "kibana-.kibana")]
            odd = any("/" in r or "?" in r or "\\" in r for e in entries for r in e["resources"])
            here = [e for e in entries if any(covers(r, f"space:{space}") for r in e["resources"])]
            names = {name for e in here for name in e["privileges"]}
            actions = {action for name in names for action in stored.get(name, ())}
            odd = odd or any(not re.fullmatch(r"[a-z][\w.\-]*", n) for n in names) or any("*" in a for a in actions)
            held = "*" in names
            for feature in features:
                needed = stored.get(f"feature_{feature}.{level}", set[str]()) - {"login:"}
                own = {f"feature_{feature}.{suffix}" for suffix in levels}
                # Without stored privileges a name means what it says for features that every version has.
                own = own & set(stored) if told else own if feature in ("ml", "indexPatterns") else set[str]()
                held = held or bool(names & own) or (bool(needed) and needed <= actions)
            found.append((held, odd or not whole or (bool(names) and not told)))
        return self._everywhere(found)


def _limits(role: dict[str, Any]) -> bool:
    """Whether a role limits documents or fields."""
    return any(entry.get("query") or entry.get("field_security") for entry in role["indices"])


def _stamp(manifest: dict[str, Any]) -> int:
    """The moment of a manifest."""
    keys = ("timestamp", "collection_date_millis", "collectionDate")
    return millis(next(manifest[key] for key in keys if key in manifest))


def _known(role: dict[str, Any]) -> bool:
    """Whether every name of a role is known to all versions, and the role is written as the API writes it."""
    cluster = all(name in _CLUSTER or ":" in name for name in role["cluster"])
    entries = [*role["indices"], *role.get("remote_indices", [])]
    index = all(name in _INDEX or ":" in name for entry in entries for name in entry["privileges"])
    known = {"monitor_enrich", "monitor_stats"}
    remote = all(known.issuperset(entry["privileges"]) for entry in role.get("remote_cluster", []))
    return cluster and index and remote and "index" not in role


def _touches(pattern: str, prefix: str) -> bool:
    """Whether a pattern of actions may hold infinitely many that begin so."""
    head = re.split(r"[*?\\]", pattern)[0]
    wild = head != pattern
    return pattern.startswith("/") or (wild and (head.startswith(prefix) or prefix.startswith(head)))
