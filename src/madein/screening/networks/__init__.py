"""Who belongs to whom: ties between firms, clusters with their audit trail, and shapes of trade between firms."""

from __future__ import annotations

from madein.screening.networks.clusters import clusters, resolve
from madein.screening.networks.links import link_keys
from madein.screening.networks.shape import fan_in, fan_out, fans, phantoms

__all__ = ["clusters", "fan_in", "fan_out", "fans", "link_keys", "phantoms", "resolve"]
