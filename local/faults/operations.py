"""Which operation a request means, as botocore names it."""

from collections.abc import Mapping, Sequence
from functools import cache
from urllib.parse import parse_qs

import botocore.session
from ministack.core import router

from local.bedrock.protocol.routes import Router
from local.faults.rules import ANSWER

Query = Mapping[str, Sequence[str]]
_ANSWER_PATH = "/_ministack/cfn-response/"
_FORM = "application/x-www-form-urlencoded"


def name_of(method: str, path: str, headers: Mapping[str, str], query: Query, body: bytes) -> str:
    """Service and operation of a request, such as `s3:PutObject`; the operation is "" if none is known.

    Args:
        method: HTTP method.
        path: Percent-decoded path.
        headers: Headers, lower case.
        query: Query parameters.
        body: The whole body.
    """
    if path.startswith(_ANSWER_PATH):
        return ANSWER
    form = parse_qs(body.decode("utf-8", "replace")) if headers.get("content-type", "").startswith(_FORM) else {}
    service: str = router.detect_service(method, path, dict(headers), {**form, **query})
    action = {**form, **query}.get("Action")
    if action:
        return f"{service}:{action[0]}"
    if target := headers.get("x-amz-target"):
        return f"{service}:{target.rpartition('.')[2]}"
    return f"{service}:{_in_storage(method, path, headers, query) if service == 's3' else _rest(service, method, path)}"


def _rest(service: str, method: str, path: str) -> str:
    known = _router(service)
    found = known.find(method, path) if known else None
    return found[0].name if found else ""


@cache
def _router(service: str) -> Router | None:
    session = botocore.session.get_session()
    known = service in session.get_available_services()
    return Router(session.get_service_model(service)) if known else None


def _in_storage(method: str, path: str, headers: Mapping[str, str], query: Query) -> str:
    """S3's operations share paths: a query parameter, or the source of a copy, tells them apart."""
    level = min(2, len([part for part in path.split("/", 2) if part]))
    if method == "PUT" and level == 2:
        copied, part = "x-amz-copy-source" in headers, "partNumber" in query
        if copied or part:
            return ("UploadPartCopy" if copied else "UploadPart") if part else "CopyObject"
    candidates = _storage_routes().get((method, level), {})
    marked = [name for mark, name in candidates.items() if mark and mark in query]
    return marked[0] if marked else candidates.get("", "")


@cache
def _storage_routes() -> dict[tuple[str, int], dict[str, str]]:
    """Operations by method, number of path labels, and the query parameter that marks them ("" for none)."""
    model = botocore.session.get_session().get_service_model("s3")
    routes: dict[tuple[str, int], dict[str, str]] = {}
    for name in sorted(model.operation_names, reverse=True):
        http = model.operation_model(name).http
        uri, _, mark = str(http["requestUri"]).partition("?")
        if name not in ("CopyObject", "UploadPart", "UploadPartCopy"):
            routes.setdefault((http["method"], uri.count("{")), {})[mark.partition("&")[0].partition("=")[0]] = name
    return routes
