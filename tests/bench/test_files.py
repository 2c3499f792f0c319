"""Opening and saving a large layered picture."""

import pytest

from editor.formats import load, save
from tests.bench.conftest import large_document

pytestmark = pytest.mark.bench

LAYERS = 20


@pytest.fixture(scope="module")
def document():
    return large_document(LAYERS)


@pytest.fixture(scope="module")
def path(document, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "large.ora"
    save(document.snapshot(), path)
    return path


def test_saving_twenty_layers(benchmark, document, tmp_path):
    """No budget: it happens in the background, on a snapshot."""
    benchmark.pedantic(lambda: save(document.snapshot(), tmp_path / "large.ora"), rounds=1)


def test_opening_twenty_layers(benchmark, path):
    """Budget: 30 s; every layer is full of pixels."""
    document = benchmark.pedantic(lambda: load(path), rounds=1)
    assert len(document.root.children) == LAYERS
