"""OpenRaster: ours comes back whole, others see the same picture, theirs are read."""

import io
import json
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from editor import formats
from editor.document.blend import BlendMode
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask
from editor.document.lut import Lut
from editor.document.tiles import TileGrid
from editor.formats import ora_archive
from tests.document.building import random_lut
from tests.formats.samples import assert_same, noise, rich

DEPTHS = [np.uint8, np.uint16]


def saved(document, tmp_path):
    path = tmp_path / "a.ora"
    assert formats.save(document, path) == ()
    return path


def entries(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def archive_of(stack, files=None):
    """The bytes of an archive such as another program writes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        for name, data in (files or {"data/a.png": png(Image.new("RGBA", (4, 3), "red"))}).items():
            if name != "mimetype":
                archive.writestr(name, data)
        archive.writestr("stack.xml", stack)
    return file.getvalue()


def png(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def baseline_picture(path):
    """The picture by the baseline alone, as a program without any knowledge of ours draws it.

    Normal and "atop" only; ``(h, w, 4)``, straight alpha, 0..1.
    """
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read(first) == b"image/openraster"
        image = ElementTree.fromstring(archive.read("stack.xml"))
        size = int(image.get("h")), int(image.get("w"))

        def draw(element):
            canvas = np.zeros((*size, 4))  # premultiplied
            for child in reversed(element):
                if child.get("visibility") == "hidden":
                    continue
                if child.tag == "stack":
                    assert child.get("isolation") == "isolate"
                    above = draw(child)
                else:
                    above = np.zeros_like(canvas)
                    with Image.open(archive.open(child.get("src"))) as layer:
                        pixels = np.asarray(layer.convert("RGBA")) / 255
                    x, y = int(child.get("x")), int(child.get("y"))
                    left, top = max(x, 0), max(y, 0)
                    part = pixels[top - y :, left - x :][: size[0] - top, : size[1] - left]
                    above[top : top + part.shape[0], left : left + part.shape[1]] = part
                    above[..., :3] *= above[..., 3:]
                above = above * float(child.get("opacity"))
                atop = {"svg:src-over": False, "svg:src-atop": True}[child.get("composite-op")]
                result = above * (canvas[..., 3:] if atop else 1) + canvas * (1 - above[..., 3:])
                result[..., 3] = np.where(atop, canvas[..., 3], result[..., 3])
                canvas = result
            return canvas

        canvas = draw(image.find("stack"))
    canvas[..., :3] /= np.maximum(canvas[..., 3:], 1e-9)
    return canvas


def in_normal_mode(document):
    for node in document.root.walk():
        node.mode = BlendMode.NORMAL
    return document


@pytest.mark.parametrize("dtype", DEPTHS)
def test_everything_comes_back(tmp_path, dtype):
    document = rich(dtype)
    back = formats.load(saved(document, tmp_path))
    assert_same(back, document)
    assert back.source.notes == ()


@pytest.mark.parametrize("mode", BlendMode)
def test_every_blend_mode_has_its_name(tmp_path, mode):
    document = Document.from_pixels(noise(np.uint8, 4, 4))
    document.active.mode = mode
    path = saved(document, tmp_path)
    expected = "svg:src-over" if mode is BlendMode.NORMAL else f"svg:{mode.value}"
    stack = entries(path)["stack.xml"].decode()
    assert f'composite-op="{expected}"' in stack
    assert formats.decode(archive_of(stack, {"data/001.png": png(Image.new("RGBA", (4, 4)))}), "a")
    assert formats.load(path).active.mode is mode


@pytest.mark.parametrize("dtype", DEPTHS)
def test_another_program_sees_the_same_picture(tmp_path, dtype):
    document = in_normal_mode(rich(dtype))
    path = saved(document, tmp_path)
    seen = baseline_picture(path)
    with formats.base.flattened(document) as read:
        want = read(document.rect) / document.full
    np.testing.assert_allclose(seen[..., 3], want[..., 3], atol=2.5 / 255)
    shown = want[..., 3] > 0.2
    np.testing.assert_allclose(seen[shown], want[shown], atol=6 / 255)


def test_the_merged_picture_and_the_thumbnail_show_the_document(tmp_path):
    document = Document(Size(1000, 600))
    document.root.insert(0, Layer("red", TileGrid.from_pixels(solid(600, 1000, (255, 0, 0, 255)))))
    document.root.insert(1, Layer("blue", TileGrid.from_pixels(solid(300, 500, (0, 0, 255, 255)))))
    files = entries(saved(document, tmp_path))
    for name, size in (("mergedimage.png", (1000, 600)), ("Thumbnails/thumbnail.png", (256, 154))):
        with Image.open(io.BytesIO(files[name])) as image:
            assert image.size == size
            corners = [(5, 5), (size[0] - 5, size[1] - 5)]
            seen = [image.convert("RGBA").getpixel(corner) for corner in corners]
            assert seen == [(0, 0, 255, 255), (255, 0, 0, 255)]


def solid(h, w, color):
    return np.full((h, w, 4), color, np.uint8)


def test_layers_are_cropped_to_what_is_in_them(tmp_path):
    document = Document(Size(3000, 2000))
    layer = document.new_layer("spot")
    layer.pixels.write(Rect(1234, 567, 30, 20), noise(np.uint8, 20, 30) | 1)
    document.root.insert(0, layer)
    path = saved(document, tmp_path)
    element = ElementTree.fromstring(entries(path)["stack.xml"]).find(".//layer")
    assert (element.get("x"), element.get("y")) == ("1234", "567")
    with Image.open(io.BytesIO(entries(path)[element.get("src")])) as image:
        assert image.size == (30, 20)


def test_alpha_is_stored_where_something_can_be_seen_through(tmp_path):
    document = Document(Size(300, 280))
    paper = Layer("paper", TileGrid.from_pixels(solid(280, 300, (1, 2, 3, 255))))
    spot = Layer("spot", TileGrid.from_pixels(noise(np.uint8, 9, 9)))
    for index, node in enumerate((paper, spot)):
        document.root.insert(index, node)
    kinds = {}
    for visible in (True, False):
        paper.visible = visible
        files = entries(saved(document, tmp_path))
        assert_same(formats.load(tmp_path / "a.ora"), document)
        kinds[visible] = [files[n][25] for n in ("data/001.png", "data/002.png", "mergedimage.png")]
    rgb, rgba = 2, 6
    assert kinds == {True: [rgba, rgb, rgb], False: [rgba, rgb, rgba]}


def test_a_16_bit_document_has_16_bit_layers(tmp_path):
    files = entries(saved(rich(np.uint16), tmp_path))
    assert {data[24] for name, data in files.items() if name.startswith("data/")} == {16}


def test_without_masks_every_layer_is_stored_once(tmp_path):
    document = Document.from_pixels(noise(np.uint8, 40, 40))
    names = entries(saved(document, tmp_path))
    assert sorted(n for n in names if n.endswith(".png") and "/0" in n) == [
        "data/001.png",
        "pentimento/005.png",  # the empty selection
    ]


def test_saving_twice_writes_the_same_bytes(tmp_path):
    assert saved(rich(), tmp_path).read_bytes() == saved(rich(), tmp_path).read_bytes()


def test_what_another_program_changed_counts(tmp_path):
    path = saved(rich(), tmp_path)
    files = entries(path)
    files["stack.xml"] = files["stack.xml"].replace(b'name="outer"', b'name="theirs"')
    path.write_bytes(archive_of(files.pop("stack.xml"), files))
    back = formats.load(path)
    assert [node.name for node in back.root.walk()] == ["Paper & <ink>", "look", "theirs"]
    assert back.selection.is_empty
    assert back.source.notes == (
        "The layers were changed elsewhere: masks, adjustments and recipes are left out.",
    )
    assert back.root.children[1].mode is BlendMode.ATOP, "the adjustment, as a layer"


def test_pixels_that_another_program_changed_count(tmp_path):
    path = saved(rich(), tmp_path)
    files = entries(path)
    stack = ElementTree.fromstring(files["stack.xml"])
    name = stack.find(".//layer[@name='outer']").get("src")
    files[name] = png(Image.new("RGBA", (10, 10), (1, 2, 3, 255)))
    path.write_bytes(archive_of(files.pop("stack.xml"), files))
    top = formats.load(path).root.children[-1]
    assert top.pixels.read(Rect(5, 5, 1, 1)).tolist() == [[[1, 2, 3, 255]]]
    assert top.mask is None


@pytest.mark.parametrize(
    "change",
    [
        {"layers": 3},
        {"layers": [{}]},
        {"size": [0, 0]},
        {"depth": 12},
        {"selection": None},
        {"dpi": "x"},
        {"layers": None},
    ],
)
def test_damage_to_our_own_data_leaves_the_layers(tmp_path, change):
    path = saved(rich(), tmp_path)
    files = entries(path)
    files["pentimento/index.json"] = json.dumps(
        json.loads(files["pentimento/index.json"]) | change
    ).encode()
    path.write_bytes(archive_of(files.pop("stack.xml"), files))
    back = formats.load(path)
    assert [node.name for node in back.root.walk()] == ["Paper & <ink>", "look", "outer"]
    assert len(back.source.notes) == 1


def test_a_newer_version_of_our_data_leaves_the_layers_and_says_so(tmp_path):
    path = saved(rich(), tmp_path)
    files = entries(path)
    index = json.loads(files["pentimento/index.json"]) | {"version": 2}
    files["pentimento/index.json"] = json.dumps(index).encode()
    path.write_bytes(archive_of(files.pop("stack.xml"), files))
    assert "newer version" in formats.load(path).source.notes[0]


FOREIGN = """<?xml version='1.0' encoding='UTF-8'?>
<image version="0.0.5" w="20" h="10" xres="72" yres="72">
 <stack isolation="isolate" name="root">
  <layer name="top" src="data/a.png" x="-2" y="3" opacity="0.5" visibility="hidden"
         composite-op="svg:soft-light" edit-locked="true" color-tag="red"/>
  <stack name="group" opacity="0.25" selected="true" custom="kept">
   <layer src="data/a.png" composite-op="svg:plus" background-tile="data/a.png"/>
  </stack>
  <filter type="blur"/>
  <layer name="bottom" src="data/a.png" x="8"/>
 </stack>
</image>"""


def test_a_file_of_another_program_is_read():
    document = formats.decode(archive_of(FOREIGN), "theirs.ora")
    bottom, group, top = document.root.children
    assert document.size == (20, 10)
    assert document.metadata.dpi == (72, 72)
    assert (top.name, top.opacity, top.visible, top.locked) == ("top", 0.5, False, True)
    assert top.mode is BlendMode.SOFT_LIGHT
    assert top.pixels.content_bounds() == (-2, 3, 4, 3)
    assert bottom.pixels.content_bounds() == (8, 0, 4, 3)
    assert isinstance(group, LayerGroup)
    assert group.opacity == 0.25
    assert document.active is group
    assert [child.mode for child in group.children] == [BlendMode.NORMAL]
    assert document.source.notes == (
        "Something of the kind filter was left out.",
        "The blend mode svg:plus of “” became Normal.",
    )


def test_unknown_attributes_are_written_back(tmp_path):
    document = formats.decode(archive_of(FOREIGN), "theirs.ora")
    again = formats.load(saved(document, tmp_path))
    _, group, top = again.root.children
    assert (top.attributes, group.attributes) == ({"color-tag": "red"}, {"custom": "kept"})
    stack = ElementTree.fromstring(entries(tmp_path / "a.ora")["stack.xml"])
    assert stack.find(".//layer[@color-tag='red']").get("name") == "top"


def test_what_an_attribute_names_in_the_archive_is_not_promised_when_it_is_not_saved():
    document = formats.decode(archive_of(FOREIGN), "theirs.ora")
    assert document.root.children[1].children[0].attributes == {}


@pytest.mark.parametrize(("mode", "said"), [("multiply", 1), ("src-over", 0)])
def test_a_group_that_others_blend_layer_by_layer_is_told_of(mode, said):
    stack = FOREIGN.replace("svg:plus", f"svg:{mode}").replace('<filter type="blur"/>', "")
    stack = stack.replace('opacity="0.25"', 'isolation="auto"')
    notes = formats.decode(archive_of(stack), "a").source.notes
    assert notes == ("The group “group” blends as a whole here.",) * said


@pytest.mark.parametrize("opacity", ["nan", "inf", "-inf", "", "much"])
def test_an_opacity_that_is_no_number_is_full(opacity):
    stack = FOREIGN.replace('opacity="0.25"', f'opacity="{opacity}"')
    assert formats.decode(archive_of(stack), "a").root.children[1].opacity == 1.0


@pytest.mark.parametrize(("opacity", "expected"), [("-3", 0.0), ("7", 1.0), ("0.125", 0.125)])
def test_an_opacity_is_between_0_and_1(opacity, expected):
    stack = FOREIGN.replace('opacity="0.25"', f'opacity="{opacity}"')
    assert formats.decode(archive_of(stack), "a").root.children[1].opacity == expected


def test_one_16_bit_layer_makes_a_16_bit_document():
    stack = FOREIGN.replace('name="bottom" src="data/a.png"', 'name="bottom" src="data/b.png"')
    files = {"data/a.png": png(Image.new("RGBA", (4, 3), (255, 1, 0, 255)))}
    files["data/b.png"] = png(Image.new("I;16", (4, 3), 12345))
    document = formats.decode(archive_of(stack, files), "a")
    bottom, _, top = document.root.children
    assert document.dtype == bottom.pixels.dtype == top.pixels.dtype == np.uint16
    assert bottom.pixels.read(Rect(8, 0, 1, 1))[0, 0].tolist() == [12345, 12345, 12345, 65535]
    assert top.pixels.read(Rect(0, 4, 1, 1))[0, 0].tolist() == [65535, 257, 0, 65535]


def test_a_masked_group_is_one_layer_to_others_and_a_group_to_us(tmp_path):
    document = Document.from_pixels(solid(8, 8, (255, 255, 255, 255)))
    inner = Layer("inner", TileGrid.from_pixels(solid(8, 8, (0, 0, 0, 255))))
    group = LayerGroup("group", [inner])
    group.mask = Mask(TileGrid.from_pixels(np.full((8, 4, 1), 255, np.uint8)))
    document.root.insert(1, group)
    path = saved(document, tmp_path)
    picture = baseline_picture(path)
    assert picture[4, 1].tolist() == [0, 0, 0, 1]
    assert picture[4, 6].tolist() == [1, 1, 1, 1]
    assert_same(formats.load(path), document)


def photo_with(adjustment, dtype=np.uint8):
    pixels = noise(dtype, 100, 120)
    pixels[..., 3] = np.iinfo(dtype).max
    document = Document.from_pixels(pixels)
    document.root.insert(1, adjustment)
    return document


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("mode", [BlendMode.NORMAL, BlendMode.MULTIPLY, BlendMode.LUMINOSITY])
def test_over_an_opaque_picture_an_adjustment_is_a_normal_layer_to_others(tmp_path, mode, dtype):
    """Whatever its blend mode; and its opacity is its strength there too."""
    node = AdjustmentLayer("look", random_lut(np.random.default_rng(1)))
    node.mode, node.opacity = mode, 0.6
    node.mask = Mask(TileGrid.from_pixels(noise(dtype, 50, 60, 1), 20, 10))
    document = photo_with(node, dtype)
    path = saved(document, tmp_path)
    stack = ElementTree.fromstring(entries(path)["stack.xml"])
    (layer,) = stack.findall(".//layer[@name='look']")
    assert (layer.get("composite-op"), layer.get("opacity")) == ("svg:src-over", "0.6")
    assert (layer.get("x"), layer.get("y")) == ("20", "10")  # no larger than its mask
    with formats.base.flattened(document) as read:
        want = read(document.rect) / document.full
    np.testing.assert_allclose(baseline_picture(path), want, atol=1.5 / 255)
    assert_same(formats.load(path), document)


@pytest.mark.parametrize("hidden", ["visible", "mask"])
def test_an_adjustment_that_shows_nothing_shows_nothing_to_others(tmp_path, hidden):
    node = AdjustmentLayer("look", random_lut(np.random.default_rng(1)))
    if hidden == "visible":
        node.visible = False
    else:
        node.mask = Mask(TileGrid(1))
    document = photo_with(node)
    path = saved(document, tmp_path)
    want = document.root.children[0].pixels.read(document.rect) / 255
    np.testing.assert_allclose(baseline_picture(path), want, atol=1e-6)
    assert_same(formats.load(path), document)


def test_an_adjustment_below_everything_is_kept(tmp_path):
    document = photo_with(AdjustmentLayer("above", random_lut(np.random.default_rng(1))))
    document.root.insert(0, AdjustmentLayer("below", random_lut(np.random.default_rng(2))))
    assert_same(formats.load(saved(document, tmp_path)), document)


def test_adjustments_with_the_same_table_share_it(tmp_path):
    node = AdjustmentLayer("look", random_lut(np.random.default_rng(1)))
    document = photo_with(node)
    document.root.insert(2, node.snapshot())
    path = saved(document, tmp_path)
    assert sum(name.endswith(".lut") for name in entries(path)) == 1
    below, above = formats.load(path).root.children[1:]
    assert below.lut is above.lut


@pytest.mark.parametrize(
    "damage",
    [
        {"points": 66},
        {"points": 0},
        {"points": -3},
        {"points": 4},
        {"points": 6},
        {"points": "x"},
        {"points": None},
        {"file": "pentimento/nothing.lut"},
        {"file": "../../etc/passwd"},
        {"file": "stack.xml"},
        {},
    ],
)
def test_a_damaged_table_leaves_the_layers(tmp_path, damage):
    path = saved(photo_with(AdjustmentLayer("look", Lut.identity(5))), tmp_path)
    files = entries(path)
    index = json.loads(files["pentimento/index.json"])
    index["layers"][1]["lut"] |= damage
    files["pentimento/index.json"] = json.dumps(index).encode()
    if not damage:
        name = index["layers"][1]["lut"]["file"]
        files[name] = np.full((5, 5, 5, 3), np.nan, "<f4").tobytes()
    path.write_bytes(archive_of(files.pop("stack.xml"), files))
    back = formats.load(path)
    assert [type(node) for node in back.root.walk()] == [Layer, Layer]
    assert back.source.notes == (
        "A part of it is damaged: masks, adjustments and recipes are left out.",
    )


def test_tables_that_are_large_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(ora_archive, "MAX_TABLES", 5 * 12 * 5**3)
    document = photo_with(AdjustmentLayer("look", Lut.identity(5)))
    for number in range(4):
        twin = document.root.children[1].snapshot()  # shares its table, which counts once
        document.root.insert(2, twin)
        document.root.insert(2, AdjustmentLayer(f"own {number}", Lut.identity(5)))
    assert_same(formats.load(saved(document, tmp_path)), document)
    document.root.insert(2, AdjustmentLayer("one too many", Lut.identity(5)))
    back = formats.load(saved(document, tmp_path))
    assert all(isinstance(node, Layer) for node in back.root.walk())
