"""What a printed stage and a printed type say, in the terms of the ontology."""

from ontology import iris

PUBLISHED, WITHDRAWN = iris.NS + "published", iris.NS + "withdrawn"
_WORDS = {
    "published": "published", "publication": "published", "withdrawn": "withdrawn", "withdrawal": "withdrawn",
    "superseded": "withdrawn", "active": "inForce", "in force": "inForce", "inactive": "withdrawn",
    "approved": "approved", "draft": "draft", "draft-public": "draft", "working-draft": "draft",
    "workingdraft": "draft", "committee-draft": "committeeDraft", "retired": "withdrawn", "cancelled": "discontinued",
    "final": "published", "recommendation": "published", "deprecated": "withdrawn", "current": "inForce",
    "in-force": "inForce", "valid": "inForce", "activated": "inForce", "rec": "published", "ret": "withdrawn",
    "rscnd": "withdrawn", "obsl": "withdrawn", "spsd": "withdrawn", "wd": "draft", "fpwd": "draft", "lcwd": "draft",
    "cr": "draft", "crd": "draft", "pr": "finalDraft", "per": "finalDraft", "ed": "draft", "final-draft": "finalDraft",
    "proposal": "proposed", "proposed": "proposed", "superseded-by": "withdrawn", "obsolete": "withdrawn",
}  # fmt: skip
_BY_STAGE = {"00": "proposed", "10": "proposed", "20": "inProgress", "30": "committeeDraft", "50": "finalDraft"}
_CLASSES = {
    "international-standard": "InternationalStandard", "technical-specification": "TechnicalSpecification",
    "ts": "TechnicalSpecification", "technical-report": "TechnicalReport", "tr": "TechnicalReport",
    "recommendation": "Recommendation", "recommendation-amendment": "Amendment", "amendment": "Amendment",
    "recommendation-corrigendum": "Corrigendum", "corrigendum": "Corrigendum", "technical-corrigendum": "Corrigendum",
    "recommendation-supplement": "Supplement", "supplement": "Supplement", "recommendation-annex": "Annex",
    "publicly-available-specification": "PubliclyAvailableSpecification", "guide": "Guide",
    "international-workshop-agreement": "WorkshopAgreement", "directive": "Directive", "handbook": "Handbook",
    "resolution": "Resolution", "question": "QuestionText", "rfc": "RequestForComments",
    "internet-draft": "InternetDraft", "national-standard": "NationalStandard",
}  # fmt: skip


def status(stage: str, doctype: str) -> str:
    """The address of the status that a stage stands for, or nothing: ISO's harmonised codes, else a word.

    A code below 60.60 is never published; 90 to 95.92 is in force, under review or before withdrawal.
    """
    main, _, sub = stage.partition(".")
    if not main.isdigit():
        word = _WORDS.get(stage.casefold()) or _WORDS.get(stage.partition(", ")[0].casefold())
        return iris.NS + word if word else ""
    if sub == "98" and main < "60":
        return iris.NS + "discontinued"
    if main == "40":
        return iris.NS + ("draftInternationalStandard" if doctype == "international-standard" else "draft")
    if main == "60":
        return iris.NS + ("published" if sub >= "60" else "underPublication")
    if main >= "90":
        return WITHDRAWN if main == "95" and sub == "99" else PUBLISHED
    return iris.NS + _BY_STAGE[main] if main in _BY_STAGE else ""


def came_out(stage: str) -> bool:
    """Whether a date printed as 'published' can be one: not where the stage is a code below 60."""
    return not stage[:2].isdigit() or stage >= "60"


def class_(doctype: str) -> str:
    """The address of the class for a printed type; plen:Document where the ontology has none of its own."""
    return iris.NS + _CLASSES.get(doctype.casefold().replace(" ", "-"), "Document")
