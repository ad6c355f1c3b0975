"""The door of the faults: `/_faults` on the server's own port, so on loopback only and without a signature.

GET answers the document in effect with what was seen and struck, PUT puts a document in its place, POST adds to it,
DELETE ends all faults.
"""

import json

from local.faults import rules
from local.faults.faults import Faults

PATH = "/_faults"


def answer(faults: Faults, method: str, body: bytes) -> tuple[int, bytes]:
    """HTTP status and JSON body of a request."""
    if method in ("PUT", "POST"):
        try:
            plan = rules.parse(body.decode("utf-8", "replace"), faults.quota_names)
        except rules.FaultsError as error:
            return 400, json.dumps({"problems": str(error).splitlines()}).encode()
        if method == "PUT":
            faults.change(plan)
        else:
            faults.add(plan)
    elif method == "DELETE":
        faults.clear()
    elif method != "GET":
        return 405, json.dumps({"problems": [f"{method}: use GET, PUT, POST or DELETE"]}).encode()
    return 200, json.dumps(faults.document()).encode()
