"""Changes to what no privilege decides: the licence, the nodes and their settings, upgrade mode."""

from collections.abc import Callable

import attrs

from mlaccess.stack import Deployment, FrozenMap, License, MlInfo, Node, NotExported

from .changes import missing_part

__all__ = ["AddMlNode", "DropMlNodes", "EnableMl", "EndUpgrade", "ExpireLicense", "UseLicense"]


@attrs.frozen
class ExpireLicense:
    """Let the licence run out now. To ask about a date, ask `at` that moment instead."""

    def apply(self, deployment: Deployment) -> Deployment:
        license_ = deployment.license
        if isinstance(license_, NotExported):
            raise missing_part("the licence's details", license_)
        return attrs.evolve(deployment, license=attrs.evolve(license_, status="expired", expires_at=None))

    def __str__(self) -> str:
        return "let the licence expire"


@attrs.frozen
class UseLicense:
    """Install an active licence of a type such as `platinum` or `trial`."""

    type: str

    def apply(self, deployment: Deployment) -> Deployment:
        return attrs.evolve(deployment, license=License(self.type, "active"))

    def __str__(self) -> str:
        return f"install an active {self.type} licence"


def _edit_nodes(deployment: Deployment, edit: Callable[[Node], Node]) -> Deployment:
    nodes = deployment.nodes
    if isinstance(nodes, NotExported):
        raise missing_part("nodes", nodes)
    return attrs.evolve(deployment, nodes=FrozenMap({id_: edit(node) for id_, node in nodes.items()}))


@attrs.frozen
class DropMlNodes:
    """Take the role `ml` from every node."""

    def apply(self, deployment: Deployment) -> Deployment:
        def drop(node: Node) -> Node:
            attributes = FrozenMap({k: v for k, v in node.attributes.items() if k != "ml.enabled"})
            return attrs.evolve(node, roles=tuple(r for r in node.roles if r != "ml"), attributes=attributes)

        return _edit_nodes(deployment, drop)

    def __str__(self) -> str:
        return "take the role `ml` from every node"


@attrs.frozen
class AddMlNode:
    """Add a dedicated machine learning node."""

    name: str = "ml-node"

    def apply(self, deployment: Deployment) -> Deployment:
        nodes = deployment.nodes
        if isinstance(nodes, NotExported):
            raise missing_part("nodes", nodes)
        node = Node(f"new:{self.name}", self.name, ("ml", "remote_cluster_client"))
        return attrs.evolve(deployment, nodes=nodes.with_item(node.id, node))

    def __str__(self) -> str:
        return "add a node with the role `ml`"


@attrs.frozen
class EnableMl:
    """Set `xpack.ml.enabled` back to its default on every node."""

    def apply(self, deployment: Deployment) -> Deployment:
        key = "xpack.ml.enabled"

        def enable(node: Node) -> Node:
            return attrs.evolve(node, settings=node.settings.without(key))

        if not isinstance(deployment.nodes, NotExported):
            deployment = _edit_nodes(deployment, enable)
        settings, usage = deployment.cluster_settings, deployment.xpack
        if not isinstance(settings, NotExported) and settings.defaults is not None:
            without = settings.defaults.without(key)
            deployment = attrs.evolve(deployment, cluster_settings=attrs.evolve(settings, defaults=without))
        if not isinstance(usage, NotExported):
            deployment = attrs.evolve(deployment, xpack=attrs.evolve(usage, ml_enabled=None))
        files = tuple(f.without(key) for f in deployment.settings_files)
        return attrs.evolve(deployment, settings_files=files)

    def __str__(self) -> str:
        return "set `xpack.ml.enabled` back to its default on every node"


@attrs.frozen
class EndUpgrade:
    """Switch machine learning's upgrade mode off."""

    def apply(self, deployment: Deployment) -> Deployment:
        return attrs.evolve(deployment, ml_info=MlInfo())

    def __str__(self) -> str:
        return "switch upgrade mode off"
