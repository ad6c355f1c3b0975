"""TagResource, UntagResource and ListTagsForResource."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import not_found
from tests.simulation.aws.site import Caller, Site, Tags, tags_from
from tests.simulation.aws.things import Endpoint, Job, Thing

#: In a change's detail, before the ARN of an endpoint that served what was tagged.
SERVED_BY = "; served by "


class Tagging:
    """The tags of everything in an account's Bedrock."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def operations(self, caller: Caller) -> Mapping[str, Operation]:
        """The operations with the rights of this caller."""
        return {
            "tag_resource": lambda parameters: self._tag(caller, parameters),
            "untag_resource": lambda parameters: self._untag(caller, parameters),
            "list_tags_for_resource": self._list,
        }

    def _tag(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        added = tags_from(parameters["tags"])
        thing = self._taggable(caller, "bedrock:TagResource", parameters["resourceARN"], added)
        self._change(thing, {**thing.tags, **added}, "tagged", added)
        return {}

    def _untag(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        removed = parameters["tagKeys"]
        thing = self._taggable(caller, "bedrock:UntagResource", parameters["resourceARN"], removed)
        self._change(thing, {k: v for k, v in thing.tags.items() if k not in removed}, "untagged", removed)
        return {}

    def _list(self, parameters: Parameters) -> Mapping[str, Any]:
        arn = parameters["resourceARN"]
        for shelf in self._site.shelves:
            thing = shelf.read(arn)
            if thing is not None:
                return {"tags": [{"key": key, "value": value} for key, value in thing.tags.items()]}
        raise not_found(f"the resource {arn}")

    def _taggable(self, caller: Caller, action: str, arn: str, tags: Tags) -> Thing:
        thing = self._site.find(arn)
        self._site.require_taggable(caller, action, thing, arn, tags)
        assert thing is not None
        return thing

    def _change(self, thing: Thing, tags: Mapping[str, str], what: str, keys: Iterable[str]) -> None:
        site = self._site
        for shelf in site.shelves:
            if thing.arn in shelf.truth:
                shelf.put(replace(thing, tags=tags))
        served_by = "".join(f"{SERVED_BY}{item.arn}" for item in site.serving(thing.arn))
        detail = ", ".join(sorted(keys)) + served_by
        site.ledger.changed(what, kind_of(thing), thing.name, thing.arn, thing.tags, detail=detail)


def kind_of(thing: Thing) -> str:
    """`job`, `model`, `provisioned` or `on_demand`."""
    if isinstance(thing, Endpoint):
        return thing.kind
    return "job" if isinstance(thing, Job) else "model"
