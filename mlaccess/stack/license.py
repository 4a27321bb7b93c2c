"""The subscription: `GET _license`.

Order of types and the special place of `trial`:
`x-pack/plugin/core/src/main/java/org/elasticsearch/license/License.java`.
"""

from datetime import datetime

import attrs

from .origin import Origin

__all__ = ["License"]


@attrs.frozen
class License:
    """A licence as exported. `expires_at` is None where the licence never expires (a self-generated basic one)."""

    type: str
    status: str
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    starts_at: datetime | None = None
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
