from dataclasses import replace

import numpy as np
import pytest

from editor import adjust, enlarge, preview, retouch
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.looks import shipped_looks
from editor.preview import FINER, OUT_OF_SIGHT, OperationPreview, middle_of
from neural import looks
from neural.engine import Engine, shipped_models
from neural.errors import NeuralError
from neural.looks import Look
from neural.operations import OPERATIONS
from neural.operations.base import Generating, Resizing
from neural.operations.denoise import Denoise
from neural.operations.enhance import Enhance
from neural.operations.inpaint import Inpaint
from neural.operations.style import Style
from neural.operations.upscale import Upscale
from neural.progress import Progress
from tests.neural.graphs import CARD, blur, install, install_style
from tests.neural.operations import Through
from tests.neural.test_denoise_shipped import scene, with_noise
from tests.test_adjust import PART, brightener, dark
from tests.test_retouch import HOLE, document, engine, photo, upscaler


def noisy(dtype=np.uint8, selected=None):
    """A scene with noise in it; a gray mask over ``selected``."""
    full = np.iinfo(dtype).max
    colors = np.rint(with_noise(scene(288, 368), 20).clip(0, 1) * full)
    pixels = np.dstack([colors, np.full(colors.shape[:2], full)]).astype(dtype)
    made = Document.from_pixels(pixels)
    if selected is not None:
        ramp = np.linspace(full / 8, full, selected.w).astype(dtype)
        made.selection.write(selected, np.tile(ramp[:, None], (selected.h, 1, 1)))
    return made


def after_running(made, operation, engine):
    """What all of the document looks like with the layer that a run makes."""
    answer = retouch.apply(operation, made.snapshot(), engine, Progress())
    after = made.snapshot()
    parent, index = after.place_above_active()
    parent.insert(index, answer.layer)
    return retouch.visible(after, after.rect)


def cut(pixels, rect):
    return pixels[rect.y : rect.bottom, rect.x : rect.right].astype(int)


def pixels_of(preview):
    return retouch.visible(preview.picture, preview.picture.rect).astype(int)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("selected", [None, Rect(60, 30, 250, 220)])
def test_what_is_previewed_is_what_a_run_gives_there(dtype, selected):
    """With the shipped denoiser, whose level is measured in all of the picture, wherever one
    looks: also through a gray mask, which is the strength."""
    made, networks = noisy(dtype, selected), Engine([shipped_models()], "cpu")
    later = after_running(made, Denoise(), networks)
    make = OperationPreview(Denoise(), networks)
    for seen in (Rect(131, 77, 90, 60), Rect(0, 0, 101, 73), Rect(301, 200, 67, 88)):
        shown = make(made, seen, Progress())
        assert shown.rect.contains(seen.intersect(selected or made.rect))
        difference = np.abs(pixels_of(shown) - cut(later, shown.rect)).max()
        assert difference <= made.full / 255
        assert (pixels_of(shown) != cut(retouch.visible(made, made.rect), shown.rect)).any()


def test_a_look_through_a_mask_is_previewed_as_a_run_gives_it():
    """Though the mask begins off the grid of the network, which sees what is near in a preview, and
    everything in a run."""
    made, networks = noisy(selected=Rect(109, 129, 101, 63)), Engine([shipped_models()], "cpu")
    operation = Style((looks.load(shipped_looks() / "07-munch-the-scream.look"),))
    later = after_running(made, operation, networks)
    shown = OperationPreview(operation, networks)(made, made.rect, Progress())
    assert np.abs(pixels_of(shown) - cut(later, shown.rect)).max() <= 1


def test_the_grid_of_a_network_with_strides_is_the_one_of_the_whole(tmp_path):
    geometry = replace(CARD.geometry, multiple_of=8, halo_px=2)
    install(tmp_path, blur(), id="blur-1", geometry=geometry)
    make = OperationPreview(Through(), Engine([tmp_path], "cpu"))
    made = document(photo(), Rect(3, 5, 140, 110))
    shown = make(made, Rect(60, 50, 30, 30), Progress())
    whole = Rect(0, 0, 150, 120)
    assert (shown.rect.x - 16 - whole.x) % 8 == (shown.rect.y - 16 - whole.y) % 8 == 0
    assert shown.rect.contains(Rect(60, 50, 30, 30)) and shown.rect.w < 38
    later = after_running(made, Through(), Engine([tmp_path], "cpu"))
    assert np.abs(pixels_of(shown) - cut(later, shown.rect)).max() <= 1


def test_nothing_of_the_document_is_touched(tmp_path):
    """R34: neither pixels nor layers nor history."""
    made = document(photo())
    made.history.push = None  # whoever would change the document trips over this
    before, selection = made.active.pixels.snapshot(), made.selection.snapshot()
    OperationPreview(Through(), engine(tmp_path))(made, made.rect, Progress())
    assert made.active.pixels.changes_since(before) == {}
    assert made.selection.changes_since(selection) == {}
    assert len(made.root.children) == 1 and made.active.visible


def test_layers_above_are_in_it_as_they_will_be_above_the_result(tmp_path):
    made = document(photo())
    top = made.new_layer("top")
    top.pixels.write(Rect(HOLE.x, HOLE.y, 5, 5), np.full((5, 5, 4), 255, np.uint8))
    made.root.insert(1, top)
    shown = OperationPreview(Through(), engine(tmp_path))(made, made.rect, Progress())
    assert shown.rect == HOLE
    assert (pixels_of(shown)[:5, :5] == 255).all()
    np.testing.assert_array_equal(
        pixels_of(shown), cut(after_running(made, Through(), engine(tmp_path)), HOLE)
    )


def test_a_hole_is_filled_as_a_whole_wherever_one_looks(tmp_path):
    made, networks = document(photo()), engine(tmp_path)
    shown = OperationPreview(Inpaint(), networks)(made, Rect(0, 0, 25, 35), Progress())
    assert shown.rect == HOLE and shown.holds == made.rect and not shown.is_partial
    np.testing.assert_array_equal(
        pixels_of(shown), cut(after_running(made, Inpaint(), networks), HOLE)
    )


@pytest.mark.parametrize("operation", [Inpaint(), Through()])
def test_out_of_sight_is_said(tmp_path, operation):
    make = OperationPreview(operation, engine(tmp_path))
    with pytest.raises(NeuralError, match=OUT_OF_SIGHT):
        make(document(photo()), Rect(100, 90, 20, 20), Progress())


def test_of_a_large_view_only_the_middle_is_computed(tmp_path, monkeypatch):
    monkeypatch.setattr(preview, "LIMIT_PX", 300)
    shown = OperationPreview(Through(), engine(tmp_path))(document(photo()), HOLE, Progress())
    assert shown.is_partial and shown.holds == shown.rect == middle_of(HOLE, 300)
    assert HOLE.contains(shown.rect) and 250 < shown.rect.w * shown.rect.h <= 300
    assert shown.rect.w / shown.rect.h == pytest.approx(HOLE.w / HOLE.h, rel=0.1)


@pytest.mark.parametrize("operation", [Upscale(2.0), Upscale(width=300), Upscale(4.0, wrap=True)])
def test_what_becomes_larger_is_shown_at_its_new_size(tmp_path, operation):
    made, networks = document(photo(), hole=Rect(0, 0, 1, 1)), upscaler(tmp_path)
    seen, times = Rect(40, 30, 50, 20), 2 if operation.scale == 2 else 4
    shown = OperationPreview(operation, networks)(made, seen, Progress())
    assert shown.rect == seen and shown.picture.size == Size(50 * times, 20 * times)
    whole = enlarge.apply(operation, made, networks, Progress()).document
    later = cut(retouch.visible(whole, whole.rect), Rect(*(times * each for each in seen)))
    assert np.abs(pixels_of(shown) - later).max() <= 1


def test_an_adjustment_is_found_once_and_shown_wherever_one_looks(tmp_path, monkeypatch):
    networks, made, runs = brightener(tmp_path), dark(part=PART), []
    layer = adjust.apply(Enhance(0.5), made.snapshot(), networks, Progress()).layer
    later = made.snapshot()
    later.root.insert(1, layer)
    find = adjust.apply
    monkeypatch.setattr(adjust, "apply", lambda *given: runs.append(given) or find(*given))
    make = OperationPreview(Enhance(0.5), networks)
    for seen in (Rect(10, 20, 30, 25), made.rect):
        shown = make(made, seen, Progress())
        assert shown.rect == shown.holds == seen
        expected = cut(retouch.visible(later, later.rect), seen)
        np.testing.assert_array_equal(pixels_of(shown), expected)
    assert len(runs) == 1 and len(made.root.children) == 1


def test_what_is_measured_in_all_of_a_document_is_measured_once(monkeypatch):
    measured = []
    monkeypatch.setattr(
        "neural.operations.denoise.noise_level", lambda image: measured.append(image.shape) or 0.1
    )
    make, made = OperationPreview(Denoise(), Engine([shipped_models()], "cpu")), noisy()
    for x in (0, 100, 200):
        make(made, Rect(x, 0, 20, 20), Progress())
    assert measured == [(288, 368, 3)]
    make(made.snapshot(), Rect(0, 0, 20, 20), Progress())
    assert len(measured) == 2


@pytest.mark.parametrize(
    "kind", [k for k in OPERATIONS if not isinstance(k(), Resizing | Generating)]
)
def test_every_operation_says_what_it_is_on_a_part(kind):
    local = kind().local(lambda: scene())
    assert local is None or type(local) is kind


RED = Look("Red", "look-1", (0.2, 0.0, 0.0), (0.3, 0.2, 0.2, 0.7, 0.6, 0.6))


def grainy(w, h):
    """Noise on a ramp."""
    noise = np.random.default_rng(0).integers(0, 60, (h, w, 4))
    pixels = (noise + np.linspace(40, 190, w)[:, None]).astype(np.uint8)
    pixels[..., 3] = 255
    return Document.from_pixels(pixels)


@pytest.fixture
def painters(tmp_path):
    install_style(tmp_path)
    return Engine([tmp_path], "cpu")


@pytest.mark.parametrize("stroke", [1, 2, 3])
def test_strokes_of_any_size_are_previewed_in_their_place(painters, stroke):
    made = grainy(1500, 1100)
    style = Style((RED,), stroke=stroke)
    later = after_running(made, style, painters)
    shown = OperationPreview(style, painters)(made, Rect(901, 503, 203, 150), Progress())
    assert shown.better is None and shown.holds == (901, 503, 203, 150)
    assert shown.rect.contains(shown.holds)
    part = Rect(*shown.holds)
    at = Rect(part.x - shown.rect.x, part.y - shown.rect.y, part.w, part.h)
    assert np.abs(cut(pixels_of(shown), at) - cut(later, part)).max() <= 1


def test_all_of_a_large_picture_is_shown_small_at_first_and_then_better(painters):
    made = grainy(1300, 900)
    make = OperationPreview(Style((RED,)), painters)
    draft = make(made, made.rect, Progress())
    assert draft.rect == draft.holds == made.rect and not draft.is_partial
    assert draft.picture.size.w * draft.picture.size.h <= preview.DRAFT_PX
    shown = draft.better(made, made.rect, Progress())
    assert shown.rect == shown.holds == made.rect and shown.better is None
    assert shown.picture.size == made.size and shown.notes == ()
    later = after_running(made, Style((RED,)), painters)
    assert np.abs(pixels_of(shown) - later).max() <= 1
    means = [pixels_of(each)[..., :3].mean() for each in (draft, shown)]
    assert abs(means[0] - means[1]) < 3


def test_a_large_picture_whose_strokes_are_large_is_worked_on_small(painters):
    made = grainy(2600, 1800)
    draft = OperationPreview(Style((RED,), stroke=4), painters)(made, made.rect, Progress())
    shown = draft.better(made, made.rect, Progress())
    assert shown.picture.size == (650, 450)
    assert shown.notes == ()


def test_what_will_be_finer_than_it_is_shown_is_said(painters):
    made = grainy(2800, 2000)
    draft = OperationPreview(Style((RED,), stroke=1), painters)(made, made.rect, Progress())
    assert draft.notes == (), "it is there for a moment only"
    assert draft.better(made, made.rect, Progress()).notes == (FINER,)


def test_a_draft_has_the_layers_above_and_the_selection(painters):
    made = grainy(1300, 900)
    below = made.active
    cover = made.new_layer("cover")
    blue = np.full((900, 300, 4), (0, 0, 255, 255), np.uint8)
    cover.pixels.write(Rect(0, 0, 300, 900), blue)
    made.root.insert(1, cover)
    made.activate(below)
    made.selection.write(Rect(0, 0, 700, 900), np.full((900, 700, 1), 255, np.uint8))
    draft = OperationPreview(Style((RED,)), painters)(made, made.rect, Progress())
    times = draft.rect.w / draft.picture.size.w
    assert draft.rect.right in range(696, 705) and draft.better is not None
    covered = pixels_of(draft)[:, : int(300 / times) - 1]
    assert (covered == (0, 0, 255, 255)).all()
