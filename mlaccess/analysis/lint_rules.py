"""The rules of lint as a table: what is odd, why, what to do about it, and what of Elastic's it rests on."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import attrs

from . import lint_grants, lint_habits, lint_names
from .lint_scope import Hit, Scope, Severity

__all__ = ["EXPIRED", "RULES", "SUPPRESSION_RULES", "UNUSED", "LintRule", "SuppressionRule"]

Check: TypeAlias = Callable[[Scope], Iterator[Hit]]

_CORE = "x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/"
_KIBANA = "x-pack/platform/plugins/shared/security/server/"


@attrs.frozen
class LintRule:
    """A rule. `why` says what is odd, `fix` what to do, `source` what of Elastic's it rests on."""

    id: str
    severity: Severity
    title: str
    why: str
    fix: str
    source: str
    check: Check = attrs.field(repr=False, eq=False)

    @property
    def anchor(self) -> str:
        """The rule's place in the documentation."""
        return f"docs/reference/lint.md#{self.id.lower()}"


RULES: tuple[LintRule, ...] = (
    LintRule(
        "ML101",
        "error",
        "Unknown cluster privilege",
        "Elasticsearch refuses such a role, and a role that was stored all the same cannot be built: what it grants is "
        "unknown.",
        "Correct the name, or remove it.",
        _CORE + "authz/privilege/ClusterPrivilegeResolver.java",
        lint_names.unknown_cluster_privileges,
    ),
    LintRule(
        "ML102",
        "error",
        "Unknown index privilege",
        "As for cluster privileges: nothing of the role is certain.",
        "Correct the name, or remove it.",
        _CORE + "authz/privilege/IndexPrivilege.java",
        lint_names.unknown_index_privileges,
    ),
    LintRule(
        "ML103",
        "warning",
        "Unknown Kibana privilege",
        "Elasticsearch accepts any name of an application privilege; one that Kibana has not registered "
        "grants nothing.",
        "Use a feature and privilege that this Kibana has; ids change between versions.",
        _CORE + "authz/privilege/ApplicationPrivilege.java",
        lint_names.unknown_kibana_privileges,
    ),
    LintRule(
        "ML104",
        "warning",
        "Unknown space",
        "A grant in a space that does not exist takes effect on the day somebody creates a space of that name.",
        "Remove the space from the role, or create it.",
        _KIBANA + "authorization/privilege_serializer.ts",
        lint_names.unknown_spaces,
    ),
    LintRule(
        "ML105",
        "warning",
        "Undefined role",
        "A role that nothing defines is ignored. Whoever creates a role of that name gives it to its holders.",
        "Create the role, or take the name away.",
        "x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/store/CompositeRolesStore.java",
        lint_names.undefined_roles,
    ),
    LintRule(
        "ML106",
        "warning",
        "Assigned to an unknown space",
        "A job or model in a space that does not exist is seen nowhere.",
        "Assign it to a space that exists.",
        "x-pack/platform/plugins/shared/ml/server/saved_objects/service.ts",
        lint_names.assigned_to_unknown_space,
    ),
    LintRule(
        "ML107",
        "error",
        "Invalid pattern",
        "A name that is no valid pattern makes the role useless: no permission can be built from it.",
        "Correct the pattern.",
        _CORE + "support/Automatons.java",
        lint_names.invalid_patterns,
    ),
    LintRule(
        "ML201",
        "info",
        "Cluster privilege without effect",
        "Another cluster privilege of the same role holds all its actions.",
        "Remove it: no answer changes.",
        _CORE + "authz/privilege/ClusterPrivilegeResolver.java",
        lint_grants.shadowed_cluster_privileges,
    ),
    LintRule(
        "ML202",
        "info",
        "Index entry without effect",
        "Another entry of the same role covers the same names with the same privileges or more.",
        "Remove it: no answer changes.",
        _CORE + "authz/permission/IndicesPermission.java",
        lint_grants.shadowed_index_entries,
    ),
    LintRule(
        "ML203",
        "info",
        "Kibana privilege without effect",
        "Another Kibana privilege of the same role, in the same spaces or more, holds all its actions.",
        "Remove it: no answer changes.",
        _CORE + "authz/permission/ApplicationPermission.java",
        lint_grants.shadowed_kibana_privileges,
    ),
    LintRule(
        "ML204",
        "info",
        "Grant of nothing",
        "`none`, or an entry without privileges, grants nothing; it takes nothing away either, for rights of all roles "
        "add up.",
        "Remove it: no answer changes.",
        "https://github.com/elastic/kibana/issues/32674",
        lint_grants.empty_grants,
    ),
    LintRule(
        "ML205",
        "warning",
        "Machine learning granted in a space that hides it",
        "The page asks that machine learning be visible in the space, whatever the privileges.",
        "Show machine learning in the space, or take the privilege away.",
        "Setting up machine learning, Feature visibility in Spaces (P04)",
        lint_grants.hidden_in_space,
    ),
    LintRule(
        "ML206",
        "warning",
        "Machine learning granted without a licence for it",
        "Machine learning needs a platinum, enterprise or trial licence in force.",
        "Renew or upgrade the licence, or wait with the grants.",
        "Setting up machine learning, What you must have (P01)",
        lint_grants.without_license,
    ),
    LintRule(
        "ML207",
        "warning",
        "System index without the flag",
        "Names of system indices are left out of an entry without `allow_restricted_indices`.",
        "Remove the name; set the flag only where an API leaves no other way.",
        _CORE + "authz/RestrictedIndices.java",
        lint_grants.restricted_without_flag,
    ),
    LintRule(
        "ML301",
        "error",
        "Base and feature privileges together",
        "Kibana refuses to write such an entry and to show a role that has one; the privileges "
        "are in force all the same.",
        "Use either `base` or `feature` for a set of spaces.",
        _KIBANA + "authorization/roles/elasticsearch_role.ts",
        lint_habits.base_and_feature,
    ),
    LintRule(
        "ML302",
        "warning",
        "Deprecated role",
        "A later version drops the role, and its holders lose what it grants.",
        "Assign the role that replaces it.",
        _CORE + "authz/store/ReservedRolesStore.java",
        lint_habits.deprecated_roles,
    ),
    LintRule(
        "ML303",
        "info",
        "Deprecated feature",
        "Kibana maps the old feature to its successor for now.",
        "Grant the successor instead; Kibana shows it with `?replaceDeprecatedPrivileges=true`.",
        "x-pack/platform/plugins/shared/features/server/oss_features.ts",
        lint_habits.deprecated_features,
    ),
    LintRule(
        "ML304",
        "info",
        "Deprecated cluster privilege",
        "The privilege has lost its meaning or is about to.",
        "Remove it, or use what replaces it.",
        _CORE + "authz/privilege/ClusterPrivilegeResolver.java",
        lint_habits.deprecated_privileges,
    ),
    LintRule(
        "ML305",
        "warning",
        "Exports disagree",
        "Elasticsearch's and Kibana's exports of a role differ, so they were made at different times or of different "
        "clusters; answers follow Elasticsearch's.",
        "Collect both exports again, together.",
        _KIBANA + "authorization/roles/elasticsearch_role.ts",
        lint_habits.exports_disagree,
    ),
    LintRule(
        "ML401",
        "info",
        "Disabled mapping",
        "A disabled mapping maps nobody.",
        "Enable it or delete it.",
        _CORE + "authc/support/mapper/ExpressionRoleMapping.java",
        lint_habits.disabled_mappings,
    ),
    LintRule(
        "ML402",
        "warning",
        "Mapping on a field that does not exist",
        "A missing field matches only `null`, so the rule matches nobody, or under `except` everybody.",
        "Use `username`, `dn`, `groups`, `realm.name` or `metadata.*`.",
        _CORE + "authc/support/UserRoleMapper.java",
        lint_habits.unknown_mapping_fields,
    ),
    LintRule(
        "ML403",
        "error",
        "Invalid mapping",
        "Rules that cannot be read map nobody.",
        "Correct the rules.",
        _CORE + "authc/support/mapper/expressiondsl/ExpressionParser.java",
        lint_habits.mapping_rules,
    ),
    LintRule(
        "ML404",
        "warning",
        "Mapping for everybody",
        "Every user of every external realm gets these roles.",
        "Name a realm and groups.",
        _CORE + "authc/support/mapper/expressiondsl/FieldExpression.java",
        lint_habits.mapping_for_all,
    ),
    LintRule(
        "ML501",
        "warning",
        "Administrator of machine learning unawares",
        "`manage` and `all` hold `manage_ml`, though the role speaks of no machine learning.",
        "Grant the narrower privileges that are meant, or say `manage_ml`.",
        _CORE + "authz/privilege/ClusterPrivilegeResolver.java",
        lint_habits.unaware_admins,
    ),
    LintRule(
        "ML502",
        "info",
        "Reader of all jobs unawares",
        "`monitor` holds `monitor_ml`: jobs, and results by API, of all spaces.",
        "Grant the narrower monitoring privileges that are meant, or say `monitor_ml`.",
        _CORE + "authz/privilege/ClusterPrivilegeResolver.java",
        lint_habits.unaware_readers,
    ),
    LintRule(
        "ML503",
        "info",
        "Machine learning in all spaces",
        "A grant on all spaces includes those that are created later.",
        "Name the spaces.",
        _KIBANA + "authorization/privilege_serializer.ts",
        lint_habits.all_spaces,
    ),
    LintRule(
        "ML504",
        "warning",
        "Raw grant on results",
        "Whoever reads the result indices sees results of all spaces.",
        "Grant Machine Learning: Read in the spaces that are meant.",
        _CORE + "authz/store/ReservedRolesStore.java",
        lint_habits.raw_results,
    ),
    LintRule(
        "ML505",
        "warning",
        "Acts as anyone",
        "`run_as: *` holds whatever any user holds, administrators included.",
        "Name the users.",
        _CORE + "authz/RoleDescriptor.java",
        lint_habits.run_as_anyone,
    ),
    LintRule(
        "ML506",
        "info",
        "Dormant administrator",
        "Enabling the account is all it takes.",
        "Take the roles from the disabled account.",
        "Elasticsearch API reference, enable users",
        lint_habits.dormant_admins,
    ),
    LintRule(
        "ML507",
        "warning",
        "Machine learning for everybody",
        "Anonymous roles are added to every user.",
        "Take machine learning out of the anonymous role.",
        _CORE + "authc/Subject.java",
        lint_habits.everyone,
    ),
)


@attrs.frozen
class SuppressionRule:
    """A rule about the file of suppressions itself."""

    id: str
    severity: Severity
    title: str
    why: str
    fix: str


EXPIRED = SuppressionRule(
    "ML901",
    "warning",
    "Expired suppression",
    "The day on which somebody meant to look again is over, so the findings are shown.",
    "Look again: fix the finding, or set a new day and reason.",
)
UNUSED = SuppressionRule("ML902", "info", "Suppression without a finding", "Nothing matches it any more.", "Remove it.")
SUPPRESSION_RULES = (EXPIRED, UNUSED)
