"""What the engine adds to a network's own run."""

from dataclasses import dataclass
from threading import Event, Thread

import numpy as np
import pytest

from neural.engine import Engine
from neural.errors import Cancelled
from neural.image import from_nchw, to_nchw
from neural.progress import CancelToken, Progress
from tests.neural.graphs import install, slow
from tests.neural.operations import Through

pytestmark = pytest.mark.bench

SIDE = 512
IMAGE = np.random.default_rng(0).random((SIDE, SIDE, 3), np.float32)
MASK = np.zeros((SIDE, SIDE), np.float32)
MASK[100:300, 100:300] = 1


@dataclass(frozen=True)
class Whole(Through):
    """The whole picture in one run."""

    def __call__(self, network, image, mask, progress):
        return from_nchw(network.run({"image": to_nchw(image)}, progress.token)[0])


@pytest.fixture
def engine(tmp_path):
    install(tmp_path, slow(20))
    return Engine([tmp_path], "cpu")


@pytest.mark.parametrize("way", ["engine.run", "session.run"])
def test_inpaint_overhead(benchmark, engine, way):
    """Budget: ``engine.run`` takes at most 10 % longer, at half a second a run.

    The difference is masking, checking and counting; a faster network makes its share larger.
    """
    session = engine._session(engine.library.find("inpaint"), "cpu")
    feeds = {"image": to_nchw(IMAGE)}
    bare = session._session

    def whole():
        engine.run(Whole(), IMAGE, MASK, Progress())

    benchmark.pedantic(
        whole if way == "engine.run" else lambda: bare.run(None, feeds), rounds=7, warmup_rounds=1
    )


def test_cancelling(benchmark, engine):
    """Budget: 300 ms until the work has stopped; a run ends between two operators."""
    session = engine._session(engine.library.find("inpaint"), "cpu")
    feeds = {"image": to_nchw(IMAGE)}

    def begin():
        token, begun = CancelToken(), Event()

        def work():
            begun.set()
            with pytest.raises(Cancelled):
                session.run(feeds, token)

        thread = Thread(target=work)
        thread.start()
        begun.wait()
        return (token, thread), {}

    def stop(token, thread):
        token.cancel()
        thread.join()

    benchmark.pedantic(stop, setup=begin, rounds=20)
