"""The permission to import, as a rule and as Kibana's route: the same answer whatever the caller holds."""

from itertools import product

import pytest

from mlaccess.catalog.kibana_capabilities import LOGIN
from mlaccess.catalog.kibana_upload import CREATE_DATA_VIEW, UploadQuery, import_rule
from mlaccess.rules import Verdict, VerdictAlgebra, facts_of, fold
from mlaccess.rules.facts import AccountUsable, ClusterPrivilege, Fact, IndexPrivilege, KibanaAction
from mlaccess.twins.kibana.upload import has_import_permission

RIGHTS = (LOGIN, CREATE_DATA_VIEW, "manage_pipeline", "create", "create_index")


@pytest.mark.parametrize("pipeline", [False, True])
@pytest.mark.parametrize("data_view", [False, True])
@pytest.mark.parametrize("index", [None, "uploads"])
def test_the_rule_asks_what_the_route_asks(pipeline: bool, data_view: bool, index: str | None) -> None:
    """For every set of rights, each known to be there, known to be missing, or unknown."""
    query = UploadQuery(manage_pipeline=pipeline, create_data_view=data_view, index=index)
    rule = import_rule(query, "sales")
    for verdicts in product(Verdict, repeat=len(RIGHTS)):
        held = dict(zip(RIGHTS, verdicts, strict=True))

        def decide(fact: Fact, held: dict[str, Verdict] = held) -> Verdict:
            match fact:
                case AccountUsable():
                    return Verdict.GRANTED
                case KibanaAction(action, "sales"):
                    return held[action]
                case ClusterPrivilege(privilege):
                    return held[privilege]
                case IndexPrivilege("uploads", privilege):
                    return held[privilege]
                case _:
                    raise AssertionError(f"not asked by the route: {fact}")

        answer = has_import_permission(
            query,
            has_action=held.__getitem__,
            has_cluster=held.__getitem__,
            has_index=lambda _, privilege, held=held: held[privilege],  # type: ignore[misc]  # a default binds the loop's
        )
        said = {Verdict.GRANTED: True, Verdict.DENIED: False, Verdict.UNKNOWN: None}
        assert answer.body == {"hasImportPermission": said[fold(rule, VerdictAlgebra(decide))]}


def test_a_disabled_account_imports_nothing() -> None:
    rule = import_rule(UploadQuery(), "sales")
    verdict = fold(rule, VerdictAlgebra(lambda fact: Verdict.of(not isinstance(fact, AccountUsable))))
    assert verdict is Verdict.DENIED


def test_an_import_of_data_alone_asks_no_data_view_and_no_pipeline() -> None:
    """Both are choices of whoever imports."""
    facts = set(facts_of(import_rule(UploadQuery(index="uploads"), "sales")))
    assert KibanaAction(CREATE_DATA_VIEW, "sales") not in facts
    assert ClusterPrivilege("manage_pipeline") not in facts
