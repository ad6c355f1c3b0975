"""Whether a dataset is the one that a manifest names: a model that is trained again is trained on the same examples."""

from collections.abc import Iterator, Mapping

#: What the job sees; a test dataset is compared only if the manifest's model was judged on one.
_TRAINED_ON = ("training", "validation")


def differences(expected: Mapping[str, str], digests: Mapping[str, str], sources: Mapping[str, str]) -> Iterator[str]:
    """Yield which files are others than those that the manifest names, and what to do; nothing without a manifest.

    Args:
        expected: SHA-256 of the staged file by split, as the manifest has them.
        digests: the same of this dataset.
        sources: URI of each split's file.
    """
    if not expected:
        return
    for split in (*_TRAINED_ON, *(name for name in expected if name not in _TRAINED_ON)):
        wanted, found = expected.get(split, ""), digests.get(split, "")
        if wanted == found:
            continue
        if not found:
            yield f"{split}: the manifest's model had a file with SHA-256 {wanted}, and none is given; add it"
        elif not wanted:
            yield f"{split}: the manifest's model had none, and {sources[split]} is given; remove it"
        else:
            yield (
                f"{split}: {sources[split]} has, as it is staged, SHA-256 {found}, the manifest's model had {wanted}; "
                f"give the very file that was trained on, with its version, or promote another manifest"
            )
