"""Elastic's page "Setting up machine learning", sentence by sentence, and the choices made where it is silent.

The rules that the sentences make are in `documented`.
"""

import attrs

__all__ = ["CHOICES", "SENTENCES", "Choice", "Sentence", "sentence"]


@attrs.frozen
class Sentence:
    """One sentence of the page. `asks` says how it is read, in the words of this project."""

    id: str
    section: str
    text: str
    asks: str
    choices: tuple[str, ...] = ()


_GENERAL = "What you must have"
_SECURITY = "Security privileges"
_API = "Elasticsearch API user"
_KIBANA = "Kibana user"
_SPACES = "Feature visibility in Spaces"
_UPLOAD = "Data Visualizer"

# The texts are the page's own words: they are what is being implemented, and are quoted as such.
SENTENCES: tuple[Sentence, ...] = (
    Sentence(
        "P01",
        _GENERAL,
        "the appropriate subscription level or the free trial period activated",
        "licence type platinum, enterprise or trial, and in force",
        ("C11", "C12"),
    ),
    Sentence(
        "P02",
        _GENERAL,
        "xpack.ml.enabled set to its default value of true on every node in the cluster",
        "no node sets `xpack.ml.enabled` to false",
    ),
    Sentence(
        "P03",
        _GENERAL,
        "ml value defined in the list of node.roles on the machine learning nodes",
        "at least one node has the role `ml`",
    ),
    Sentence(
        "P04",
        _GENERAL,
        "machine learning features visible in the Kibana space",
        "`ml` is not among the space's effective disabled features (Kibana only)",
    ),
    Sentence(
        "P05",
        _GENERAL,
        "security privileges assigned to the user that: grant use of machine learning features, "
        "and grant access to source and destination indices.",
        "the account can authenticate; what it is granted is asked by the sentences below",
        ("C03", "C19", "C23", "C24"),
    ),
    Sentence(
        "P06",
        _SECURITY,
        "Elasticsearch API user: uses an Elasticsearch client, cURL, or Kibana Dev Tools to access machine learning "
        "features via Elasticsearch APIs. It requires Elasticsearch security privileges.",
        "interface `api` asks Elasticsearch privileges only",
    ),
    Sentence(
        "P07",
        _SECURITY,
        "It requires either Kibana feature privileges or Elasticsearch security privileges and is granted the most "
        "permissive combination of both.",
        "in Kibana, either route to a level is enough",
        ("C01",),
    ),
    Sentence(
        "P08",
        _SECURITY,
        "Kibana feature privileges are recommended if you control job level visibility via Spaces.",
        "spaces confine nobody on the APIs",
    ),
    Sentence(
        "P09",
        _SECURITY,
        "Machine learning features must be visible in the relevant space.",
        "as P04, on both routes",
    ),
    Sentence(
        "P10",
        _API,
        "machine_learning_admin built-in role or the equivalent cluster privileges",
        "the cluster permission implies `manage_ml`",
    ),
    Sentence(
        "P11", _API, "read and view_index_metadata on source indices", "both on every source expression", ("C06",)
    ),
    Sentence(
        "P12",
        _API,
        "read, manage, and index on destination indices (for data frame analytics analytics jobs only)",
        "all three on the destination of a data frame analytics job",
        ("C07", "C08"),
    ),
    Sentence(
        "P13",
        _API,
        "machine_learning_user built-in role or the equivalent cluster privileges",
        "the cluster permission implies `monitor_ml`",
    ),
    Sentence(
        "P14", _API, "read index privileges on source indices", "`read` on every source expression", ("C06", "C13")
    ),
    Sentence(
        "P15",
        _API,
        "read index privileges on destination indices (for data frame analytics analytics jobs only)",
        "`read` on the destination of a data frame analytics job",
        ("C07",),
    ),
    Sentence(
        "P16",
        _API,
        "The machine_learning_admin and machine_learning_user built-in roles give access to the results of all anomaly "
        "detection jobs, irrespective of whether the user has access to the source indices.",
        "an exposure note, not a requirement",
    ),
    Sentence(
        "P17",
        _KIBANA,
        "Granting All or Read Kibana feature privilege for Machine Learning will also grant the role the equivalent "
        "feature privileges to certain types of Kibana saved objects, namely index patterns, dashboards, saved "
        "searches, and visualizations as well as machine learning job, trained model and module saved objects.",
        "answered by `saved_objects`",
    ),
    Sentence(
        "P18", _SPACES, "In Kibana, the machine learning features must be visible in your space.", "as P04", ("C10",)
    ),
    Sentence(
        "P19",
        _SPACES,
        "In addition to index privileges, source data views must also exist in the same space as your machine "
        "learning jobs.",
        "a data view of the space covers every source expression",
        ("C05",),
    ),
    Sentence(
        "P20",
        _SPACES,
        "Each machine learning job and trained model can be assigned to all, one, or multiple spaces.",
        "the job or model is assigned to the space (Kibana only)",
        ("C04", "C09", "C14"),
    ),
    Sentence(
        "P21",
        _KIBANA,
        "Machine Learning: All Kibana privileges",
        "Kibana privilege All of `ml` in the space",
        ("C17", "C22"),
    ),
    Sentence(
        "P22",
        _KIBANA,
        "Data Views Management: All Kibana feature privileges",
        "Kibana privilege All of `indexPatterns` in the space, on the Kibana route only",
    ),
    Sentence(
        "P23",
        _KIBANA,
        "read, and view_index_metadata index privileges on your source indices",
        "both on every source expression",
        ("C06", "C20"),
    ),
    Sentence("P24", _KIBANA, "data views for your source indices", "as P19, for full access", ("C05",)),
    Sentence(
        "P25",
        _KIBANA,
        "data views, read, manage, and index index privileges on destination indices (for data frame analytics "
        "analytics jobs only)",
        "a data view and all three on the destination of a data frame analytics job",
        ("C07", "C15"),
    ),
    Sentence(
        "P26",
        _KIBANA,
        "Machine Learning: Read Kibana privileges",
        "Kibana privilege Read (or All) of `ml` in the space",
        ("C17", "C22"),
    ),
    Sentence("P27", _KIBANA, "data views for your source indices", "as P19, for read-only access", ("C05",)),
    Sentence(
        "P28", _KIBANA, "read index privilege on your source indices", "`read` on every source expression", ("C06",)
    ),
    Sentence(
        "P29",
        _KIBANA,
        "data views and read index privileges on destination indices (for data frame analytics analytics jobs only)",
        "a data view and `read` on the destination of a data frame analytics job",
        ("C07",),
    ),
    Sentence(
        "P30",
        _KIBANA,
        "A user who has full or read-only access to machine learning features within a given Kibana space can view the "
        "results of all anomaly detection jobs that are visible in that space, even if they do not have access to the "
        "source indices of those jobs.",
        "an exposure note, not a requirement",
    ),
    Sentence(
        "P31",
        _KIBANA,
        "Data views can be automatically created when creating a data frame analytics analytics job.",
        "says how one may come to exist; it does not stand in for one",
        ("C15",),
    ),
    Sentence(
        "P32",
        _API,
        "For access to use machine learning APIs via Dev Tools in Kibana, set the Elasticsearch security privileges "
        "and grant access to machine_learning_admin or machine_learning_user built-in roles.",
        "interface `dev_tools` asks what `api` asks",
        ("C02",),
    ),
    Sentence(
        "P33",
        _UPLOAD,
        "Machine Learning: Read or Discover: All Kibana feature privileges",
        "either one in the space",
        ("C10", "C16", "C17"),
    ),
    Sentence(
        "P34",
        _UPLOAD,
        "Data Views Management: All Kibana feature privileges",
        "Kibana privilege All of `indexPatterns` in the space",
    ),
    Sentence(
        "P35",
        _UPLOAD,
        "ingest_admin built-in role, or manage_ingest_pipelines cluster privilege",
        "the cluster permission implies `manage_ingest_pipelines`",
    ),
    Sentence(
        "P36",
        _UPLOAD,
        "create, create_index, manage and read index privileges for destination indices",
        "all four on every destination that the question names",
        ("C07", "C08"),
    ),
)

_BY_ID = {s.id: s for s in SENTENCES}


def sentence(id_: str) -> Sentence:
    """A sentence of the page by its id, such as `P21`."""
    return _BY_ID[id_]


@attrs.frozen
class Choice:
    """What is decided where the page is silent, and why."""

    id: str
    text: str
    reason: str


CHOICES: tuple[Choice, ...] = (
    Choice(
        "C01",
        "A caller whose only machine-learning rights are Elasticsearch ones keeps the Elasticsearch route in Kibana "
        "without a Kibana login in the space.",
        "The page asks for no login. Kibana itself refuses such a caller; the enforced rulebook says so.",
    ),
    Choice(
        "C02",
        "Dev Tools is asked what the API is asked; the Kibana feature Dev Tools is not.",
        "The page names Elasticsearch privileges only.",
    ),
    Choice(
        "C03",
        "A role name that no export defines is ignored. With files of a file realm among the inputs or announced, "
        "one that they do not define either is unknown.",
        "Elasticsearch ignores unknown roles; but `roles.yml` is in no export.",
    ),
    Choice(
        "C04",
        "A job or model that the exported assignments do not list is in no space that occurs there, and in none at "
        "all if no `?` occurs; otherwise its other spaces are unknown.",
        "Every existing job has a line once its saved object exists; `?` shows that the collector could not see "
        "every space.",
    ),
    Choice(
        "C05",
        "A data view serves an expression if the names its title matches include all names of the expression.",
        "A broader data view shows the same data; a title is a comma list, that is, a union.",
    ),
    Choice(
        "C06",
        "A source on a remote cluster is granted if one `remote_indices` entry covers alias, pattern and privilege; "
        "otherwise it is unknown. Data views for it are matched on the whole text.",
        "The remote cluster's own roles are in no export of this one.",
    ),
    Choice(
        "C07",
        "Destinations given without a job are asked of upload only.",
        "The destination requirements of full and read-only are for data frame analytics jobs only.",
    ),
    Choice(
        "C08",
        "Upload asks index privileges of the question's own destinations.",
        "The destination of an analytics job is not where a file is imported to.",
    ),
    Choice(
        "C09",
        "In a question about a job, the level is `upload` when read-only fails, upload is granted and the job is "
        "certainly in the space. While that is unknown, upload raises the ceiling only.",
        "A level is about the job; `can_upload` says the rest.",
    ),
    Choice(
        "C10",
        "Hiding machine learning in the space does not stop an upload.",
        "Upload is listed with requirements of its own, and visibility is not among them.",
    ),
    Choice(
        "C11",
        "An expired platinum, enterprise or trial licence is still basic or better for upload.",
        "Basic features outlive the subscription.",
    ),
    Choice(
        "C12",
        "Without a licence in the export, basic or better is unknown too.",
        "A cluster may have no licence at all.",
    ),
    Choice(
        "C13",
        "An anomaly detection job without a datafeed has no sources, so nothing is asked of them.",
        "Data is posted to such a job.",
    ),
    Choice(
        "C14",
        "A question about a trained model asks features, gates and assignment only.",
        "A model reads no index, even one that an analytics job trained.",
    ),
    Choice(
        "C15",
        "A destination without a data view fails, although Kibana can create one.",
        "The page lists the data view as a requirement; that it can be created says how to meet it.",
    ),
    Choice(
        "C16",
        "Upload's Machine Learning: Read is the Kibana privilege; `monitor_ml` does not stand in for it.",
        "The page says Kibana feature privileges.",
    ),
    Choice(
        "C17",
        "`minimal_all` and `minimal_read` count as All and Read.",
        "For the features asked they carry the same actions, or those that matter here.",
    ),
    Choice("C18", "`run_as` does not raise a caller's own level.", "It makes the caller another user."),
    Choice(
        "C19",
        "Roles known from one of the two exports are known. A role with a `_transform_error` and no raw role has "
        "unknown Kibana privileges, except where the error carries the entries.",
        "Both exports describe the same roles; a transform error hides privileges that are in force.",
    ),
    Choice(
        "C20",
        "A privilege on an alias or data stream says nothing about what lies behind it, and the other way round.",
        "Requirements are asked of names, as `_has_privileges` asks them.",
    ),
    Choice(
        "C21",
        "A concrete restricted index name is granted by an entry with `allow_restricted_indices`.",
        "That is what Elasticsearch does.",
    ),
    Choice(
        "C22",
        "Without stored application privileges, names of Kibana privileges mean what the catalogue says for the "
        "version, and are unknown outside the versions it knows. Reserved roles likewise.",
        "A guess about another version would be a wrong answer.",
    ),
    Choice(
        "C23",
        "Anonymous roles are read from node settings or cluster default settings. With neither, whether they add to "
        "a user is unknown; API keys never get them.",
        "Elasticsearch adds them to every user.",
    ),
    Choice(
        "C24",
        "With security off, every fact about privileges holds for everyone.",
        "Nothing is checked then; the other requirements stay.",
    ),
    Choice(
        "C25",
        "Where licences limit document and field level security, the licence in force at the moment asked about "
        "decides; an expired one counts as unlicensed.",
        "Elasticsearch leaves out whole roles that use an unlicensed feature.",
    ),
)
