"""What a layer of regions says."""

import numpy as np
import pytest

from editor import regions, retouch
from editor.color import to_document
from editor.document.document import Document, Metadata
from editor.document.geometry import Size
from editor.document.layer import LayerGroup
from neural.looks import REGIONS
from neural.operations.style import Style
from tests.formats.profiles import ADOBE_RGB, rgb_profile


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("profile", [None, rgb_profile("Adobe RGB", ADOBE_RGB)])
def test_colors_count_as_they_look_in_any_color_space(profile, dtype):
    document = Document(Size(4, 1), dtype, Metadata(profile=profile))
    layer = document.new_layer("Map")
    document.root.insert(0, layer)
    painted = [(*to_document(color, profile), 1.0) for color in REGIONS]
    layer.pixels.write(document.rect, np.rint([np.array(painted) * document.full]).astype(dtype))
    seen = retouch.placed(Style(regions="Map"), document, document.rect)
    np.testing.assert_allclose(seen.map[0], REGIONS, atol=2 / 255)


def test_a_name_stands_for_the_layer_that_a_run_would_take():
    document = Document(Size(4, 4))
    layers = [document.new_layer(name) for name in ("Base", "Map", "Map", "")]
    document.root.insert(0, LayerGroup("Group", [layers[0], layers[1]]))
    document.root.insert(1, layers[2])
    document.root.insert(2, layers[3])
    found = regions.candidates(document)
    assert [layer.name for layer in found] == ["Map", "Base"]
    assert found[0] is layers[1] is retouch.map_of(Style(regions="Map"), document)
