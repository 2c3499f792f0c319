import threading
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

import neural.engine
from neural.engine import Engine, shipped_models
from neural.errors import BadOutput, Cancelled, ModelMissing, NeuralError, OutOfMemory
from neural.operations.upscale import Upscale
from neural.progress import Progress
from neural.session import CPU, CUDA, Session
from tests.neural.graphs import CARD, blur, broken, fill, hungry, identity, install, lit, slow
from tests.neural.operations import Through


def noise(h=48, w=64):
    return np.random.default_rng(0).random((h, w, 3), np.float32)


def hole(h=48, w=64):
    mask = np.zeros((h, w), np.float32)
    mask[10:20, 15:40] = 1
    mask[20:22, 15:40] = 0.5
    return mask


def engine(folder, model, device="cpu", **changes):
    install(folder, model, **changes)
    return Engine([folder], device)


def test_pixels_outside_the_mask_come_back_exactly_however_careless_the_network(tmp_path):
    """R1: after one run and after ten."""
    made = engine(tmp_path, fill())
    image, mask = noise(), hole()
    for _ in range(10):
        result = made.run(Through(), image, mask, Progress())
        assert result.changed_outside == 0
        np.testing.assert_array_equal(result.image[mask == 0], noise()[mask == 0])
        assert np.abs(result.image[mask == 1] - 0.5).max() < 1e-6
        image = result.image


def test_the_count_of_changed_pixels_is_a_count(monkeypatch, tmp_path):
    """R1: it would notice."""
    made = engine(tmp_path, fill())
    monkeypatch.setattr(neural.engine.np, "where", lambda condition, yes, no: no)
    result = made.run(Through(), noise(), hole(), Progress())
    assert result.changed_outside == int((hole() == 0).sum())


def test_a_result_says_how_it_came_about(tmp_path):
    made = engine(tmp_path, fill())
    result = made.run(Through(), noise(), hole(), Progress())
    card = made.library.models[0].card
    assert result.cards[0] == card
    assert result.provider == CPU
    assert result.seconds > 0 and result.notes == ()
    assert made.status is not None
    assert (made.status.provider, made.status.why_not_cuda) == (CPU, "")
    assert made.status.ms_per_megapixel == result.ms_per_megapixel > 0


def test_the_same_run_gives_the_same_bytes(tmp_path):
    made = engine(tmp_path, slow(4))
    first = made.run(Through(), noise(), hole(), Progress())
    made.unload()
    again = made.run(Through(), noise(), hole(), Progress())
    np.testing.assert_array_equal(first.image, again.image)


def test_an_input_is_never_written_to(tmp_path):
    image, mask = noise(), hole()
    image.flags.writeable = mask.flags.writeable = False
    engine(tmp_path, fill()).run(Through(), image, mask, Progress())
    np.testing.assert_array_equal(image, noise())


def test_an_empty_mask_is_an_error_in_words(tmp_path):
    with pytest.raises(NeuralError, match="mask is empty"):
        engine(tmp_path, fill()).run(Through(), noise(), hole() * 0, Progress())


def test_a_task_without_a_model_is_unavailable_and_says_why(tmp_path):
    """R29"""
    made = engine(tmp_path, fill())
    assert made.availability("inpaint").card is not None
    (tmp_path / "model.onnx").unlink()
    made.library.refresh()
    answer = made.availability("inpaint")
    assert answer.card is None
    assert "model.onnx (sha256" in answer.reason
    reason = made.availability("denoise").reason
    assert "No model for denoise" in reason
    assert f"denoise-*.onnx and denoise-*.json are expected in {tmp_path}." in reason


def test_a_model_that_fails_to_load_is_not_offered_again(tmp_path):
    """R29"""
    made = engine(tmp_path, fill())
    path = tmp_path / "model.onnx"
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(ModelMissing, match="damaged"):
        made.run(Through(), noise(), hole(), Progress())
    assert "damaged" in made.availability("inpaint").reason


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_bad_answer_on_the_cpu_is_a_failure_not_a_black_picture(tmp_path, value):
    """R14, R24"""
    with pytest.raises(BadOutput):
        engine(tmp_path, broken(value)).run(Through(), noise(), hole(), Progress())


@pytest.mark.parametrize("problem", [BadOutput, OutOfMemory])
def test_a_failure_on_the_graphics_card_is_repeated_on_the_cpu_and_told(
    tmp_path, monkeypatch, problem
):
    """R14, R16: no CUDA here, so a session that says it is on CUDA stands in for one."""

    class OnCuda(Session):
        def __init__(self, card, model, device):
            super().__init__(card, model, "cpu")
            self.provider = CPU if device == "cpu" else CUDA

        def run(self, feeds, token):
            if self.provider == CUDA:
                raise problem("Model failed.")
            return super().run(feeds, token)

    monkeypatch.setattr(neural.engine, "Session", OnCuda)
    made = engine(tmp_path, fill(), "auto")
    result = made.run(Through(), noise(), hole(), Progress())
    assert result.provider == CPU
    assert result.notes == ("Model failed. It was run again on the CPU.",)
    assert np.abs(result.image[hole() == 1] - 0.5).max() < 1e-6


def test_values_that_the_operation_itself_spoils_are_noticed(tmp_path):
    """R14"""

    @dataclass(frozen=True)
    class Spoiling(Through):
        task: ClassVar[str] = "inpaint"

        def __call__(self, network, image, mask, progress):
            return super().__call__(network, image, mask, progress) * np.float32(np.nan)

    with pytest.raises(BadOutput):
        engine(tmp_path, fill()).run(Spoiling(), noise(), hole(), Progress())


def test_cuda_asked_for_and_not_got_is_a_note_on_the_result(tmp_path):
    """R21"""
    made = engine(tmp_path, fill(), "cuda")
    result = made.run(Through(), noise(), hole(), Progress())
    if result.provider == CPU:
        assert made.status is not None
        assert result.notes == (f"Ran on the CPU. {made.status.why_not_cuda}",)
    else:
        assert result.notes == ()


def test_running_out_of_memory_halves_the_tiles_and_finishes(tmp_path):
    """R16"""
    made = engine(tmp_path, hungry(limit=140))
    result = made.run(Through(), noise(300, 200), np.ones((300, 200), np.float32), Progress())
    np.testing.assert_array_equal(result.image, noise(300, 200))
    assert result.notes == ("Worked in tiles of 128 px because memory was short.",)


def test_cancelling_raises_and_the_engine_goes_on(tmp_path):
    """R26"""
    made = engine(tmp_path, slow(200))
    image, mask = noise(256, 256), np.ones((256, 256), np.float32)
    progress = Progress()
    timer = threading.Timer(0.3, progress.token.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        made.run(Through(), image, mask, progress)
    timer.join()
    assert made.run(Through(), noise(), hole(), Progress()).changed_outside == 0


def test_sessions_are_kept_and_the_least_used_one_goes_when_memory_is_short(tmp_path):
    """R20"""
    for name in ("a", "b", "c"):
        install(tmp_path, slow(2 + "abc".index(name)), id=name)
    made = Engine([tmp_path], "cpu", memory_mb=0)
    made.run(Through(), noise(), hole(), Progress(), model="a")
    kept = made._session(made.library.find("inpaint", "a"), "cpu")
    made.run(Through(), noise(), hole(), Progress(), model="a")
    assert made._session(made.library.find("inpaint", "a"), "cpu") is kept
    made.run(Through(), noise(), hole(), Progress(), model="b")
    assert made._session(made.library.find("inpaint", "a"), "cpu") is not kept
    roomy = Engine([tmp_path], "cpu")
    sessions = [roomy._session(roomy.library.find("inpaint", n), "cpu") for n in "abc"]
    assert roomy._session(roomy.library.find("inpaint", "a"), "cpu") is sessions[0]


def test_a_named_model_is_the_one_that_runs(tmp_path):
    install(tmp_path, fill(0.2), id="dark")
    install(tmp_path, fill(0.9), id="light")
    made = Engine([tmp_path], "cpu")
    for name, value in (("dark", 0.2), ("light", 0.9)):
        result = made.run(Through(), noise(), hole(), Progress(), model=name)
        assert result.cards[0].id == name
        assert np.abs(result.image[hole() == 1] - value).max() < 1e-6


def test_an_unmasked_tile_network_blurs_inside_only(tmp_path):
    made = engine(tmp_path, blur())
    result = made.run(Through(), noise(), hole(), Progress())
    assert (result.image != noise()).any(axis=-1)[hole() == 1].all()
    assert result.changed_outside == 0


def test_the_shipped_folder_is_in_the_resources():
    assert shipped_models().name == "models"
    assert (shipped_models().parent / "__init__.py").exists()


def test_identity_keeps_the_hole_as_well(tmp_path):
    result = engine(tmp_path, identity()).run(
        replace(Through(), seed=3), noise(), hole(), Progress()
    )
    np.testing.assert_array_equal(result.image, noise())


def test_a_resizing_runs_the_networks_it_chooses_and_names_them(tmp_path):
    """R39"""
    for scale in (2, 4):
        geometry = replace(CARD.geometry, scale=scale)
        install(tmp_path, lit(scale), id=f"x{scale}", task="upscale", geometry=geometry)
    made, pixels = Engine([tmp_path], "cpu"), np.full((12, 10, 4), 255, np.uint8)
    pixels[..., :3] = (noise(12, 10) * 255).astype(np.uint8)

    def resized(scale, **chosen):
        result = np.zeros((round(12 * scale), round(10 * scale), 4), np.float32)

        def write(box, part):
            result[box.slices] = part

        account = made.resize(Upscale(scale), pixels, write, Progress(), **chosen)
        return [card.id for card in account.cards], result

    for scale, names in ((2.0, ["x2"]), (4.0, ["x4"]), (8.0, ["x2", "x4"])):
        ran, result = resized(scale)
        assert ran == names
        times = int(scale)
        want = pixels.repeat(times, 0).repeat(times, 1) / 255
        np.testing.assert_allclose(result, want, atol=1e-3)
    assert resized(8.0, model="x2")[0] == ["x2"]
    assert made.status.provider == CPU
    with pytest.raises(ModelMissing, match="No model x3 for upscale"):
        resized(2.0, model="x3")
