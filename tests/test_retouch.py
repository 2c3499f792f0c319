import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from editor import enlarge, retouch
from editor.document.adjustment import add_adjustment
from editor.document.compositor import Compositor
from editor.document.document import Document, Metadata
from editor.document.geometry import Rect
from editor.document.layer import Layer, LayerGroup
from editor.document.lut import Lut, lattice
from editor.document.tiles import TileGrid
from neural.engine import Engine
from neural.errors import Cancelled, NeuralError
from neural.image import Box
from neural.operations.upscale import Upscale
from neural.progress import Progress
from tests.neural.graphs import CARD, doubled, fill, identity, install
from tests.neural.operations import Through

HOLE = Rect(20, 30, 40, 25)


def photo(h=120, w=150, dtype=np.uint8, alpha=None):
    full = np.iinfo(dtype).max
    pixels = np.random.default_rng(0).integers(0, full, (h, w, 4), dtype, endpoint=True)
    pixels[..., 3] = full if alpha is None else alpha
    return pixels


def document(pixels, hole=HOLE, soft=False):
    made = Document.from_pixels(pixels)
    mask = np.full((hole.h, hole.w, 1), made.full, pixels.dtype)
    if soft:
        mask[:3] = mask[-3:] = made.full // 3
    made.selection.write(hole, mask)
    return made


def engine(folder, model=None):
    install(folder, model or fill(0.5), id="fill-1")
    return Engine([folder], "cpu")


def upscaler(folder):
    geometry = replace(CARD.geometry, scale=2, halo_px=2)
    install(folder, doubled(), id="double-1", task="upscale", geometry=geometry)
    return Engine([folder], "cpu")


def outside(document):
    return document.selection.read(document.rect)[..., 0] == 0


def with_layer(document, made):
    parent, index = document.place_above_active()
    parent.insert(index, made.layer)
    compositor = Compositor(document)
    try:
        return compositor.render(document.rect)
    finally:
        compositor.close()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("soft", [False, True])
def test_pixels_outside_the_mask_are_byte_identical_after_ten_runs(tmp_path, dtype, soft):
    """R1: in the document's own depth, seen through the compositor."""
    pixels, made = photo(dtype=dtype), engine(tmp_path)
    edited = document(pixels, soft=soft)
    for _ in range(10):
        answer = retouch.apply(Through(), edited.snapshot(), made, Progress())
        assert answer.changed_outside == 0
        picture = with_layer(edited, answer)
        edited.activate(answer.layer)
        np.testing.assert_array_equal(picture[outside(edited)], pixels[outside(edited)])
    inside = picture[HOLE.y + 5 : HOLE.bottom - 5, HOLE.x : HOLE.right, :3]
    assert np.abs(inside / np.iinfo(dtype).max - 0.5).max() < 0.003


@pytest.mark.parametrize("active", ["the adjustment", "the photo below it"])
def test_what_an_adjustment_shows_outside_the_mask_stays_byte_identical(tmp_path, active):
    """R1: the network sees what is visible up to the active layer, adjusted or not."""
    pixels = photo()
    edited = document(pixels)
    selection = edited.selection.snapshot()
    edited.selection.replace(TileGrid(1))
    add_adjustment(edited, Lut(1 - lattice(2)), "Negative")
    edited.selection.replace(selection)
    edited.activate(edited.root.children[active == "the adjustment"])
    answer = retouch.apply(Through(), edited.snapshot(), engine(tmp_path), Progress())
    assert answer.changed_outside == 0
    picture = with_layer(edited, answer)[..., :3]
    np.testing.assert_array_equal(picture[outside(edited)], 255 - pixels[outside(edited)][:, :3])


def test_a_soft_mask_mixes_once(tmp_path):
    """R2, R3: a third of the mask is a third of the way, in the layer's mask and nowhere else."""
    pixels, edited = photo(), document(photo(), soft=True)
    answer = retouch.apply(Through(), edited.snapshot(), engine(tmp_path), Progress())
    cut = pixels[HOLE.y : HOLE.bottom, HOLE.x : HOLE.right, :3].astype(float)
    np.testing.assert_allclose(answer.picture[:3, :, :3], cut[:3] + (127.5 - cut[:3]) / 3, atol=1.5)
    np.testing.assert_allclose(answer.picture[3:-3, :, :3], 127.5, atol=1)


def test_sixteen_bits_stay_sixteen_bits(tmp_path):
    pixels = photo(dtype=np.uint16)
    answer = retouch.apply(
        Through(), document(pixels).snapshot(), engine(tmp_path, identity()), Progress()
    )
    assert answer.layer.pixels.dtype == answer.picture.dtype == np.uint16
    cut = pixels[HOLE.y : HOLE.bottom, HOLE.x : HOLE.right]
    np.testing.assert_array_equal(answer.picture, cut)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_value_survives_the_way_there_and_back(dtype):
    values = np.arange(np.iinfo(dtype).max + 1, dtype=dtype).reshape(-1, 16)
    pixels = np.stack([values, values[::-1], values, np.full_like(values, 9)], axis=-1)
    image = retouch.to_network(pixels)
    assert image.dtype == np.float32 and image.min() == 0 and image.max() == 1
    np.testing.assert_array_equal(retouch.from_network(image, pixels), pixels)


def test_a_result_beyond_the_range_is_cut_not_wrapped():
    pixels = photo(2, 2)
    image = np.full((2, 2, 3), 1.4, np.float32)
    image[0] = -0.2
    back = retouch.from_network(image, pixels)
    assert back[0, :, :3].max() == 0 and back[1, :, :3].min() == 255


def test_the_layer_is_masked_by_the_mask_that_was_used_and_names_its_seed(tmp_path):
    """R33, R40"""
    edited = document(photo(), soft=True)
    answer = retouch.apply(Through(seed=5), edited.snapshot(), engine(tmp_path), Progress())
    assert answer.layer.name == "Through · seed 5"
    mask = answer.layer.mask
    assert mask is not None
    np.testing.assert_array_equal(mask.grid.read(edited.rect), edited.selection.read(edited.rect))
    assert answer.rect == HOLE


def test_the_recipe_is_enough_to_make_the_layer_again_byte_by_byte(tmp_path):
    """R39"""
    made, edited = engine(tmp_path), document(photo())
    answer = retouch.apply(Through(seed=5, margin_px=3), edited.snapshot(), made, Progress())
    recipe = answer.layer.recipe
    assert recipe is not None
    card = made.library.models[0].card
    assert (recipe["model"], recipe["sha256"], recipe["version"]) == (
        card.id,
        card.sha256,
        card.version,
    )
    assert recipe["operation"] == "inpaint"
    assert recipe["provider"] == "CPUExecutionProvider"
    assert recipe["changed_outside"] == answer.changed_outside == 0
    again = retouch.apply(
        Through(**recipe["parameters"]), edited.snapshot(), made, Progress(), recipe["model"]
    )
    np.testing.assert_array_equal(again.picture, answer.picture)


def test_alpha_is_kept_and_hidden_colors_reach_neither_network_nor_file(tmp_path):
    """R9: opaque stays opaque, transparent stays transparent, the rest stays what it was."""
    alpha = np.full((120, 150), 255, np.uint8)
    alpha[:, 40:50], alpha[:, 50:] = 128, 0
    pixels = photo(alpha=alpha)
    edited = document(pixels)
    answer = retouch.apply(Through(), edited.snapshot(), engine(tmp_path), Progress())
    cut = pixels[HOLE.y : HOLE.bottom, HOLE.x : HOLE.right]
    np.testing.assert_array_equal(answer.picture[..., 3], cut[..., 3])
    picture = with_layer(edited, answer)
    np.testing.assert_array_equal(picture[..., 3], alpha)
    assert answer.changed_outside == 0
    gone = outside(edited)
    shown = pixels[..., 3] > 0
    np.testing.assert_array_equal(picture[gone & shown], pixels[gone & shown])


def test_what_is_half_transparent_takes_the_new_colors_and_stays_half_transparent(tmp_path):
    """R9, with the layer in its place: it replaces colors, and adds nothing to the alpha."""
    pixels = photo(alpha=77)
    edited = document(pixels)
    answer = retouch.apply(Through(), edited.snapshot(), engine(tmp_path), Progress())
    picture = with_layer(edited, answer)
    assert (picture[..., 3] == 77).all()
    inside = HOLE.y + 12, HOLE.x + 20
    np.testing.assert_allclose(picture[inside][:3], answer.picture[12, 20, :3], atol=1)
    assert np.abs(picture[inside][:3].astype(int) - pixels[inside][:3]).max() > 2


def test_a_network_sees_the_colors_around_instead_of_hidden_ones():
    """R9: a bright color under alpha 0 would leave a fringe."""
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[..., :3] = (255, 0, 255)
    pixels[8:24, 8:24] = (40, 80, 120, 255)
    image = retouch.to_network(pixels)
    np.testing.assert_allclose(
        image, np.broadcast_to(np.array([40, 80, 120]) / 255, image.shape), atol=1e-6
    )


def test_a_mask_over_nothing_but_transparency_is_refused(tmp_path):
    alpha = np.full((120, 150), 0, np.uint8)
    with pytest.raises(NeuralError, match="Everything under the mask is transparent"):
        retouch.apply(
            Through(), document(photo(alpha=alpha)).snapshot(), engine(tmp_path), Progress()
        )


def test_an_empty_mask_is_refused_in_words(tmp_path):
    made = Document.from_pixels(photo())
    with pytest.raises(NeuralError, match="mask is empty: paint over"):
        retouch.apply(Through(), made.snapshot(), engine(tmp_path), Progress())
    made.selection.write(Rect(500, 500, 10, 10), np.full((10, 10, 1), 255, np.uint8))
    with pytest.raises(NeuralError, match="mask is empty"):
        retouch.apply(Through(), made.snapshot(), engine(tmp_path), Progress())


def test_an_operation_that_needs_no_mask_takes_the_whole_canvas(tmp_path):
    class Whole(Through):
        needs_mask = False

    made = Document.from_pixels(photo())
    answer = retouch.apply(Whole(), made.snapshot(), engine(tmp_path, identity()), Progress())
    assert answer.rect == made.rect
    np.testing.assert_array_equal(answer.picture, photo())


def test_a_mask_that_is_the_strength_reaches_the_network_and_is_not_mixed_in_again(tmp_path):
    class Driven(Through):
        mask_is_strength = True

    made = document(photo(), soft=True)
    answer = retouch.apply(Driven(), made.snapshot(), engine(tmp_path), Progress())
    given = photo()[HOLE.y : HOLE.y + 3, HOLE.x : HOLE.x + HOLE.w, 0].astype(float)
    third = 0.98 * given + (127.5 - 0.98 * given) * made.full // 3 / made.full
    np.testing.assert_allclose(answer.picture[:3, :, 0], third, atol=1.5)
    assert answer.layer.mask is not None
    assert np.unique(answer.layer.mask.grid.read(made.rect)).tolist() == [0, made.full]
    assert answer.changed_outside == 0


def test_only_the_context_that_was_asked_for_is_seen(tmp_path):
    seen = []

    class Looking(Through):
        def __call__(self, network, image, mask, progress):
            seen.append((image.shape, int((mask > 0).sum())))
            return super().__call__(network, image, mask, progress)

    operation = Looking(margin_px=7)
    assert operation.context(Box(*HOLE), 150, 120) == Box(13, 23, 54, 39)
    retouch.apply(operation, document(photo()).snapshot(), engine(tmp_path), Progress())
    assert seen == [((39, 54, 3), HOLE.w * HOLE.h)]


def test_layers_above_the_active_one_are_not_painted_into_the_result(tmp_path):
    """They go on top of it as well: what is seen is the active layer and what is below."""
    edited = document(photo())
    below = edited.active
    red = np.zeros((120, 150, 4), np.uint8)
    red[...] = (255, 0, 0, 255)
    group = LayerGroup("group", [Layer("red", TileGrid.from_pixels(red))])
    edited.root.insert(1, group)
    edited.activate(below)
    answer = retouch.apply(Through(), edited.snapshot(), engine(tmp_path, identity()), Progress())
    cut = photo()[HOLE.y : HOLE.bottom, HOLE.x : HOLE.right]
    np.testing.assert_array_equal(answer.picture, cut)
    assert group.visible


def test_the_document_itself_is_not_touched(tmp_path):
    """R26: whatever happens on the way."""
    edited = document(photo())
    before = edited.active.pixels.snapshot()
    retouch.apply(Through(), edited.snapshot(), engine(tmp_path), Progress())
    assert edited.active.pixels.changes_since(before) == {}
    assert len(edited.root.children) == 1
    assert edited.history.commands == ()


def test_what_was_run_with_a_gray_mask_is_run_again_with_it_as_long_as_it_is_there(tmp_path):
    class Driven(Through):
        mask_is_strength = True

    made = document(photo(), soft=True)
    gray = made.selection.snapshot()
    answer = retouch.apply(Driven(), made.snapshot(), engine(tmp_path), Progress())
    made.root.insert(1, answer.layer)
    made.activate(answer.layer)
    again = made.snapshot()
    retouch.rewind(Driven(), again)
    assert not again.active.visible
    assert again.selection.changes_since(gray) == {}
    made.selection.replace(TileGrid(1))
    again = made.snapshot()
    retouch.rewind(Driven(), again)
    assert again.selection.content_bounds() == HOLE


def test_changes_outside_the_mask_are_counted_in_the_picture_itself(tmp_path, monkeypatch):
    """R1: a result layer without its mask and with wrong pixels would be found out."""
    edited = document(photo())
    spoiled = retouch.from_network

    def careless(image, like):
        pixels = spoiled(image, like)
        pixels[..., :3] = 255 - pixels[..., :3]
        return pixels

    monkeypatch.setattr(retouch, "from_network", careless)
    monkeypatch.setattr(retouch, "Mask", lambda grid: None)
    edited.selection.write(Rect(25, 35, 5, 5), np.zeros((5, 5, 1), np.uint8))
    answer = retouch.apply(Through(), edited.snapshot(), engine(tmp_path), Progress())
    assert answer.changed_outside == 25


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_resizes_makes_a_document_of_the_same_kind(tmp_path, dtype):
    """R9, R10, R12"""
    pixels = photo(dtype=dtype)
    full = np.iinfo(dtype).max
    pixels[:, :50, 3], pixels[:, 50:90, 3] = 0, full // 2
    metadata = Metadata(profile=b"profile", exif=b"exif", dpi=(300.0, 300.0))
    given = Document.from_pixels(pixels, metadata=metadata)
    answer = enlarge.apply(Upscale(2.0), given.snapshot(), upscaler(tmp_path), Progress())
    made = answer.document
    assert (made.size.w, made.size.h, made.dtype) == (300, 240, np.dtype(dtype))
    assert made.metadata == metadata
    found = made.active.pixels.read(made.rect)
    np.testing.assert_array_equal(found[:, 190:, :3], pixels[:, 95:, :3].repeat(2, 0).repeat(2, 1))
    assert (found[:, :90, 3] == 0).all()
    assert (found[:, 190:, 3] == full).all()
    assert (found[found[..., 3] == 0] == 0).all()
    assert made.active.recipe["operation"] == "upscale"
    assert made.active.recipe["parameters"]["scale"] == 2.0
    assert made.active.recipe["sha256"] == answer.account.cards[0].sha256


def test_r39_every_network_that_ran_is_named_in_the_recipe(tmp_path):
    geometry = replace(CARD.geometry, scale=4)
    other = install(tmp_path, doubled(4), id="four-1", task="upscale", geometry=geometry)
    given = Document.from_pixels(photo(20, 30))
    answer = enlarge.apply(Upscale(8.0), given.snapshot(), upscaler(tmp_path), Progress())
    recipe = answer.document.active.recipe
    assert recipe["model"] == "double-1"
    assert recipe["others"] == [{"model": "four-1", "version": "1.0.0", "sha256": other.sha256}]


@pytest.mark.parametrize("scale", [2.0, 3.3])
def test_r9_no_fringe_around_what_is_cut_out(tmp_path, scale):
    """On white it looks as it would if the picture had gone on beyond its edge."""
    geometry = replace(CARD.geometry, scale=2, halo_px=2)
    install(tmp_path, doubled(mode="linear"), id="soft-1", task="upscale", geometry=geometry)
    y, x = np.mgrid[:110, :120]
    waves = [np.sin(x / 17), np.cos(y / 23), np.sin((x + y) / 29)]
    pixels = np.dstack([128 + 90 * wave for wave in waves] + [np.full_like(x, 255)])
    cut_out = pixels.copy()
    cut_out[(x - 60) ** 2 + (y - 55) ** 2 > 40**2] = 0
    engine, seen = Engine([tmp_path], "cpu"), []
    for each in (pixels, cut_out):
        given = Document.from_pixels(each.astype(np.uint8))
        made = enlarge.apply(Upscale(scale), given, engine, Progress()).document
        seen.append(retouch.visible(made, made.rect) / 255)
    alpha = seen[1][..., 3:]
    assert ((alpha > 0) & (alpha < 1)).any()
    on_white = [rgb2lab(alpha * each[..., :3] + 1 - alpha) for each in seen]
    assert deltaE_ciede2000(*on_white).max() <= 2


def test_r12_a_picture_that_would_be_too_large_is_refused_before_any_work(tmp_path):
    given = Document.from_pixels(photo(3000, 4000))
    with pytest.raises(NeuralError, match="32000 × 24000 px is more than 300 megapixels"):
        enlarge.apply(Upscale(8.0), given, Engine([tmp_path], "cpu"), Progress())


def test_r26_cancelling_stops_between_two_tiles(tmp_path):
    geometry = replace(CARD.geometry, scale=2, preferred_tile=32)
    install(tmp_path, doubled(), id="double-1", task="upscale", geometry=geometry)
    seen, progress = [], Progress()

    def report(fraction, text):
        seen.append(text)
        if text.startswith("tile 3 "):
            progress.token.cancel()

    progress = Progress(report)
    given = Document.from_pixels(photo(200, 200))
    with pytest.raises(Cancelled):
        enlarge.apply(Upscale(2.0), given, Engine([tmp_path], "cpu"), progress)
    assert seen[-1].startswith("tile 3 ")


def test_nothing_can_be_enlarged_in_words(tmp_path):
    empty = Document.from_pixels(photo(alpha=0))
    with pytest.raises(NeuralError, match="picture is transparent"):
        enlarge.apply(Upscale(), empty.snapshot(), upscaler(tmp_path), Progress())


@pytest.mark.parametrize("alpha", [255, 0])
def test_a_giant_result_takes_less_than_three_times_its_memory(tmp_path, alpha):
    """R19"""
    geometry = replace(CARD.geometry, scale=2, halo_px=2, preferred_tile=192)
    install(tmp_path, doubled(), id="double-1", task="upscale", geometry=geometry)
    pixels = photo(1500, 1600)
    pixels[:, :300, 3] = alpha
    given, engine = Document.from_pixels(pixels), Engine([tmp_path], "cpu")
    del pixels
    tracemalloc.start()
    try:
        answer = enlarge.apply(Upscale(2.0), given, engine, Progress())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * 4 * answer.document.size.w * answer.document.size.h
