"""The runner runs what is written, as GitHub would, and refuses what it does not know."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.workflows.actions import ActionFailedError
from tests.workflows.expressions import ExpressionError
from tests.workflows.repository import Repository
from tests.workflows.runner import Event, Run, Runner

HEAD = "name: small\non: {push: }\npermissions: {}\ndefaults: {run: {shell: bash}}\n"
CHECK_OUT = """
      - name: Check out
        uses: actions/checkout@v0
        with: {persist-credentials: false}
"""
START = {"PATH": "/usr/bin:/bin"}
Written = Callable[..., Run]


class Accounts:
    """Gives credentials to one subject."""

    def assume(self, role: str, subject: str, region: str) -> Mapping[str, str]:
        if subject != "repo:example/finetuning:environment:dev":
            raise ActionFailedError(f"{role} does not trust {subject}")
        return {"AWS_ACCESS_KEY_ID": role, "AWS_REGION": region}


@pytest.fixture
def run(tmp_path: Path) -> Written:
    """Write the jobs of a workflow into a repository, and run them."""

    def started(jobs: str, event: Event | None = None, approved: bool = True) -> Run:
        source = tmp_path / "source"
        (source / ".github" / "workflows").mkdir(parents=True)
        (source / ".github" / "workflows" / "small.yml").write_text(HEAD + "jobs:\n" + jobs, encoding="utf-8")
        (source / "file.txt").write_text("one\n", encoding="utf-8")
        repository = Repository(tmp_path)
        repository.create(source=source)
        runner = Runner(repository, tmp_path, START, Accounts(), approved=lambda environment: approved)
        return runner.run("small.yml", event or Event("push"))

    return started


def test_outputs_path_environment_and_summary_go_from_step_to_step(run: Written) -> None:
    done = run("""
  a:
    runs-on: x
    outputs: {made: "${{ steps.first.outputs.made }}"}
    env: {GREETING: "hello ${{ github.event_name }}"}
    steps:
      - {name: First, id: first, run: 'echo "made=$GREETING" >> "$GITHUB_OUTPUT"; echo "X=1" >> "$GITHUB_ENV"'}
      - {name: Path, run: 'echo /somewhere >> "$GITHUB_PATH"'}
      - {name: Then, run: 'echo "$PATH $X" >> "$GITHUB_STEP_SUMMARY"'}
  b:
    needs: a
    runs-on: x
    env: {MADE: "${{ needs.a.outputs.made }}"}
    steps:
      - {name: Say, run: 'echo "got $MADE"'}
""")
    assert done.succeeded
    assert done.job("b").step("Say").log == "got hello push\n"
    assert done.summary.startswith("/somewhere:")
    assert done.summary.rstrip().endswith(" 1")


def test_after_a_failure_only_those_run_that_say_so(run: Written) -> None:
    """A pipe that breaks is a failure, too; jobs that need it are skipped."""
    done = run("""
  a:
    runs-on: x
    steps:
      - {name: Break, run: 'false | cat'}
      - {name: Next, run: 'true'}
      - {name: Always, if: '${{ !cancelled() }}', run: 'true'}
      - {name: Told, if: failure(), run: 'true'}
  b:
    needs: a
    runs-on: x
    steps: [{name: Never, run: 'true'}]
""")
    assert [step.result for step in done.job("a").steps] == ["failure", "skipped", "success", "success"]
    assert (done.job("b").result, done.succeeded) == ("skipped", False)


MATRIX = """
  a:
    runs-on: x
    strategy:
      matrix: {pin: "${{ fromJSON('[{\\"model\\": \\"faq\\"}, {\\"model\\": \\"tools\\"}]') }}"}
    env: {MODEL: "${{ matrix.pin.model }}"}
    steps: [{name: Say, run: 'echo "$MODEL"; test "$MODEL" = faq'}]
"""


def test_matrix_runs_each(run: Written) -> None:
    assert [(job.name, job.result) for job in run(MATRIX).jobs] == [("a (faq)", "success"), ("a (tools)", "failure")]


JOB = f"""
  a:
    runs-on: x
    environment: ENVIRONMENT
    permissions: {{PERMISSIONS}}
    steps:
      {CHECK_OUT}
      - name: Credentials
        uses: aws-actions/configure-aws-credentials@v0
        with: {{role-to-assume: role, aws-region: us-east-1}}
      - {{name: Use, run: 'echo "$AWS_ACCESS_KEY_ID in $AWS_REGION"; cat file.txt'}}
"""


def job(environment: str = "dev", permissions: str = "contents: read, id-token: write") -> str:
    """A job with credentials."""
    return JOB.replace("ENVIRONMENT", environment).replace("PERMISSIONS", permissions)


def test_role_is_given_to_the_job_of_its_environment(run: Written) -> None:
    done = run(job())
    assert done.job("a").step("Use").log == "role in us-east-1\none\n"


@pytest.mark.parametrize(
    ("written", "step", "why"),
    [
        (job("prod"), "Credentials", "role does not trust repo:example/finetuning:environment:prod"),
        (job(permissions="contents: read"), "Credentials", "no id-token: write"),
        (job(permissions="id-token: write"), "Check out", "no contents: read"),
    ],
    ids=["another environment", "no token", "no code"],
)
def test_role_is_given_to_nobody_else(run: Written, written: str, step: str, why: str) -> None:
    found = run(written).job("a").step(step)
    assert found.result == "failure"
    assert why in found.log


def test_job_that_nobody_approved_does_not_begin(run: Written) -> None:
    found = run(job(), approved=False).job("a")
    assert (found.result, found.steps) == ("failure", ())


PUSH = f"""
  a:
    runs-on: x
    permissions: {{contents: RIGHT, pull-requests: write}}
    steps:
      {CHECK_OUT}
      - name: Push
        env: {{GH_TOKEN: "${{{{ github.token }}}}"}}
        run: |
          git switch --quiet --create new; echo two > file.txt
          git -c user.name=x -c user.email=x@example.com commit --quiet --all --message x
          git push --quiet origin HEAD:refs/heads/new
          echo body > body.md
          gh pr create --base main --head new --title "A title" --body-file body.md
"""


def test_branch_and_pull_request_are_kept(run: Written, tmp_path: Path) -> None:
    done = run(PUSH.replace("RIGHT", "write"))
    repository = Repository(tmp_path)
    (request,) = repository.known()["pull_requests"]
    assert done.job("a").step("Push").log == "https://github.com/example/finetuning/pull/1\n"
    assert (request["head"], request["title"], request["body"]) == ("new", "A title", "body\n")
    merge = repository.merge("new")
    assert (repository.read("file.txt"), repository.head()) == ("two", merge.after)


def test_push_without_the_right_is_refused(run: Written) -> None:
    assert "no contents: write" in run(PUSH.replace("RIGHT", "read")).job("a").step("Push").log


def test_pull_request_without_the_right_is_refused(run: Written) -> None:
    without = PUSH.replace("RIGHT, pull-requests: write", "write")
    assert "no pull-requests: write" in run(without).job("a").step("Push").log


@pytest.mark.parametrize(
    "jobs",
    [
        "  a: {runs-on: x, container: y, steps: []}\n",
        "  a: {runs-on: x, steps: [{name: s, uses: someone/else@v1}]}\n",
        "  a: {runs-on: x, steps: [{name: s, run: 'true', working-directory: x}]}\n",
        "  a: {runs-on: x, steps: [{name: s, if: 'hashFiles(1)', run: 'true'}]}\n",
        "  a: {runs-on: x, strategy: {matrix: {a: [1]}, fail: 1}, steps: []}\n",
    ],
    ids=["key of a job", "action", "key of a step", "function", "key of a strategy"],
)
def test_what_is_not_known_is_refused(run: Written, jobs: str) -> None:
    with pytest.raises(ExpressionError):
        run(jobs)
