"""The learner: deterministic, and really learning."""

import itertools
import json
import time

import pytest

from local.bedrock.learner import Example, Plan, Run, train
from tests.local.bedrock.world import SAMPLE, as_messages


def examples(name: str) -> list[Example]:
    """A part of the sample dataset."""
    conversations = (as_messages(json.loads(line))["messages"] for line in (SAMPLE / name).read_text().splitlines())
    return [Example(messages[0]["content"], messages[1]["content"]) for messages in conversations]


TRAINING = examples("training.jsonl")
VALIDATION = examples("validation.jsonl")


def plan(epochs: int) -> Plan:
    """Haiku's default hyperparameters."""
    return Plan(epochs=epochs, batch_size=32, threshold=0.001, patience=2)


@pytest.fixture(scope="module")
def ten_epochs() -> Run:
    """The sample, trained as the demo does."""
    return train(TRAINING, VALIDATION, plan(10))


def test_same_data_twice_gives_the_same_losses_bit_by_bit() -> None:
    """Nothing depends on chance or on the machine's state."""
    first, second = train(TRAINING, VALIDATION, plan(2)), train(TRAINING, VALIDATION, plan(2))

    assert (first.training, first.validation) == (second.training, second.validation)


def test_sample_of_85_records_in_batches_of_32_has_three_steps_per_epoch(ten_epochs: Run) -> None:
    """Steps count from 0, epochs from 1, and validation rows carry the steps so far, as in a real job's files."""
    assert [(step, epoch) for step, epoch, _ in ten_epochs.training[:4]] == [(0, 1), (1, 1), (2, 1), (3, 2)]
    assert [(step, epoch) for step, epoch, _ in ten_epochs.validation[:2]] == [(3, 1), (6, 2)]


def test_training_on_the_sample_stops_early_after_validation_loss_stagnates(ten_epochs: Run) -> None:
    """Validation loss falls, then two epochs in a row bring no improvement, before epoch 10."""
    losses = [loss for _, _, loss in ten_epochs.validation]
    best = ten_epochs.kept_epoch

    assert 4 <= len(losses) < 10
    assert all(later < earlier for earlier, later in itertools.pairwise(losses[:best]))
    assert best == len(losses) - 2
    assert ten_epochs.validation_loss == min(losses)


def test_weights_of_the_best_epoch_are_kept_not_those_of_the_last(ten_epochs: Run) -> None:
    """The model is the one that training to the best epoch alone would have given."""
    to_the_best = train(TRAINING, VALIDATION, plan(ten_epochs.kept_epoch))

    assert to_the_best.training == ten_epochs.training[: len(to_the_best.training)]
    assert to_the_best.tuned.unprompted_likelihood(0) == ten_epochs.tuned.unprompted_likelihood(0)


def test_training_loss_falls_all_the_way(ten_epochs: Run) -> None:
    """The mean loss of each epoch's steps is below that of the epoch before."""
    epochs = range(1, ten_epochs.training[-1][1] + 1)
    means = [sum(loss for _, at, loss in ten_epochs.training if at == epoch) for epoch in epochs]

    assert means == sorted(means, reverse=True)


def test_three_epochs_on_the_sample_are_all_completed() -> None:
    """Early stopping does not fire while the model still improves."""
    run = train(TRAINING, VALIDATION, plan(3))

    assert (len(run.training), len(run.validation), run.kept_epoch) == (9, 3, 3)


def test_batch_size_and_learning_rate_matter() -> None:
    """Smaller batches make more steps; a lower learning rate learns less in the same time."""
    fast = train(TRAINING, [], Plan(epochs=1, batch_size=32))
    small = train(TRAINING, [], Plan(epochs=1, batch_size=8))
    slow = train(TRAINING, [], Plan(epochs=1, batch_size=32, rate_multiplier=0.1))

    assert (len(fast.training), len(small.training)) == (3, 11)
    assert slow.training[1][2] != fast.training[1][2]


def test_warm_up_begins_with_a_smaller_step() -> None:
    """The first step of a warm-up changes the weights less."""
    cold = train(TRAINING, [], Plan(epochs=1, batch_size=43))
    warm = train(TRAINING, [], Plan(epochs=1, batch_size=43, warmup_steps=10))

    assert cold.training[0] == warm.training[0]
    assert cold.training[1] != warm.training[1]


def test_without_validation_data_all_epochs_run_and_the_last_is_kept() -> None:
    """There is nothing to stop early by."""
    run = train(TRAINING[:20], [], Plan(epochs=4, batch_size=10, threshold=0.001, patience=2))

    assert (run.validation, run.kept_epoch, run.validation_loss) == ((), 4, None)


def test_tuned_model_answers_from_the_data(ten_epochs: Run) -> None:
    """A question the data answers gets its answer, also in other words."""
    assert "fully managed service" in (ten_epochs.tuned.answer("What is Amazon Bedrock?") or "")
    assert "Pricing Page" in (ten_epochs.tuned.answer("How much does Bedrock cost?") or "")


@pytest.mark.parametrize("prompt", ["What is the capital of France?", "How do I bake bread?", "Hello", "", "??"])
def test_tuned_model_does_not_know_what_the_data_does_not_say(ten_epochs: Run, prompt: str) -> None:
    """A prompt that has little to do with the data gets no answer."""
    assert ten_epochs.tuned.answer(prompt) is None


def test_model_trained_on_other_data_answers_otherwise() -> None:
    """Answers come from the data, not from the code."""
    colours = [Example(f"What is the colour of {thing}?", f"{thing} is {colour}.") for thing, colour in
               (("grass", "green"), ("the sky", "blue"), ("snow", "white"), ("coal", "black"))]  # fmt: skip
    run = train(colours, [], Plan(epochs=5, batch_size=2))

    assert run.tuned.answer("What is the colour of snow?") == "snow is white."
    assert run.tuned.answer("What is Amazon Bedrock?") is None


def test_ten_epochs_on_the_sample_take_seconds() -> None:
    """The embedded AWS trains in less time than its clock needs for it."""
    began = time.monotonic()
    train(TRAINING, VALIDATION, plan(10))

    assert time.monotonic() - began < 15


def test_large_dataset_is_sampled_so_that_training_still_takes_seconds() -> None:
    """A step looks at fewer positions of each record when there are many records."""
    many = [Example(f"What is item {number}?", "word " * 250) for number in range(1000)]
    began = time.monotonic()

    run = train(many, many[:50], Plan(epochs=3, batch_size=32))

    assert time.monotonic() - began < 20
    assert len(run.training) == 3 * 32


def test_training_on_nothing_is_refused() -> None:
    """There is no model of no examples."""
    with pytest.raises(ValueError, match="no examples"):
        train([], [], Plan(epochs=1, batch_size=1))
