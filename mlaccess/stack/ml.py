"""Machine learning's nouns: jobs, datafeeds, trained models, and the spaces they are assigned to."""

from collections.abc import Mapping

import attrs

from .origin import Origin
from .values import FrozenMap, Json, optional_json_map, texts

__all__ = [
    "ALL_SPACES",
    "UNSEEN_SPACE",
    "AnomalyDetectionJob",
    "DataFrameAnalyticsJob",
    "Datafeed",
    "SpaceAssignments",
    "TrainedModel",
]

ALL_SPACES = "*"
UNSEEN_SPACE = "?"
"""Kibana's redaction of a space that the collector may not see."""


@attrs.frozen
class AnomalyDetectionJob:
    """`GET _ml/anomaly_detectors`. `datafeed_indices` is set where the response embeds `datafeed_config`."""

    id: str
    groups: tuple[str, ...] = attrs.field(default=(), converter=texts)
    results_index_name: str = ""
    model_plot: bool = False
    categorization_field: str = ""
    embedded_datafeed: "Datafeed | None" = None
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Datafeed:
    """`GET _ml/datafeeds`: where an anomaly detection job reads its data."""

    id: str
    job_id: str
    indices: tuple[str, ...] = attrs.field(converter=texts)
    authorization: FrozenMap[str, Json] | None = attrs.field(default=None, converter=optional_json_map)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class DataFrameAnalyticsJob:
    """`GET _ml/data_frame/analytics`."""

    id: str
    source: tuple[str, ...] = attrs.field(converter=texts)
    destination: str
    authorization: FrozenMap[str, Json] | None = attrs.field(default=None, converter=optional_json_map)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class TrainedModel:
    """`GET _ml/trained_models`."""

    id: str
    type: str = ""
    license_level: str = ""
    tags: tuple[str, ...] = attrs.field(default=(), converter=texts)
    created_by_job: str | None = None
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


_NONE: FrozenMap[str, tuple[str, ...]] = FrozenMap()


@attrs.frozen
class SpaceAssignments:
    """Saved-object namespaces of jobs or models: id -> spaces, where `*` is every space and `?` one not seen.

    `by_type` is keyed `anomaly-detector`, `data-frame-analytics` or `trained-model`.
    """

    by_type: FrozenMap[str, FrozenMap[str, tuple[str, ...]]] = FrozenMap()
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
    origins: FrozenMap[tuple[str, str], Origin] = attrs.field(default=FrozenMap(), eq=False, repr=False)
    """Where each list of spaces stands, by type and id."""

    def of(self, type_: str) -> Mapping[str, tuple[str, ...]]:
        """The assignments of one saved-object type; empty where the export lists none."""
        return self.by_type.get(type_, _NONE)

    @property
    def spaces(self) -> frozenset[str]:
        """Every namespace that occurs, `*` and `?` included."""
        return frozenset(s for items in self.by_type.values() for spaces in items.values() for s in spaces)
