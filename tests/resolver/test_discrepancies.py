"""Where the page and the code disagree: which rows apply to a question, and for whom they say something."""

import pytest

from mlaccess import Deployment
from mlaccess.catalog.discrepancies import DISCREPANCIES
from mlaccess.stack import ApplicationGrant, FrozenMap, IndicesGrant, Space, User, Users

from .world import ask, with_role, world


def kibana(*privileges: str) -> tuple[ApplicationGrant, ...]:
    return (ApplicationGrant("kibana-.kibana", privileges, ("space:sales",)),)


READER = with_role(applications=kibana("feature_ml.read"))
WITHOUT_DATA_VIEWS = with_role(applications=kibana("feature_ml.all"))
WITHOUT_INDICES = with_role(indices=())
LEAST = (IndicesGrant(("logs-*",), ("read",)), IndicesGrant(("scores",), ("read", "index", "create_index")))
LEAST_INDICES = with_role(indices=LEAST)
LEAST_READER = with_role(applications=kibana("feature_ml.read"), indices=LEAST)
MONITOR = with_role("operator", cluster=("monitor_ml",), indices=LEAST)
LEAST_OPERATOR = with_role("operator", indices=LEAST)
WITHOUT_CREATE = (IndicesGrant(("logs-*",), ("read",)), IndicesGrant(("scores",), ("read", "index")))
WITHOUT_CREATE_INDEX = with_role(indices=WITHOUT_CREATE)
HIDDEN = world(
    spaces=FrozenMap({"sales": Space("sales", disabled_features=frozenset({"ml"})), "default": Space("default")})
)
UPLOADER = with_role(
    applications=kibana("feature_discover_v2.all"), indices=(IndicesGrant(("uploads-*",), ("create", "create_index")),)
)
DISABLED = world(users=Users([User("otto", ("operator",), enabled=False)]))
OPERATOR_WITHOUT_INDICES = with_role("operator", indices=())


@pytest.mark.parametrize(
    ("deployment", "user", "question", "more", "less"),
    [
        pytest.param(world(), "ana", {}, "", "", id="full access by the page and by the code"),
        pytest.param(world(), "ana", {"job": "web"}, "", "", id="the same for a job"),
        pytest.param(world(), "nobody", {}, "", "", id="nothing by either"),
        pytest.param(READER, "ana", {}, "D04 D05 D09", "", id="readers annotate, test models and import"),
        pytest.param(READER, "ana", {"job": "web"}, "", "", id="of a job, readers only read"),
        pytest.param(READER, "ana", {"model": "lang"}, "D05", "", id="but they test a model"),
        pytest.param(WITHOUT_DATA_VIEWS, "ana", {}, "D04 D05 D06 D09", "", id="data views are not asked to create"),
        pytest.param(WITHOUT_DATA_VIEWS, "ana", {"job": "web"}, "D07", "", id="nor for a datafeed"),
        pytest.param(WITHOUT_DATA_VIEWS, "ana", {"job": "churn"}, "D08", "", id="nor for analytics"),
        pytest.param(WITHOUT_INDICES, "ana", {"job": "web"}, "D01 D02", "", id="results are shown without the sources"),
        pytest.param(WITHOUT_INDICES, "ana", {"job": "churn"}, "", "", id="results of analytics are an index"),
        pytest.param(LEAST_INDICES, "ana", {"job": "web"}, "D07", "", id="search is enough for a datafeed"),
        pytest.param(LEAST_INDICES, "ana", {"job": "churn"}, "D08", "", id="manage is not asked on the destination"),
        pytest.param(WITHOUT_CREATE_INDEX, "ana", {"job": "churn"}, "", "", id="create_index is"),
        pytest.param(HIDDEN, "ana", {}, "D03", "", id="a hidden feature closes no route"),
        pytest.param(HIDDEN, "ana", {"job": "web"}, "D02", "", id="nor the way to results"),
        pytest.param(world(), "otto", {}, "", "D01 D03 D04 D05 D06", id="Kibana asks for its own privileges"),
        pytest.param(world(), "otto", {"interface": "api", "job": "web"}, "", "", id="the APIs do not"),
        pytest.param(
            with_role("operator", indices=WITHOUT_CREATE),
            "otto",
            {"interface": "api", "job": "churn"},
            "",
            "",
            id="create_index is asked on the APIs too",
        ),
        pytest.param(DISABLED, "otto", {"interface": "api", "job": "web"}, "", "", id="nobody without an account"),
        pytest.param(DISABLED, "otto", {"interface": "api", "job": "churn"}, "", "", id="nor for analytics"),
        pytest.param(
            OPERATOR_WITHOUT_INDICES,
            "otto",
            {"interface": "api", "job": "web"},
            "D02",
            "",
            id="results through the API need no sources either",
        ),
        pytest.param(
            UPLOADER, "ana", {"destinations": ("uploads-1",)}, "D09", "", id="an import asks less than the page"
        ),
        pytest.param(
            LEAST_OPERATOR, "otto", {"interface": "api", "job": "churn"}, "D08", "", id="nor is manage through the API"
        ),
        pytest.param(
            LEAST_OPERATOR, "otto", {"interface": "api", "job": "web"}, "D07", "", id="search is enough there too"
        ),
        *(
            pytest.param(MONITOR, "otto", {"interface": "api", "job": job}, "", "", id=f"manage_ml is for {job}")
            for job in ("web", "churn")
        ),
        *(
            pytest.param(LEAST_READER, "ana", {"job": job}, "", "", id=f"the right to create is for {job}")
            for job in ("web", "churn")
        ),
        pytest.param(MONITOR, "otto", {"interface": "api"}, "", "", id="no row is about the APIs without a job"),
        pytest.param(UPLOADER, "ana", {"destinations": ("logs-1",)}, "", "", id="but the index it asks for"),
    ],
)
def test_the_page_and_the_code_disagree_in_these_rows(
    deployment: Deployment, user: str, question: dict[str, object], more: str, less: str
) -> None:
    """`more`: the code allows what the page does not, an audit finding. `less`: the reverse, a support call."""
    found = ask(deployment, user, **question).discrepancies
    assert [d.row.id for d in found if d.severity == "audit finding"] == more.split()
    assert [d.row.id for d in found if d.severity == "support call"] == less.split()
    assert all(d.meaning == (d.row.more if d.severity == "audit finding" else d.row.less) for d in found)


def test_rows_are_numbered_and_cite_sentences_of_the_page() -> None:
    """In order, each once."""
    assert [row.id for row in DISCREPANCIES] == [f"D0{n}" for n in range(1, 10)]
    assert all(row.sentences and all(s.startswith("P") for s in row.sentences) for row in DISCREPANCIES)
