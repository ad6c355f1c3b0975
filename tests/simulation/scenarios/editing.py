"""A25 to A28: properties as text, and edits without effect."""

import re
from dataclasses import replace

from tests.simulation.scenarios.life import HOUR, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.template import Template

_OURS = re.compile(r"(Job|Endpoint)-[0-9a-f]{16}")


@story("A25")
def everything_is_text(life: Life) -> None:
    """Numbers and truth values arrive as strings; one that is no number is refused and buys nothing."""
    life.wanted = replace(life.wanted, serving="provisioned", units=life.one_of("1", "2", "3"))
    template = life.wanted.template
    bad = life.one_of(None, "two", "1.5", "-1", "")
    if bad is not None:
        ok = life.deploy_template({**template, "Endpoint": {**life.wanted.endpoint, "ModelUnits": bad}})
        life.expect(not ok, f"{bad!r} model units were accepted")
    native = {**life.wanted.endpoint, "ModelUnits": int(life.wanted.units)}
    life.expect(life.deploy_template({**template, "Endpoint": native}), "native numbers were refused")
    life.until_served()
    life.finish()
    life.expect_equal([p.units for p in life.bought("endpoint")], [int(life.wanted.units)], "the units bought")


@story("A26")
def numbers_are_spelled_anew(life: Life) -> None:
    """Another spelling of the same number is the same training."""
    life.wanted = replace(life.wanted, serving="on_demand")
    rates = ["0.00005", "5e-05", "5E-5", "0.000050", "00.00005", "5.0e-5"]
    life.deploy_template(_with_rate(life, life.one_of(*rates), "2"))
    if life.one_of(True, False):
        life.until_training()
    for epochs in ("02", "2"):
        life.expect(life.deploy_template(_with_rate(life, life.one_of(*rates), epochs)), "the update failed")
    life.finish()
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")
    life.expect_equal(len(life.requests("Delete")), 0, "the number of replacements")


@story("A27")
def only_tags_change(life: Life) -> None:
    """Tags are put on what is there: nothing is trained, replaced or bought."""
    life.deploy()
    if life.one_of(True, False):
        life.until_served()
    tags = life.one_of((("team", "sales"),), (), (("team", "support"), ("stage", "x")), (("cost", "1"),))
    life.expect(life.update(tags=tags), "the update failed")
    life.until_served()
    life.run(HOUR)
    life.finish()
    life.expect_equal([len(life.bought("job")), len(life.bought("endpoint"))], [1, 1], "what was bought")
    life.expect_equal(len(life.requests("Delete")), 0, "the number of replacements")
    for thing in (*life.models, *life.endpoints):
        own = {key: value for key, value in thing.tags.items() if not key.startswith("finetuning:")}
        life.expect_equal(own, dict(tags), f"the tags of {thing.name}")


@story("A28")
def update_without_effect(life: Life) -> None:
    """CloudFormation asks because something is written differently; nothing is to be done."""
    life.deploy()
    if life.one_of(True, False):
        life.until_served()
    bought = len(life.view.purchases)
    job, endpoint, edit = life.wanted.job, life.wanted.endpoint, life.one_of("order", "space", "timeout", "asset")
    if edit == "order":
        job, endpoint = dict(reversed(job.items())), dict(reversed(endpoint.items()))
    elif edit == "space":
        job = {**job, "Hyperparameters": {"epochCount": life.wanted.epochs + ".0"}}
    else:
        job, endpoint = {**job, "Extra": edit}, {**endpoint, "Extra": edit}
    life.expect(life.deploy_template({"Job": job, "Endpoint": endpoint}), "the update failed")
    life.expect(life.requests("Update", "Job"), "CloudFormation did not ask")
    life.expect_equal(len(life.view.purchases), bought, "what was bought")
    life.finish()
    life.expect_equal([len(life.bought("job")), len(life.bought("endpoint"))], [1, 1], "what was bought in the end")
    life.expect_equal(life.view.changes, [], "what was changed")


def _with_rate(life: Life, rate: str, epochs: str) -> Template:
    job = {**life.wanted.job, "Hyperparameters": {"epochCount": epochs, "learningRate": rate}}
    return {"Job": job, "Endpoint": life.wanted.endpoint}
