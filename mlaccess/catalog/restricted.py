"""Names of system indices: what an index entry leaves out unless it allows restricted indices.

Sources: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/RestrictedIndices.java`,
`server/src/main/java/org/elasticsearch/indices/SystemIndexDescriptor.java` and the descriptors that modules register.
The results of machine learning (`.ml-anomalies-*`, `.ml-state*`, `.ml-stats-*`, `.ml-notifications*`,
`.ml-annotations*`) are hidden, not restricted.
"""

from collections.abc import Iterable
from functools import lru_cache

import attrs

from mlaccess.automata import Language
from mlaccess.patterns import patterns

__all__ = ["RESTRICTED_PATTERNS", "RestrictedPattern", "is_restricted", "restricted_names", "system_index_language"]


@attrs.frozen
class RestrictedPattern:
    """A pattern of system index names. `inferred`: the descriptor itself was not read."""

    pattern: str
    inferred: bool = False


RESTRICTED_PATTERNS: tuple[RestrictedPattern, ...] = (
    RestrictedPattern(".security"),
    RestrictedPattern(".security-[0-9]+*"),
    RestrictedPattern(".security-tokens"),
    RestrictedPattern(".security-tokens-[0-9]+*"),
    RestrictedPattern(".security-profile"),
    RestrictedPattern(".security-profile-[0-9]+*"),
    RestrictedPattern(".async-search*"),
    RestrictedPattern(".kibana"),
    RestrictedPattern(".kibana_*"),
    RestrictedPattern(".reporting-*"),
    RestrictedPattern(".apm-agent-configuration*"),
    RestrictedPattern(".apm-custom-link*"),
    RestrictedPattern(".enrich-*"),
    RestrictedPattern(".fleet-actions~(-results*)"),
    RestrictedPattern(".fleet-actions-results"),
    RestrictedPattern(".fleet-agents*"),
    RestrictedPattern(".fleet-enrollment-api-keys*"),
    RestrictedPattern(".fleet-policies-[0-9]+*"),
    RestrictedPattern(".fleet-policies-leader*"),
    RestrictedPattern(".fleet-servers*"),
    RestrictedPattern(".fleet-artifacts*"),
    RestrictedPattern(".geoip_databases*"),
    RestrictedPattern(".logstash*"),
    RestrictedPattern(".ml-meta*"),
    RestrictedPattern(".ml-config*"),
    RestrictedPattern(".ml-inference*"),
    RestrictedPattern(".snapshot-blob-cache*"),
    RestrictedPattern(".transform-internal-*"),
    RestrictedPattern(".watches*"),
    RestrictedPattern(".triggered_watches*"),
    RestrictedPattern(".synonyms*", inferred=True),
    RestrictedPattern(".tasks*", inferred=True),
    RestrictedPattern(".inference*", inferred=True),
    RestrictedPattern(".secrets-inference*", inferred=True),
    RestrictedPattern(".search-app-*", inferred=True),
    RestrictedPattern(".query-rules-*", inferred=True),
    RestrictedPattern(".connector-secrets*", inferred=True),
)

_REINDEXED = "(-reindexed-for-[0-9]+)?"


def system_index_language(texts: Iterable[str]) -> Language:
    """The names that descriptors of system indices match.

    In their patterns `.` is a dot, `*` any text and `?` one character; the rest is a regular expression. A copy that an
    upgrade made, `<name>-reindexed-for-9`, counts too where the pattern is no plain name.
    """
    return patterns([_regex(text) for text in texts])


def _regex(text: str) -> str:
    regex = text.replace(".", "\\.").replace("?", ".").replace("*", ".*")
    plain = not any(character in text for character in '*?[]+~()|&#@"<>{}')
    return f"/{regex}/" if plain else f"/{regex}{_REINDEXED}/"


@lru_cache(1)
def restricted_names() -> Language:
    """Every restricted name."""
    return system_index_language(row.pattern for row in RESTRICTED_PATTERNS)


def is_restricted(name: str) -> bool:
    """Whether a concrete name is that of a system index."""
    return restricted_names().matches(name)
