from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analyzer.errors import ModelDamaged, ModelNotFound
from analyzer.tagging.features import FEATURES
from analyzer.tagging.models import ModelFolder, find_model
from analyzer.tagging.runtime import Runtime
from tests.conftest import DIM, WORDS

TEXTS = [
    "hello",
    "we said that again and again",
    "imagine, then, one laboratory for both of us " * 9,
    "the report of the budget is late, " * 30,
    "no",
    "ça va? \ud800 naïve – ok",
    "",
]


@pytest.fixture(params=["tiny", "shipped"], scope="module")
def folder(request: pytest.FixtureRequest, model_folder: Path) -> ModelFolder:
    if request.param == "tiny":
        return find_model(model_folder)
    try:
        return find_model()
    except ModelNotFound:
        pytest.skip("no model is shipped with this checkout")


@pytest.fixture(scope="module")
def runtime(folder: ModelFolder) -> Runtime:
    return Runtime(folder, threads=1)


def test_a_piece_gives_equal_bytes_alone_and_among_others(runtime: Runtime) -> None:
    rng = random.Random(0)
    crowd = [" ".join(rng.choices(" ".join(TEXTS[:4]).split(), k=rng.randint(1, 80))) for _ in range(150)]
    texts = [*crowd[:70], *TEXTS, *crowd[70:]]

    together = runtime.read(texts)

    for number in [*range(0, len(texts), 9), *range(70, 70 + len(TEXTS))]:
        alone = runtime.read([texts[number]])
        assert alone.vectors.tobytes() == together.vectors[number].tobytes()
        assert alone.local.tobytes() == together.local[number].tobytes()
        assert alone.spans.tobytes() == together.spans[number].tobytes()


def test_threads_change_no_byte(folder: ModelFolder, runtime: Runtime) -> None:
    other = Runtime(folder, threads=2).read(TEXTS)

    assert other.vectors.tobytes() == runtime.read(TEXTS).vectors.tobytes()
    assert other.local.tobytes() == runtime.read(TEXTS).local.tobytes()


def test_vectors_have_unit_length_and_equal_texts_equal_rows(runtime: Runtime) -> None:
    read = runtime.read([*TEXTS[:3], TEXTS[0]])

    assert_allclose(np.linalg.norm(read.vectors.astype(np.float64), axis=1), 1.0, atol=2e-3)
    assert_array_equal(read.vectors[0], read.vectors[3])


def test_judging_in_chunks_is_judging_in_one_pass(folder: ModelFolder, runtime: Runtime) -> None:
    rng = np.random.default_rng(0)
    labels = len(folder.codebook.labels)
    vectors = rng.normal(size=(300, runtime.dim)).astype(np.float16)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    local = rng.normal(size=(300, labels)).astype(np.float16)
    features = rng.random(size=(300, len(FEATURES)), dtype=np.float32)

    whole = runtime.judge(vectors, local, features, chunk=300)
    chunked = runtime.judge(vectors, local, features, chunk=37)

    assert_allclose(chunked[0], whole[0], atol=1e-4)
    assert_allclose(chunked[1], whole[1], atol=1e-4)


def test_nothing_read_gives_empty_arrays(runtime: Runtime, folder: ModelFolder) -> None:
    labels = len(folder.codebook.labels)

    read = runtime.read([])
    mode, barrier = runtime.judge(read.vectors, read.local, np.zeros((0, len(FEATURES)), dtype=np.float32))

    assert read.vectors.shape == (0, runtime.dim)
    assert read.spans.shape == (0, labels, 2)
    assert mode.shape[1] + barrier.shape[1] == labels


def test_the_tiny_model_gives_the_numbers_it_was_made_with(model_folder: Path) -> None:
    folder = find_model(model_folder)
    read = Runtime(folder, threads=1).read(["the budget again and again"])
    keys = [label.key for label in folder.codebook.labels]

    assert read.local[0, keys.index(WORDS["again"])] == 8.0
    assert read.local[0, keys.index(WORDS["budget"])] == 4.0
    assert read.spans[0, keys.index(WORDS["budget"])].tolist() == [4, 10]
    assert read.vectors.shape == (1, DIM)


def test_a_graph_that_cannot_be_loaded_is_damage(model_folder: Path, tmp_path: Path) -> None:
    folder = find_model(model_folder)
    for file in ("encoder.onnx", "judge.onnx", "tokenizer.json"):
        (tmp_path / file).write_bytes(b"nothing")
    broken = ModelFolder(
        path=tmp_path, config=folder.config, policy=folder.policy, metrics={}, codebook=folder.codebook
    )

    with pytest.raises(ModelDamaged, match="cannot be loaded"):
        Runtime(broken)
