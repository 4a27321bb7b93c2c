"""The oracle: a second resolver, chosen for obviousness, that production answers are compared with.

It follows the page "Setting up machine learning" and the choices of `docs/explanation/choices.md` in plain loops over
descriptors. It imports nouns (`stack`) and tables (`catalog`), and nothing that compiles, matches, folds or decides.
Verdicts are numbers here: "all" is the minimum, "any" the maximum.
"""

from datetime import timedelta
from itertools import combinations

from mlaccess.catalog import reserved_roles
from mlaccess.catalog.kibana_capabilities import CAPABILITIES
from mlaccess.catalog.kibana_features import (
    FEATURES,
    HIDDEN_BY_SOLUTION,
    base_actions,
    feature_actions,
    reserved_actions,
)
from mlaccess.catalog.kibana_versions import BASE_INCLUDES_ML, CATALOGUED, parse, profile_of
from mlaccess.stack import ApplicationGrant, FrozenMap, Identity, NotExported
from tests import oracle_privileges as privileges
from tests.oracle_patterns import both as intersection
from tests.oracle_patterns import covers, matches, negate
from tests.oracle_syntax import pattern, patterns

NO, MAYBE, YES = 0, 1, 2
KIBANA = "kibana-.kibana"
TYPES = ["missing", "basic", "standard", "gold", "platinum", "enterprise", "trial"]
SPELLINGS = {"none": "trial", "dev": "trial", "development": "trial", "silver": "gold", "internal": "platinum",
             "cloud_internal": "platinum"}  # fmt: skip


class Unplaced(Exception):
    """The question names what certainly does not exist."""


def all_of(*verdicts):
    return min(verdicts, default=YES)


def any_of(*verdicts):
    return max(verdicts, default=NO)


def certain(flag):
    return YES if flag else NO


def exported(part):
    return not isinstance(part, NotExported)


class Caller:
    """Who asks: whether they can sign in, and on each side (an API key has two) the roles in force."""

    def __init__(self, account, sides):
        self.account = account
        self.sides = sides


class Side:
    """Roles certainly and possibly in force; `doubt`: there may be more; `kibana_doubt`: more Kibana privileges."""

    def __init__(self, sure=(), possible=(), doubt=False, kibana_doubt=False):
        self.sure, self.possible, self.doubt, self.kibana_doubt = list(sure), list(possible), doubt, kibana_doubt


class Oracle:
    def __init__(self, deployment, at=None):
        self.d = deployment
        self.explicit = at is not None
        self.at = at if at is not None else (deployment.collected_at if exported(deployment.collected_at) else None)
        self.version = deployment.version if isinstance(deployment.version, str) else None
        kibana = deployment.kibana_version
        self.kibana_version = kibana if isinstance(kibana, str) else self.version
        self.serverless = deployment.build_flavor == "serverless"
        self.security_off = any(_false(s.get("xpack.security.enabled")) for s in self._all_settings())

    # -- licence, nodes, settings, spaces --------------------------------------------------------------------------

    def _all_settings(self):
        found = [n.settings for n in self.d.nodes.values()] if exported(self.d.nodes) else []
        if exported(self.d.cluster_settings) and self.d.cluster_settings.defaults is not None:
            found.append(self.d.cluster_settings.defaults)
        return found

    def license(self, minimum, in_force=True):
        """The licence is of a type or better and, where asked, in force."""
        if self.serverless:
            return YES
        if not exported(self.d.license):
            return MAYBE
        word = self.d.license.type.lower()
        word = SPELLINGS.get(word, word)
        if word not in TYPES:
            return MAYBE
        if TYPES.index(word) < TYPES.index(minimum):
            return NO
        return self._in_force(word) if in_force else YES

    def _in_force(self, word):
        given = self.d.license
        status, ends = given.status.lower(), given.expires_at
        if status == "invalid":
            return NO
        grace = self.version is None or self.version[:2] in ("5.", "6.", "7.")
        if self.at is None:
            return {"active": YES, "valid": YES, "expired": MAYBE if grace else NO}.get(status, MAYBE)
        known = status in ("active", "valid", "expired")
        if status == "expired" and (ends is None or self.at < ends):
            if not self.explicit:
                return NO
            return NO if exported(self.d.collected_at) and self.at >= self.d.collected_at else MAYBE
        if ends is None:
            return MAYBE if not known or (self.explicit and word != "basic") else YES
        if self.at >= ends:
            return MAYBE if grace and self.at < ends + timedelta(days=7) else NO
        if not known:
            return MAYBE
        return MAYBE if given.issued_at is not None and self.at < given.issued_at else YES

    def ml_enabled(self):
        """No node sets `xpack.ml.enabled` to false."""
        if self.serverless:
            return YES
        if any(_false(s.get("xpack.ml.enabled")) for s in self._all_settings()):
            return NO
        nodes = self.d.nodes
        if not exported(nodes) or not nodes or "nodes" in self.d.incomplete:
            return MAYBE
        return certain(True) if all(n.settings_exported for n in nodes.values()) else MAYBE

    def ml_enabled_for_kibana(self):
        """The node that Kibana happens to ask has it enabled."""
        nodes = self.d.nodes
        if self.ml_enabled() == NO and exported(nodes):
            return NO if all(_false(n.settings.get("xpack.ml.enabled")) for n in nodes.values()) else MAYBE
        return self.ml_enabled()

    def ml_node(self):
        """Some node has the role `ml` (and does not switch machine learning off)."""
        if self.serverless:
            return YES
        nodes = self.d.nodes
        if not exported(nodes):
            return MAYBE
        if any("ml" in n.roles and not _false(n.settings.get("xpack.ml.enabled")) for n in nodes.values()):
            return YES
        whole = nodes and "nodes" not in self.d.incomplete and all(n.roles_exported for n in nodes.values())
        return NO if whole else MAYBE

    def visible(self, space):
        """The space does not hide machine learning; a solution view overrides what somebody wrote."""
        if not exported(self.d.spaces) or space not in self.d.spaces:
            return MAYBE
        found = self.d.spaces[space]
        if found.effective or found.solution in (None, "", "classic"):
            return certain("ml" not in found.disabled_features)
        return YES if found.solution in HIDDEN_BY_SOLUTION else MAYBE

    # -- callers -----------------------------------------------------------------------------------------------------

    def caller(self, question):
        if question.api_key is not None:
            return self._key(question.api_key)
        if isinstance(question.user, Identity):
            return self._identity(question.user)
        return self._user(question.user)

    def anonymous(self):
        """Roles that everybody gets; None where the export does not say. Serverless has no anonymous access."""
        if self.serverless:
            return []
        key, roles, told = "xpack.security.authc.anonymous.roles", [], False
        for settings in self._all_settings():
            value = settings.get(key, ())
            roles += [p.strip() for p in value.split(",") if p.strip()] if isinstance(value, str) else list(value)
        if exported(self.d.nodes) and self.d.nodes:
            told = all(n.settings_exported for n in self.d.nodes.values())
        if exported(self.d.cluster_settings) and self.d.cluster_settings.defaults is not None:
            told = True
        return sorted(set(roles)) if told or roles else None

    def _user(self, name):
        found = [part[name] for part in (self.d.users, self.d.file_users) if exported(part) and name in part]
        if not found:
            if name == "_anonymous" and self.anonymous():
                return Caller(YES, [self._side([])])
            # No part of these exports can exclude a user of another realm.
            side = self._side([])
            side.doubt = True
            return Caller(MAYBE, [side])
        in_all = [r for r in found[0].roles if all(r in u.roles for u in found)]
        in_some = [r for u in found for r in u.roles if r not in in_all]
        enabled = [u.enabled for u in found]
        return Caller(YES if all(enabled) else MAYBE if any(enabled) else NO, [self._side(in_all, in_some)])

    def _identity(self, identity):
        sure, possible, doubt = [], [], not exported(self.d.role_mappings)
        for mapping in [] if doubt else self.d.role_mappings.values():
            if mapping.enabled:
                verdict = _rule_matches(mapping.rules, identity)
                (sure if verdict == YES else possible if verdict == MAYBE else []).extend(mapping.roles)
        if self.d.file_realm_announced and identity.realm_type is None:
            doubt = True  # `role_mapping.yml` may speak of this realm
        side = self._side(sure, possible)
        side.doubt |= doubt
        return Caller(YES, [side])

    def _key(self, id_):
        keys = self.d.api_keys
        if not exported(keys):
            return Caller(MAYBE, [Side(doubt=True)])
        if id_ not in keys:
            raise Unplaced(id_)
        key = keys[id_]
        account = YES
        if key.invalidated or key.type == "cross_cluster":
            account = NO
        elif key.expires_at is not None:
            account = MAYBE if self.at is None else certain(self.at < key.expires_at)
        sides = []
        if key.role_descriptors is None:
            sides.append(Side(doubt=True))
        elif key.role_descriptors:
            sides.append(Side(d for d in key.role_descriptors if d.workflows is None))
        if key.limited_by is None:
            sides.append(Side(doubt=True))
        for owner in key.limited_by or ():
            sides.append(Side(owner))
        return Caller(account, sides)

    def _side(self, names, possible_names=()):
        """The side of a user: roles by name, with those of the anonymous user, without those that are unlicensed."""
        side, anonymous = Side(), self.anonymous()
        names = [*names, *(anonymous or [])]
        side.doubt = anonymous is None
        for name in {*names, *possible_names}:
            role, doubt, kibana_doubt = self._role(name)
            side.doubt |= doubt
            side.kibana_doubt |= kibana_doubt
            if role is None:
                continue
            sure = name in names
            if role.uses_dls_or_fls:
                licensed = self.license("platinum")
                if licensed == NO:
                    continue
                sure = sure and licensed == YES
            (side.sure if sure else side.possible).append(role)
        return side

    def _role(self, name):
        """(descriptor or None, whether it may be something else, whether its Kibana part may be)."""
        native, in_files, in_kibana = self.d.roles, self.d.file_roles, self.d.kibana_roles
        reserved = reserved_roles.is_reserved(name)
        if exported(in_files) and name in in_files and not reserved:
            return in_files[name], False, False
        if exported(native) and name in native:
            return native[name], False, False
        if exported(in_kibana) and name in in_kibana:
            return _from_kibana(in_kibana[name])
        if reserved:
            exact = reserved_roles.exact_for(name, self.version)
            return (reserved_roles.reserved_role(name, self.version) if exact else None), not exact, False
        if self.d.file_realm_announced:
            return None, True, False
        one_is_whole = (exported(native) and "roles" not in self.d.incomplete) or exported(in_kibana)
        return None, not one_is_whole, False

    # -- facts about a caller ----------------------------------------------------------------------------------------

    def cluster(self, caller, name):
        return self._held(caller, lambda roles: privileges.implies_cluster(roles, name))

    def _held(self, caller, test, for_good=None):
        """On every side: by the roles that are sure, whichever others join them; perhaps, by some of those as well.

        `for_good` is what no further role can take away, where that is less than `test`.
        """
        if self.security_off:
            return YES
        verdicts = []
        for side in caller.sides:
            broken = any(privileges.unknown_privileges(r, self.version) for r in (*side.sure, *side.possible))
            sure = [r for r in side.sure if not privileges.unknown_privileges(r, self.version)]
            possible = [r for r in side.possible if not privileges.unknown_privileges(r, self.version)]
            sets = [[*sure, *more] for n in range(len(possible) + 1) for more in combinations(possible, n)]
            found = {test(roles) for roles in sets}
            if (for_good or test)(sure):
                verdicts.append(YES)
            elif side.doubt or broken or len(found) > 1:
                verdicts.append(MAYBE)
            else:
                verdicts.append(certain(True in found))
        return all_of(*verdicts)

    def index(self, caller, expression, privilege):
        """A privilege on every name of an index expression."""
        if self.security_off:
            return YES
        names, excluded, remote, date = _read(expression)
        verdicts = [self._remote(side, name, privilege) for side in caller.sides for name in remote]
        if names:
            held = self._held(
                caller,
                lambda roles: all(self._holds_index(roles, n, privilege) for n in names),
                lambda roles: all(self._holds_index(roles, n, privilege, together=False) for n in names),
            )
            verdicts.append(MAYBE if held == NO and (excluded or date) else held)
        return all_of(*verdicts)

    def _holds_index(self, roles, name, privilege, together=True):
        return privileges.holds_index(roles, name, privilege, together=together, version=self.version)

    def _remote(self, side, expression, privilege):
        cluster, _, name = expression.partition(":")
        usable = [r for r in side.sure if not privileges.unknown_privileges(r, self.version)]
        return YES if any(privileges.holds_remote(r, cluster, name, privilege) for r in usable) else MAYBE

    # -- Kibana's privileges -----------------------------------------------------------------------------------------

    def _stored(self):
        if not exported(self.d.application_privileges):
            return None
        return {n: p.actions for (app, n), p in self.d.application_privileges.items() if app == KIBANA} or None

    def _kibana_names(self, roles, space):
        """Every privilege that the roles hold on a space of this Kibana."""
        for role in roles:
            for grant in role.applications:
                ours = grant.application == KIBANA or (
                    grant.application.endswith("*") and KIBANA.startswith(grant.application[:-1])
                )
                if ours and covers(patterns(grant.resources), pattern("*" if space == "*" else f"space:{space}")):
                    yield from grant.privileges

    def _kibana_held(self, caller, test):
        """`test` says of a list of privilege names: held, unknown or not held."""
        if self.security_off:
            return YES
        verdicts = []
        for side in caller.sides:
            usable = [r for r in side.sure if not privileges.unknown_privileges(r, self.version)]
            verdict = test(usable)
            if verdict != YES:
                broken = any(privileges.unknown_privileges(r, self.version) for r in (*side.sure, *side.possible))
                doubt = side.doubt or side.kibana_doubt or broken
                verdict = MAYBE if doubt or verdict == MAYBE or test([*side.sure, *side.possible]) > NO else NO
            verdicts.append(verdict)
        return all_of(*verdicts)

    def feature(self, caller, features, level, space):
        """`All` or `Read` of one of several features."""
        return self._kibana_held(
            caller,
            lambda roles: any_of(*(self._level(list(self._kibana_names(roles, space)), f, level) for f in features)),
        )

    def _level(self, names, feature, level):
        by_name = any_of(*(self._level_by_name(n, feature, level) for n in names))
        if by_name == YES:
            return YES
        needed = self._actions_of_level(feature, level)
        if needed and all(any(self._grants(n, a) == YES for n in names) for a in needed):
            return YES
        return by_name

    def _level_by_name(self, name, feature, level):
        levels = ("all",) if level == "all" else ("all", "read")
        own = {f"feature_{feature}.{m}{lv}" for m in ("", "minimal_") for lv in levels}
        base = {f"{s}{lv}" for s in ("", "space_") for lv in levels}
        reserved = {f"reserved_ml_{'admin' if lv == 'all' else 'user'}" for lv in levels} if feature == "ml" else set()
        stored = self._stored()
        if name == "*":
            return YES
        if not name[0].islower() or any(c in name for c in ":/*"):
            return NO  # an action pattern: see `_grants`
        if stored is not None:
            return certain(name in own and name in stored)
        number = parse(self.kibana_version)
        span = FEATURES[feature].span
        if name in base and feature == "ml" and CATALOGUED.holds(number) and not BASE_INCLUDES_ML.holds(number):
            return NO
        if name in reserved:
            return YES if CATALOGUED.holds(number) else MAYBE
        if name in own | base:
            return YES if span.holds(number) else MAYBE
        return NO

    def _actions_of_level(self, feature, level):
        stored = self._stored()
        if stored is not None:
            return stored.get(f"feature_{feature}.{level}", frozenset()) - {"login:"}
        if not FEATURES[feature].span.holds(parse(self.kibana_version)):
            return frozenset()
        row = feature_actions(feature, level, self.kibana_version)
        return (row.actions | row.maybe) - {"login:"} if row.complete else frozenset()

    def _grants(self, name, action):
        """Whether a privilege name, or an action pattern, grants one action."""
        if not name[0].islower() or any(c in name for c in ":/*"):
            return certain(matches(pattern(name), action))
        stored = self._stored()
        if stored is not None:
            return certain(action in stored.get(name, ()))
        if name.startswith("feature_") and "." in name:
            feature, _, privilege = name.removeprefix("feature_").partition(".")
            return int(feature_actions(feature, privilege, self.kibana_version).verdict(action))
        if name.startswith("reserved_"):
            return int(reserved_actions(name.removeprefix("reserved_"), self.kibana_version).verdict(action))
        return int(base_actions(name, self.kibana_version).verdict(action))

    def action(self, caller, action, space):
        return self._kibana_held(
            caller, lambda roles: any_of(*(self._grants(n, action) for n in self._kibana_names(roles, space)))
        )

    # -- jobs, models, data views ------------------------------------------------------------------------------------

    def target(self, q):
        """(kind, id, sources, destinations); None for indices that the export does not show."""
        d = self.d
        if q.model is not None:
            if exported(d.trained_models) and q.model not in d.trained_models:
                raise Unplaced(q.model)
            return "trained-model", q.model, (), ()
        if q.job is None:
            return "", "", _parts(q.sources or ()), ()
        listed = {
            "anomaly-detector": self._lists("jobs", q.job),
            "data-frame-analytics": self._lists("analytics", q.job),
        }
        kinds = [k for k, verdict in listed.items() if verdict > NO and q.job_type in (None, k)]
        if not kinds or (q.job_type is None and min(listed.values()) == YES):
            raise Unplaced(q.job)
        if len(kinds) == 2:
            kinds = [k for k in kinds if listed[k] == YES] or self._kinds_by_other_lists(q.job)
        if len(kinds) != 1:
            return "job", q.job, None, None
        if kinds == ["anomaly-detector"]:
            return "anomaly-detector", q.job, self._feed(q.job), ()
        if exported(d.analytics) and q.job in d.analytics:
            job = d.analytics[q.job]
            return "data-frame-analytics", q.job, _parts(job.source), (job.destination,)
        return "data-frame-analytics", q.job, None, None

    def _lists(self, name, id_):
        part = getattr(self.d, name)
        if not exported(part):
            return MAYBE
        return YES if id_ in part else MAYBE if name in self.d.incomplete else NO

    def _kinds_by_other_lists(self, job):
        if exported(self.d.datafeeds) and any(f.job_id == job for f in self.d.datafeeds.values()):
            return ["anomaly-detector"]
        spaces = self.d.job_spaces
        kinds = ("anomaly-detector", "data-frame-analytics")
        return [k for k in kinds if exported(spaces) and job in spaces.of(k)]

    def _feed(self, job):
        feeds = [f for f in self.d.datafeeds.values() if f.job_id == job] if exported(self.d.datafeeds) else []
        if not feeds and exported(self.d.jobs) and job in self.d.jobs and self.d.jobs[job].embedded_datafeed:
            feeds = [self.d.jobs[job].embedded_datafeed]
        if feeds:
            return _parts([i for f in feeds for i in f.indices])
        return () if exported(self.d.datafeeds) and "datafeeds" not in self.d.incomplete else None

    def assigned(self, kind, id_, space):
        """The job or model is in the space: listed for it or for `*`; `?` is a space nobody saw."""
        if kind == "job":
            verdicts = {self.assigned(k, id_, space) for k in ("anomaly-detector", "data-frame-analytics")}
            return verdicts.pop() if len(verdicts) == 1 else MAYBE
        name = "model_spaces" if kind == "trained-model" else "job_spaces"
        part = getattr(self.d, name)
        if not exported(part):
            return MAYBE
        spaces = part.of(kind).get(id_)
        if spaces is not None:
            return YES if space in spaces or "*" in spaces else MAYBE if "?" in spaces else NO
        occurring = {s for items in part.by_type.values() for listed in items.values() for s in listed}
        return MAYBE if space not in occurring and ("?" in occurring or name in self.d.incomplete) else NO

    def data_view(self, expression, space):
        views = self.d.data_views.get(space) if exported(self.d.data_views) else None
        if views is None or not exported(views):
            return MAYBE
        return any_of(*(_title_covers(v.title, expression) for v in views))

    # -- the documented levels ---------------------------------------------------------------------------------------

    def access(self, q):
        """(level, ceiling, can_upload) as words; raises Unplaced."""
        kibana = q.interface == "kibana"
        space = (q.space or "default") if kibana else None
        self.check_space(space or q.space or "default", asked=kibana or q.space is not None)
        kind, id_, sources, destinations = self.target(q)
        who = self.caller(q)
        account = YES if self.security_off else who.account
        gates = [self.license("platinum"), self.ml_enabled(), self.ml_node(), account]
        if kibana:
            gates.append(self.visible(space))
        place = self.assigned(kind, id_, space) if kibana and id_ else YES

        def on(expressions, needed):
            if expressions is None:
                return MAYBE
            asked = [self.index(who, e, p) for e in expressions for p in needed]
            asked += [self.data_view(e, space) for e in expressions if kibana]
            return all_of(*asked)

        full = self.cluster(who, "manage_ml")
        read = self.cluster(who, "monitor_ml")
        if kibana:
            ml_all, ml_read = self.feature(who, ["ml"], "all", space), self.feature(who, ["ml"], "read", space)
            full = any_of(full, all_of(ml_all, self.feature(who, ["indexPatterns"], "all", space)))
            read = any_of(read, ml_read)
        full = all_of(*gates, full, place, on(sources, ["read", "view_index_metadata"]),
                      on(destinations, ["read", "manage", "index"]))  # fmt: skip
        read = all_of(*gates, read, place, on(sources, ["read"]), on(destinations, ["read"]))
        upload = NO
        if kibana:
            upload = all_of(
                self.license("basic", in_force=False),
                account,
                any_of(ml_read, self.feature(who, ["discover_v2", "discover"], "all", space)),
                self.feature(who, ["indexPatterns"], "all", space),
                self.cluster(who, "manage_ingest_pipelines"),
                *(
                    self.index(who, e, p)
                    for e in q.destinations or ()
                    for p in ("create", "create_index", "manage", "read")
                ),
            )
        ladder = [("full", full), ("read-only", read), ("upload", all_of(place, upload)), ("none", YES)]
        level = next(word for word, verdict in ladder if verdict == YES)
        ceiling = next(word for word, verdict in ladder if verdict >= MAYBE)
        return level, ceiling, ("denied", "unknown", "granted")[upload]

    def check_space(self, space, asked):
        d = self.d
        whole = exported(d.spaces) and "spaces" not in d.incomplete
        saw_all = exported(d.collector) and "superuser" in d.collector.roles
        if asked and whole and saw_all and space not in d.spaces:
            raise Unplaced(space)

    # -- Kibana's capabilities ---------------------------------------------------------------------------------------

    def capability(self, q, name):
        """Whether Kibana's interface shows a capability: what its switchers leave of it, one after the other."""
        space = q.space or "default"
        self.check_space(space, asked=True)
        self.target(q)
        who, row = self.caller(q), CAPABILITIES[name]
        verdicts = [YES if self.security_off else who.account, self.action(who, "login:", space)]
        if row.holders != "flag":
            verdicts += [self.action(who, f"ui:ml/{name}", space), self.visible(space)]
        if row.basic:
            known = self.serverless or (exported(self.d.license) and self.d.license.type.lower() != "missing")
            verdicts.append(YES if known else NO if exported(self.d.license) else MAYBE)
        else:
            verdicts.append(self.license("platinum"))
        verdicts.append(self.ml_enabled_for_kibana())
        verdicts.append(self._switch(row))
        if self._lost_in_upgrade_mode(row) != NO:
            upgrading = MAYBE if not exported(self.d.ml_info) else certain(self.d.ml_info.upgrade_mode)
            verdicts.append(YES - min(upgrading, self._lost_in_upgrade_mode(row)))
        return ("denied", "unknown", "granted")[all_of(*verdicts)]

    def _switch(self, row):
        if row.switch == "nodes":
            return certain(not self.serverless)
        return MAYBE if self.serverless and (row.switch or row.group) else YES

    def _lost_in_upgrade_mode(self, row):
        """The administrators' set, and the two writing annotations; testing models moved between the sets."""
        if row.holders == "moved":
            profile = profile_of(self.kibana_version)
            return MAYBE if profile is None else certain(profile == "admins_test_models")
        return certain(row.holders in ("all", "both") or row.name in ("canCreateAnnotation", "canDeleteAnnotation"))


# -- reading names -----------------------------------------------------------------------------------------------------


def _false(value):
    return str(value).lower() == "false"


def _parts(expressions):
    """Lists are their parts, but a list with an exclusion stays whole."""
    found = []
    for e in expressions:
        found += [e] if e.startswith("<") or ",-" in e else [p.strip() for p in e.split(",") if p.strip()]
    return tuple(found)


def _remote(part):
    return not part.startswith("<") and ":" in part.replace("::", "")


def _read(expression):
    """(names, exclusions, names on other clusters, whether there is date math) of an index expression."""
    parts = expression.split(",")
    names = ["*" if p == "_all" else p for p in parts if not p.startswith("-") and not _remote(p)]
    date = any(n.startswith("<") for n in names)
    names = [n[1:].partition("{")[0] + "*" if n.startswith("<") else n for n in names]
    excluded = [p[1:] for p in parts if p.startswith("-") and not _remote(p)]
    return names, excluded, [p for p in parts if _remote(p) and not p.startswith("-")], date


def _title_covers(title, expression):
    """The names that a title matches include all names of an expression; aliases of clusters are part of the names."""
    parts = title.split(",")
    if title == expression or (expression in parts and not any(p.startswith("-") for p in parts)):
        return YES
    names, excluded, remote, date = _read(expression)
    if date:
        return MAYBE
    if remote and not names:
        names, excluded = remote, []
        offered = [p for p in parts if _remote(p) and not p.startswith("-")]
        left_out = [p[1:] for p in parts if _remote(p) and p.startswith("-")]
        date = any("<" in p and ":" in p for p in (*parts, expression))
    else:
        offered, left_out, _, _ = _read(",".join(p for p in parts if p[:1] not in ("<", "/")))
        date = any(p.startswith("<") for p in parts)

    def cover(without):
        return all(
            covers(
                intersection(_of_kind(offered, kind), negate(_of_kind(without, kind))),
                intersection(_of_kind(names, kind), negate(_of_kind(excluded, kind))),
            )
            for kind in ("data", "failures")
        )

    if cover(left_out):
        # An exclusion with date math takes away one of the names that it may come to.
        return (
            YES if cover([n.replace("<", "").partition("{")[0] + "*" if "<" in n else n for n in left_out]) else MAYBE
        )
    return MAYBE if date else NO


def _of_kind(names, kind):
    """The names whose data, or whose failures, are spoken of."""
    split = map(privileges.split_selector, names)
    return patterns([bare for bare, part in split if (part or "data") == kind])


def _from_kibana(role):
    """A role that only Kibana's export shows: its entries written back, or those that its error carries."""
    if role.transform_error:
        for error in role.transform_error:
            if isinstance(error, FrozenMap) and "state" in error:
                raw = [ApplicationGrant(e["application"], e["privileges"], e["resources"]) for e in error["state"]]
                return _with_applications(role, raw), False, False
        return _with_applications(role, []), False, True
    grants = []
    for g in role.kibana:
        everywhere = g.spaces == ("*",)
        names = [b if everywhere else f"space_{b}" for b in g.base]
        names += [f"feature_{f}.{p}" for f, ps in g.feature.items() for p in ps]
        names += [f"reserved_{r}" for r in g.reserved]
        resources = ("*",) if everywhere else tuple(f"space:{s}" for s in g.spaces)
        grants.append(ApplicationGrant("kibana-*" if g.reserved else KIBANA, tuple(names), resources))
    return _with_applications(role, grants), False, False


def _with_applications(role, grants):
    import attrs

    return attrs.evolve(role.elasticsearch, name=role.name, applications=tuple(grants))


def _rule_matches(rule, identity):
    """Whether a caller satisfies the rules of a role mapping; what is not known of them may or may not match."""
    ((kind, value),) = rule.items()
    if kind == "all":
        return all_of(*(_rule_matches(r, identity) for r in value))
    if kind == "any":
        return any_of(*(_rule_matches(r, identity) for r in value))
    if kind == "except":
        return YES - _rule_matches(value, identity)
    ((field, wanted),) = value.items()
    known = {"username": identity.username, "realm.name": identity.realm, "groups": identity.groups}
    if field.startswith("metadata."):
        if identity.metadata is None:
            return MAYBE
        held = [identity.metadata.get(field.removeprefix("metadata."))]
    elif known.get(field) is None:
        return MAYBE
    else:
        held = known[field] if isinstance(known[field], tuple) else [known[field]]
    options = wanted if isinstance(wanted, tuple) else (wanted,)
    return certain(any(_value_matches(option, h) for option in options for h in held))


def _value_matches(wanted, held):
    if isinstance(wanted, str) and isinstance(held, str) and ("*" in wanted or wanted.startswith("/")):
        return matches(pattern(wanted), held)
    return wanted == held
