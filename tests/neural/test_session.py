import os
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest

from neural.errors import BadOutput, Cancelled, ModelMissing, NeuralError, OutOfMemory
from neural.progress import CancelToken
from neural.session import CPU, Session
from tests.neural.graphs import (
    AMOUNT,
    CARD,
    IMAGE,
    MASK,
    broken,
    fill,
    hungry,
    identity,
    lit,
    slow,
)


def session(model, device="cpu", **changes):
    return Session(replace(CARD, **changes), model.SerializeToString(), device)


def noise(h=16, w=16, channels=3):
    return np.random.default_rng(0).random((1, channels, h, w), np.float32)


def test_an_identity_gives_back_its_input():
    image = noise()
    np.testing.assert_array_equal(
        session(identity()).run({"image": image}, CancelToken())[0], image
    )


def test_feeds_are_by_role_whatever_the_graph_calls_them():
    model = identity()
    model.graph.input[0].name = model.graph.node[0].input[0] = "x:0"
    network = session(model, inputs=(replace(IMAGE, name="x:0"),))
    assert network.run({"image": noise()}, CancelToken())[0].shape == (1, 3, 16, 16)


def test_a_mask_whose_one_means_keep_is_turned_round():
    mask = np.round(noise(channels=1))
    feeds = {"image": np.zeros((1, 3, 16, 16), np.float32), "mask": mask}
    hole = session(fill(1.0), inputs=(IMAGE, MASK)).run(feeds, CancelToken())[0]
    keep = session(fill(1.0), inputs=(IMAGE, replace(MASK, one_means="keep")))
    np.testing.assert_array_equal(hole[:, :1], mask)
    np.testing.assert_array_equal(keep.run(feeds, CancelToken())[0], 1 - hole)


def test_an_amount_is_heeded_and_can_be_another_one_each_time():
    network, image = session(lit(most=0.5), inputs=(IMAGE, AMOUNT)), noise()
    for amount in (0.0, 0.5, 1.0, 0.5):
        feeds = {"image": image, "amount": np.full((1, 1, 1, 1), amount, np.float32)}
        (found,) = network.run(feeds, CancelToken())
        np.testing.assert_allclose(found, image + 0.5 * amount, atol=1e-6)


def test_another_range_of_values_is_hidden_from_the_caller():
    """The graph sees -1..1 and doubles it; the caller sees 0..1 around the middle."""
    ports = {"inputs": (replace(IMAGE, range=(-1.0, 1.0)),)}
    raw = session(identity(), **ports).run({"image": noise()}, CancelToken())[0]
    np.testing.assert_allclose(raw, noise() * 2 - 1, atol=1e-6)
    ports["outputs"] = (replace(CARD.outputs[0], range=(-1.0, 1.0)),)
    both = session(identity(), **ports).run({"image": noise()}, CancelToken())[0]
    np.testing.assert_allclose(both, noise(), atol=1e-6)


def test_cancelling_stops_a_run_in_the_middle_and_the_session_goes_on():
    """R26"""
    network, token = session(slow(400)), CancelToken()
    timer = threading.Timer(0.2, token.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        network.run({"image": noise(256, 256)}, token)
    timer.join()
    assert network.run({"image": noise(16, 16)}, CancelToken())[0].shape == (1, 3, 16, 16)


def test_a_run_that_was_cancelled_before_does_not_start():
    """R26"""
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        session(identity()).run({"image": noise()}, token)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_not_a_picture(value):
    """R14"""
    with pytest.raises(BadOutput, match="not numbers"):
        session(broken(value)).run({"image": noise()}, CancelToken())


def test_a_black_answer_to_a_picture_is_not_a_success():
    """R14, R24"""
    with pytest.raises(BadOutput, match="empty picture"):
        session(broken(0.0)).run({"image": noise()}, CancelToken())


def test_a_constant_answer_to_a_constant_picture_is_right():
    flat = np.full((1, 3, 8, 8), 0.5, np.float32)
    assert np.ptp(session(identity()).run({"image": flat}, CancelToken())[0]) == 0


def test_out_of_memory_is_told_apart():
    """R16"""
    with pytest.raises(OutOfMemory, match="ran out of memory"):
        session(hungry()).run({"image": noise(128)}, CancelToken())


def test_a_graph_that_cannot_run_on_a_size_says_so():
    import onnx

    from tests.neural.graphs import constant, graph

    cut = onnx.helper.make_node("Slice", ["image", "a", "b", "axes"], ["part"])
    add = onnx.helper.make_node("Add", ["image", "part"], ["result"])
    numbers = [constant(n, [v], np.int64) for n, v in (("a", 2), ("b", 9), ("axes", 2))]
    with pytest.raises(NeuralError, match="Model cannot run on this picture"):
        session(graph([cut, add], numbers)).run({"image": noise(12)}, CancelToken())


def test_a_graph_with_other_inputs_than_its_card_says_is_refused():
    with pytest.raises(ModelMissing, match="has the inputs image, but its card says image, mask"):
        session(identity(), inputs=(IMAGE, MASK))


def test_bytes_that_are_no_graph_are_refused():
    with pytest.raises(ModelMissing, match=r"model\.onnx cannot be loaded"):
        Session(CARD, b"junk", "cpu")


def test_cuda_asked_for_and_not_got_keeps_the_reason():
    """R21: this machine's provider is what the session says, not what was asked."""
    network = session(identity(), "cuda")
    if network.provider == CPU:
        assert network.why_not_cuda.endswith(".")
        assert "CUDA" in network.why_not_cuda
    else:
        assert network.why_not_cuda == ""
    assert session(identity(), "cpu").why_not_cuda == ""
    assert session(identity(), "cpu").provider == CPU


def test_importing_the_facade_loads_neither_the_runtime_nor_qt_nor_torch():
    """R25"""
    code = "import neural, sys; print([m for m in sys.modules if m.split('.')[0] in %r])"
    names = ("onnxruntime", "PySide6", "torch", "editor")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code % (names,)], capture_output=True, text=True, env=env, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_same_question_is_answered_from_memory_and_nobody_can_spoil_the_answer():
    network, image = session(identity()), noise()
    calls, real = [], network._session

    class Counting:
        def run(self, *args):
            calls.append(args)
            return real.run(*args)

    network._session = Counting()
    first = network.run({"image": image}, CancelToken())[0]
    first[:] = 0
    image = image.copy()
    np.testing.assert_array_equal(network.run({"image": image}, CancelToken())[0], image)
    assert len(calls) == 1
    image[:] = 0.5
    np.testing.assert_array_equal(network.run({"image": image}, CancelToken())[0], image)
    assert len(calls) == 2
