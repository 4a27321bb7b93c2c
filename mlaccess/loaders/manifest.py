"""What a collector says about itself: `diagnostic_manifest.json`, and `manifest.json` of older ones."""

from datetime import datetime

import attrs

from .cursor import Cursor
from .outcome import Gave

__all__ = ["Manifest", "read_manifest"]


@attrs.frozen
class Manifest:
    """Both generations in one shape. `statuses` maps a request's name to the HTTP status that the collector met."""

    file: str
    legacy: bool
    product: str = ""
    mode: str = ""
    version: str = ""
    collected_at: datetime | None = None
    statuses: dict[str, int] = attrs.field(factory=dict[str, int])


def read_manifest(root: Cursor) -> Gave[Manifest] | None:
    """`{"product", "version", "mode", "timestamp"}` or `{"Product Version", "collectionDate", "diagnosticInputs"}`."""
    if not root.is_object:
        root.fail("a collector's manifest")
        return None
    legacy = "Product Version" in root.keys or ("collectionDate" in root.keys and "timestamp" not in root.keys)
    stamp = root.get("timestamp", "collection_date_millis", "collectionDate")
    version = root.get("version", "Product Version")
    number = version.get("version") if version is not None and version.is_object else version
    inputs = root.get("diagnosticInputs", "flags")
    words = inputs.value if inputs is not None and isinstance(inputs.value, str) else ""
    statuses: dict[str, int] = {}
    requested = root.get("requested_apis")
    for name, answer in requested.items("requests by name") if requested is not None else ():
        status = answer.get("status")
        if status is not None and isinstance(status.value, int):
            statuses[name] = status.value
    manifest = Manifest(
        root.file,
        legacy,
        product=_product(root, words),
        mode=_text(root.get("mode")).lower() or _word_after(words, "mode"),
        version=_text(number),
        collected_at=stamp.moment(lenient=True) if stamp is not None else None,
        statuses=statuses,
    )
    return Gave(manifest, manifest.product or "a collector's manifest")


def _product(root: Cursor, words: str) -> str:
    told = _text(root.get("product")).lower() or _text(root.get("type")).lower() or _word_after(words, "diagType")
    if "kibana" in told:
        return "kibana"
    if "logstash" in told:
        return "logstash"
    return "elasticsearch" if told else ""


def _text(member: Cursor | None) -> str:
    return member.value if member is not None and isinstance(member.value, str) else ""


def _word_after(words: str, key: str) -> str:
    _, found, rest = words.partition(f"{key}='")
    return rest.partition("'")[0].lower() if found else ""
