"""The files that mlaccess reads: what each gives, what cannot be answered without it, and the request that fetches it.

File names are those of Elastic's support diagnostics (`src/main/resources/elastic-rest.yml` and `kibana-rest.yml` of
elastic/support-diagnostics 9.4.2); the last rows are answers that no collector saves.
"""

import attrs

__all__ = ["FILES", "FileRow", "request_for", "row_of", "rows_of"]


@attrs.frozen
class FileRow:
    """One file. `requests` maps the first version of a request to its line, newest first."""

    file: str
    part: str
    product: str
    requests: tuple[tuple[str, str], ...]
    gives: str
    needed_for: str
    aliases: tuple[str, ...] = ()
    collected: bool = True
    """Whether the collectors save it; else it must be fetched by hand."""
    fallback: str = ""
    """What a second file for the same part is good for when the first is missing."""
    name_depths: frozenset[int] = frozenset()
    """Depths at which JSON keys are names, so that one that occurs twice is an error."""
    strict: bool = False
    """Whether a key that occurs twice with different values is an error: where it could change who has access."""

    @property
    def request(self) -> str:
        """The request of current versions, as a Dev Tools line."""
        return self.requests[0][1] if self.requests else ""

    def request_of(self, version: str) -> str:
        """The request of a version of the stack, as a Dev Tools line."""
        wanted = _numbers(version)
        for since, line in self.requests:
            if not wanted or wanted >= _numbers(since):
                return line
        return self.requests[-1][1] if self.requests else ""

    @property
    def since(self) -> str:
        """The first version that has a request for it; empty where none has."""
        return self.requests[-1][0] if self.requests else ""

    def exists_in(self, version: str) -> bool:
        """Whether a version of the stack has a request for it."""
        return bool(self.requests) and _numbers(version) >= _numbers(self.since)

    def curl(self, version: str = "") -> str:
        """The request as a shell line; `$ES_URL`, `$KIBANA_URL` and `$AUTH` (`user:password`) are the caller's."""
        method, _, path = self.request_of(version).partition(" ")
        if not path:
            return ""
        verb = "" if method == "GET" else f" -X {method}"
        if not path.startswith("kbn:"):
            return f'curl -s{verb} -u "$AUTH" "$ES_URL/{path.lstrip("/")}" -o {self.base_name}'
        headers = ' -H "kbn-xsrf: true"'
        if "/internal/" in path:
            headers += ' -H "x-elastic-internal-origin: kibana" -H "elastic-api-version: 1"'
        return f'curl -s{verb} -u "$AUTH"{headers} "$KIBANA_URL{path.removeprefix("kbn:")}" -o {self.base_name}'

    @property
    def base_name(self) -> str:
        """The file's name without its folder."""
        return self.file.rpartition("/")[2]


def _numbers(version: str) -> tuple[int, ...]:
    digits = version.split("-")[0].split(".")
    return tuple(int(d) for d in digits if d.isdigit())


def _security(path: str, *, since: str = "5.0") -> tuple[tuple[str, str], ...]:
    current = ("7.0", f"GET _security/{path}")
    return (current, (since, f"GET _xpack/security/{path}"))


def _ml(path: str, since: str) -> tuple[tuple[str, str], ...]:
    return (("7.0", f"GET _ml/{path}"), (since, f"GET _xpack/ml/{path}"))


_NAMES = frozenset({0})

FILES: tuple[FileRow, ...] = (
    FileRow(
        "version.json",
        "version",
        "elasticsearch",
        (("0.9", "GET /"),),
        gives="the version of Elasticsearch, and whether it is serverless",
        needed_for="what privilege names mean in this version",
    ),
    FileRow(
        "diagnostic_manifest.json",
        "collected_at",
        "any",
        (),
        gives="when the export was made, of what, and in which mode; newer collectors",
        needed_for="judging licences and API keys at the moment of the export",
    ),
    FileRow(
        "manifest.json",
        "collected_at",
        "any",
        (),
        gives="the same from older collectors; `diagnostic_manifest.json` wins",
        needed_for="judging licences and API keys at the moment of the export",
        fallback="used where `diagnostic_manifest.json` is missing",
    ),
    FileRow(
        "licenses.json",
        "license",
        "elasticsearch",
        (("8.0", "GET _license"), ("7.6", "GET _license?accept_enterprise=true"), ("2.0", "GET _license")),
        gives="the subscription: type, status, expiry",
        needed_for="every level (the subscription requirement); roles with document or field level security",
        aliases=("license.json", "_license.json"),
    ),
    FileRow(
        "nodes.json",
        "nodes",
        "elasticsearch",
        (("0.9", "GET _nodes"),),
        gives="node roles, and the settings that were set on each node",
        needed_for="the `ml` role and `xpack.ml.enabled`; anonymous access",
    ),
    FileRow(
        "nodes_short.json",
        "nodes",
        "elasticsearch",
        (("5.0", "GET _cat/nodes?format=json&full_id&h=name,id,master,ip,role"),),
        gives="node roles without settings",
        needed_for="the `ml` role",
        fallback="used where `nodes.json` is missing",
    ),
    FileRow(
        "cluster_settings.json",
        "cluster_settings",
        "elasticsearch",
        (("0.9", "GET _cluster/settings?flat_settings=true"),),
        gives="settings that were changed for the whole cluster",
        needed_for="settings that decide about machine learning and security",
    ),
    FileRow(
        "cluster_settings_defaults.json",
        "cluster_settings",
        "elasticsearch",
        (("6.4", "GET _cluster/settings?include_defaults=true&flat_settings=true"),),
        gives="the settings in force on the answering node, such as anonymous roles",
        needed_for="anonymous access, document and field level security, `xpack.security.enabled`",
    ),
    FileRow(
        "commercial/xpack.json",
        "xpack",
        "elasticsearch",
        (("5.0", "GET _xpack/usage"),),
        gives="whether machine learning and security are available and enabled; realms in use",
        needed_for="nothing alone: a second witness for licence, machine learning and security",
        aliases=("xpack_usage.json", "xpack_info.json"),
    ),
    FileRow(
        "commercial/security_users.json",
        "users",
        "elasticsearch",
        _security("user"),
        gives="native and reserved users with their roles; no users of files, LDAP or SAML",
        needed_for="every question about a native user",
        aliases=("users.json",),
        name_depths=_NAMES,
        strict=True,
    ),
    FileRow(
        "commercial/security_roles.json",
        "roles",
        "elasticsearch",
        _security("role"),
        gives="native and reserved roles with all their privileges; no roles of `roles.yml`",
        needed_for="every question about privileges",
        aliases=("roles.json",),
        name_depths=_NAMES,
        strict=True,
    ),
    FileRow(
        "commercial/security_role_mappings.json",
        "role_mappings",
        "elasticsearch",
        _security("role_mapping"),
        gives="which users of external realms get which roles",
        needed_for="every question about a user of LDAP, SAML, OIDC, JWT, Kerberos or PKI",
        aliases=("role_mappings.json", "role_mapping.json"),
        name_depths=_NAMES,
        strict=True,
    ),
    FileRow(
        "commercial/security_priv.json",
        "application_privileges",
        "elasticsearch",
        _security("privilege", since="6.5"),
        gives="what each privilege of Kibana allows in exactly this version",
        needed_for="Kibana privileges; without it the shipped catalogue answers for the versions it knows",
        aliases=("security_privileges.json", "privileges.json"),
        name_depths=frozenset({0, 1}),
        strict=True,
    ),
    FileRow(
        "commercial/ml_info.json",
        "ml_info",
        "elasticsearch",
        _ml("info", "6.3"),
        gives="whether an upgrade blocks machine learning",
        needed_for="what can be done right now",
    ),
    FileRow(
        "commercial/ml_anomaly_detectors.json",
        "jobs",
        "elasticsearch",
        _ml("anomaly_detectors", "5.0"),
        gives="anomaly detection jobs",
        needed_for="questions about an anomaly detection job",
        aliases=("anomaly_detectors.json",),
        name_depths=_NAMES,
    ),
    FileRow(
        "commercial/ml_datafeeds.json",
        "datafeeds",
        "elasticsearch",
        _ml("datafeeds", "5.0"),
        gives="the source indices of anomaly detection jobs",
        needed_for="index privileges on the sources of a job",
        aliases=("datafeeds.json",),
    ),
    FileRow(
        "commercial/ml_dataframe.json",
        "analytics",
        "elasticsearch",
        (("7.3", "GET _ml/data_frame/analytics?size=10000"),),
        gives="data frame analytics jobs with source and destination indices",
        needed_for="questions about a data frame analytics job",
        aliases=("data_frame_analytics.json",),
    ),
    FileRow(
        "commercial/ml_trained_models.json",
        "trained_models",
        "elasticsearch",
        (("7.10", "GET _ml/trained_models?size=10000"),),
        gives="trained models",
        needed_for="questions about a trained model",
        aliases=("trained_models.json",),
    ),
    FileRow(
        "alias.json",
        "index_names",
        "elasticsearch",
        (("0.9", "GET _alias"),),
        gives="concrete indices and their aliases",
        needed_for="requests that name an index behind an alias",
    ),
    FileRow(
        "commercial/data_stream.json",
        "index_names",
        "elasticsearch",
        (("7.9", "GET _data_stream?expand_wildcards=all"),),
        gives="data streams and their backing indices",
        needed_for="requests that name a backing index",
        aliases=("data_streams.json",),
    ),
    FileRow(
        "kibana_status.json",
        "kibana_version",
        "kibana",
        (("5.0", "GET kbn:/api/status"),),
        gives="the version of Kibana",
        needed_for="what features of this version mean",
    ),
    FileRow(
        "kibana_user.json",
        "collector",
        "kibana",
        (("7.6", "GET kbn:/internal/security/me"), ("5.0", "GET kbn:/api/security/v1/me")),
        gives="who made the export, so what it cannot show",
        needed_for="whether spaces that the export lacks can exist",
    ),
    FileRow(
        "kibana_spaces.json",
        "spaces",
        "kibana",
        (("6.5", "GET kbn:/api/spaces/space"),),
        gives="spaces, their solution views and the features that they hide",
        needed_for="whether machine learning is visible in a space",
        aliases=("spaces.json",),
        name_depths=_NAMES,
        strict=True,
    ),
    FileRow(
        "kibana_roles.json",
        "kibana_roles",
        "kibana",
        (("6.4", "GET kbn:/api/security/role"),),
        gives="roles in Kibana's shape",
        needed_for="nothing alone: a second source of roles beside `commercial/security_roles.json`",
        name_depths=_NAMES,
        strict=True,
    ),
    FileRow(
        "kibana_data_views.json",
        "data_views",
        "kibana",
        (
            ("8.0", "GET kbn:/s/<space>/api/data_views"),
            ("6.5", "GET kbn:/s/<space>/api/saved_objects/_find?type=index-pattern&per_page=10000"),
        ),
        gives="the data views of one space; `space_<id>/` or `spaces/<id>/` tell which, none is `default`",
        needed_for="data views on the sources and destinations of a job",
        aliases=("data_views.json",),
    ),
    FileRow(
        "jobs_spaces.json",
        "job_spaces",
        "kibana",
        (("7.11", "GET kbn:/internal/ml/saved_objects/jobs_spaces"),),
        gives="the spaces that jobs are assigned to; the answer of `.../saved_objects/status` will do too",
        needed_for="whether a job is visible in a space",
        collected=False,
        aliases=("job_spaces.json",),
        name_depths=frozenset({0, 1}),
        strict=True,
    ),
    FileRow(
        "trained_models_spaces.json",
        "model_spaces",
        "kibana",
        (("8.0", "GET kbn:/internal/ml/saved_objects/trained_models_spaces"),),
        gives="the spaces that trained models are assigned to; the answer of `.../saved_objects/status` will do too",
        needed_for="whether a trained model is visible in a space",
        collected=False,
        aliases=("model_spaces.json",),
        name_depths=frozenset({0, 1}),
        strict=True,
    ),
    FileRow(
        "api_keys.json",
        "api_keys",
        "elasticsearch",
        (
            ("8.5", "GET _security/api_key?with_limited_by=true"),
            ("7.0", "GET _security/api_key"),
            ("6.7", "GET _security/api_key"),
        ),
        gives="API keys with their role descriptors and the owner's snapshot, never their secrets",
        needed_for="questions about an API key",
        collected=False,
        aliases=("api_key.json", "security_api_keys.json"),
        strict=True,
    ),
    FileRow(
        "service_accounts.json",
        "service_accounts",
        "elasticsearch",
        (("7.13", "GET _security/service"),),
        gives="service accounts with their role descriptors",
        needed_for="questions about a service account",
        collected=False,
        aliases=("security_service_accounts.json", "service_account.json"),
        name_depths=_NAMES,
        strict=True,
    ),
    FileRow(
        "roles.yml",
        "file_roles",
        "file realm",
        (),
        gives="roles that no API shows; a role here wins over one of the same name in the API",
        needed_for="roles of self-managed clusters and ECK",
        collected=False,
    ),
    FileRow(
        "users_roles",
        "file_users",
        "file realm",
        (),
        gives="users of the file realm with their roles (with `users`, of which only names are kept)",
        needed_for="users of the file realm",
        collected=False,
    ),
    FileRow(
        "users",
        "file_users",
        "file realm",
        (),
        gives="names of the users of the file realm; password hashes are dropped",
        needed_for="users of the file realm",
        collected=False,
    ),
    FileRow(
        "role_mapping.yml",
        "file_role_mappings",
        "file realm",
        (),
        gives="roles for distinguished names of LDAP, Active Directory and PKI",
        needed_for="users of those realms",
        collected=False,
    ),
    FileRow(
        "elasticsearch.yml",
        "settings_files",
        "file realm",
        (),
        gives="node settings, such as anonymous roles",
        needed_for="nothing alone: what `nodes.json` and `cluster_settings_defaults.json` say too",
        collected=False,
    ),
)

_BY_NAME = {name: row for row in FILES for name in (row.base_name, *row.aliases)}


def row_of(name: str) -> FileRow | None:
    """The row of a file by its base name, an alias included."""
    return _BY_NAME.get(name)


def rows_of(part: str) -> tuple[FileRow, ...]:
    """The rows that give a part of the deployment, the best first."""
    return tuple(row for row in FILES if row.part == part)


def request_for(part: str, version: str = "") -> str:
    """The request that would fetch a part, as a Dev Tools line; empty where files alone hold it."""
    for row in rows_of(part):
        if row.requests:
            return row.request_of(version)
    return ""
