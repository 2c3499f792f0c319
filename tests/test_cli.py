import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from editor import formats, paths, retouch
from editor.cli import main, retouching
from editor.cli.console import with_progress
from neural.errors import Cancelled
from neural.library import Library
from neural.operations.upscale import Upscale
from neural.session import Session
from tests.neural.graphs import CARD, blur, fill, install, slow
from tests.neural.operations import Through
from tests.test_retouch import upscaler

MODEL = "fill-1"


@pytest.fixture
def model():
    """An imported network that fills with gray."""
    return install(paths.models(), fill(0.5), id=MODEL)


@pytest.fixture
def files(tmp_path):
    """A photo with a hole painted white in its mask."""
    folder = tmp_path / "Ünïcødé 图 folder"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (90, 130, 3), np.uint8)
    mask = np.zeros((90, 130), np.uint8)
    mask[30:50, 40:70] = 255
    Image.fromarray(pixels).save(folder / "photo.png")
    Image.fromarray(mask).save(folder / "mask.png")
    return folder


def apply(folder, *more, output="out.png", image="photo.png", mask="mask.png"):
    given = ["apply", "inpaint", str(folder / image), "-o", str(folder / output), "--model", MODEL]
    return main([*given, *(["--mask", str(folder / mask)] if mask else []), *more])


def read(path):
    return np.asarray(Image.open(path))


def fails(capsys, code, folder, words):
    """One sentence on standard error, nothing on standard output, no output file."""
    assert code == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.startswith("pentimento: ") and captured.err.count("\n") == 1
    assert captured.err.endswith(".\n")
    assert [p.name for p in folder.iterdir() if p.name.startswith(("out", "."))] == []


def test_apply_replaces_what_is_white_and_not_a_byte_else(files, model, capsys):
    """R1, R30"""
    assert apply(files) == 0
    before, after, mask = (read(files / f"{name}.png") for name in ("photo", "out", "mask"))
    np.testing.assert_array_equal(after[mask == 0], before[mask == 0])
    assert (after != before).any(axis=-1)[mask > 0].all()
    assert "0 px changed outside the mask" in capsys.readouterr().out


def test_json_is_one_object_about_the_result(files, model, capsys):
    assert apply(files, "--json", "--seed", "7", "--device", "cpu") == 0
    captured = capsys.readouterr()
    facts = json.loads(captured.out)
    assert captured.err == ""
    assert facts["model"] == MODEL and facts["sha256"] == model.sha256
    assert facts["provider"] == "CPUExecutionProvider"
    assert (facts["width"], facts["height"]) == (130, 90)
    assert facts["changed_outside"] == 0 and facts["notes"] == []
    assert facts["seconds"] > 0
    assert facts["parameters"]["seed"] == 7
    assert facts["output"] == str(files / "out.png")


def test_a_layered_output_has_the_result_as_a_masked_layer_with_its_recipe(files, model):
    """R38, R40"""
    assert apply(files, "--seed", "3", output="out.ora") == 0
    document = formats.load(files / "out.ora")
    names = [node.name for node in document.root.children]
    assert names == ["Background", "Inpaint · seed 3"]
    layer = document.root.children[1]
    assert layer.mask is not None and layer.recipe["model"] == MODEL
    picture = retouch.visible(document, document.rect)
    mask = read(files / "mask.png")
    np.testing.assert_array_equal(picture[mask == 0, :3], read(files / "photo.png")[mask == 0])


def test_the_same_command_gives_the_same_bytes(files, model):
    """R39"""
    assert apply(files, output="out-1.png") == apply(files, output="out-2.png") == 0
    assert (files / "out-1.png").read_bytes() == (files / "out-2.png").read_bytes()


def test_sixteen_bits_and_colors_under_transparency_come_back_as_they_were(files, model):
    """R1, R9"""
    pixels = np.random.default_rng(1).integers(0, 65536, (90, 130, 4), np.uint16)
    pixels[..., 3] = np.where(np.arange(130) < 100, 65535, 0)
    document = formats.Document.from_pixels(pixels)
    formats.save(document, files / "deep.png")
    assert apply(files, image="deep.png") == 0
    after = formats.load(files / "out.png")
    assert after.dtype == np.uint16
    outside = read(files / "mask.png") == 0
    got = retouch.visible(after, after.rect)
    np.testing.assert_array_equal(got[outside], pixels[outside])
    np.testing.assert_array_equal(got[..., 3], pixels[..., 3])


@pytest.mark.parametrize("mode", ["L", "1", "RGB", "RGBA", "P"])
def test_a_mask_may_be_of_any_kind(files, model, mode):
    mask = Image.open(files / "mask.png")
    if mode == "RGBA":  # white on nothing
        white = Image.new("RGBA", mask.size, (255, 255, 255, 0))
        white.putalpha(mask)
        white.save(files / "other.png")
    else:
        mask.convert(mode).save(files / "other.png")
    assert apply(files) == 0
    assert apply(files, mask="other.png", output="out2.png") == 0
    np.testing.assert_array_equal(read(files / "out.png"), read(files / "out2.png"))


def test_what_resizes_writes_the_larger_picture_and_takes_no_mask(files, monkeypatch, capsys):
    monkeypatch.setattr(retouching, "OPERATIONS", (Upscale,))
    upscaler(paths.models())
    words = ["apply", "upscale", str(files / "photo.png"), "-o", str(files / "out.png")]
    assert main([*words, "--set", "scale=1.5", "--model", "double-1", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["width"], facts["height"]) == (195, 135)
    assert read(files / "out.png").shape == (135, 195, 3)
    assert facts["model"] == "double-1" and facts["others"] == []
    with pytest.raises(SystemExit):
        main([*words, "--mask", str(files / "mask.png")])
    assert "takes no mask" in capsys.readouterr().err


def test_a_mask_without_anything_white_is_refused(files, capsys):
    Image.new("L", (130, 90)).save(files / "black.png")
    words = "The mask is empty: nothing in black.png is white."
    fails(capsys, apply(files, mask="black.png"), files, words)


def test_upscaling_keeps_profile_and_exif_and_takes_a_side_in_pixels(files, capsys):
    """R10, R11, R12, R39"""
    upscaler(paths.models())
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "a photo", 6  # description; lying on its side
    given = Image.open(files / "photo.png").convert("RGB")
    given.save(files / "tagged.jpg", icc_profile=profile, exif=exif)
    words = ["apply", "upscale", str(files / "tagged.jpg"), "-o", str(files / "out.png")]
    words += ["--set", "width=300", "--set", "crisp=0.3", "--model", "double-1", "--json"]
    assert main(words) == 0
    facts = json.loads(capsys.readouterr().out)
    with Image.open(files / "out.png") as made:
        assert made.size == (facts["width"], facts["height"]) == (300, round(130 * 300 / 90))
        assert made.info["icc_profile"] == profile
        assert made.getexif()[0x010E] == "a photo"
        assert made.getexif().get(0x0112, 1) == 1
    assert "no crisp weights" in facts["notes"][0]
    assert len(facts["sha256"]) == 64


def test_upscaling_without_weights_says_which_file_is_expected(files, monkeypatch, capsys):
    """R29"""
    monkeypatch.setattr(retouching, "shipped_models", lambda: files / "none")
    words = ["apply", "upscale", str(files / "photo.png"), "-o", str(files / "out.png")]
    words_expected = "upscale-*.onnx and upscale-*.json are expected in"
    fails(capsys, main(words), files, words_expected)


def test_without_a_mask_the_whole_picture_is_worked_on_and_nothing_is_outside(
    files, monkeypatch, capsys
):
    class Whole(Through):
        needs_mask = False

    monkeypatch.setattr(retouching, "OPERATIONS", (Whole,))
    install(paths.models(), blur(), id=MODEL)
    assert apply(files, "--json", mask=None) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["changed_outside"] == 0
    assert (read(files / "out.png") != read(files / "photo.png")).any(axis=-1).mean() > 0.9


def test_a_lossy_output_says_so(files, model, capsys):
    assert apply(files, output="out.jpg") == 0
    assert "note: .jpg is lossy" in capsys.readouterr().err


def test_cuda_that_is_not_there_is_said(files, model, capsys):
    """R21"""
    assert apply(files, "--device", "cuda", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    if facts["provider"] == "CPUExecutionProvider":
        assert facts["notes"][0].startswith("Ran on the CPU. ")


def test_a_mask_of_another_size_is_a_failure(files, model, capsys):
    Image.new("L", (50, 40), 255).save(files / "mask.png")
    words = "mask.png is 50 × 40 pixels, but the picture is 130 × 90"
    fails(capsys, apply(files), files, words)


def test_an_empty_mask_is_a_failure(files, model, capsys):
    Image.new("L", (130, 90), 0).save(files / "mask.png")
    fails(capsys, apply(files), files, "mask is empty")
    fails(capsys, apply(files, mask=None), files, "mask is empty")


def test_a_missing_file_is_a_failure(files, model, capsys):
    fails(capsys, apply(files, image="none.png"), files, "none.png could not be opened")
    fails(capsys, apply(files, mask="none.png"), files, "none.png could not be opened")


def test_a_broken_file_is_a_failure(files, model, capsys):
    (files / "bad.png").write_bytes((files / "photo.png").read_bytes()[:200])
    fails(capsys, apply(files, image="bad.png"), files, "bad.png")


def test_a_suffix_that_cannot_be_written_is_a_failure_before_any_work(files, model, capsys):
    fails(capsys, apply(files, output="out.xyz"), files, "out.xyz")


def test_a_folder_that_is_not_there_is_a_failure(files, model, capsys):
    fails(capsys, apply(files, output="none/out.png"), files, "out.png could not be saved")


def test_a_model_that_is_not_there_is_a_failure(files, capsys):
    """R29"""
    fails(capsys, apply(files), files, "No model fill-1 for inpaint can be used")


def test_a_damaged_model_is_a_failure_that_names_file_and_hash(files, model, capsys):
    """R29"""
    path = paths.models() / model.file
    path.write_bytes(path.read_bytes()[::-1])
    code = apply(files)
    fails(capsys, code, files, f"expected {model.bytes} bytes with sha256 {model.sha256}")


def test_a_failed_run_leaves_an_older_output_as_it_was(files, model, capsys):
    (files / "out.png").write_bytes(b"older")
    Image.new("L", (130, 90), 0).save(files / "mask.png")
    assert apply(files) == 1
    assert (files / "out.png").read_bytes() == b"older"


@pytest.mark.parametrize(
    "arguments",
    [
        ["apply"],
        ["apply", "unheard-of", "a.png", "-o", "b.png"],
        ["apply", "inpaint", "a.png"],
        ["apply", "inpaint", "a.png", "-o", "b.png", "--set", "nothing=3"],
        ["apply", "inpaint", "a.png", "-o", "b.png", "--set", "seed"],
        ["apply", "inpaint", "a.png", "-o", "b.png", "--seed", "many"],
        ["apply", "inpaint", "a.png", "-o", "b.png", "--seed", "-5"],
        ["apply", "inpaint", "a.png", "-o", "b.png", "--reference", "c.png"],
        ["apply", "inpaint", "a.png", "-o", "b.png", "--device", "abacus"],
        ["models"],
        ["models", "sing"],
        ["convert", "a.png"],
        ["info"],
        ["--nonsense"],
    ],
)
def test_wrong_usage_is_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == "" and "usage: pentimento" in captured.err


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert not caught.value.code
    assert capsys.readouterr().out.startswith("pentimento 0.")


def test_operations_are_listed_with_ranges_and_models(model, capsys):
    assert main(["operations"]) == 0
    text = capsys.readouterr().out
    assert "inpaint: Inpaint (needs a mask)" in text
    assert "--set seed=0 (0 to " in text and f"--model {MODEL}" in text
    assert main(["operations", "--json"]) == 0
    (inpaint, *_) = json.loads(capsys.readouterr().out)["operations"]
    assert inpaint["name"] == "inpaint" and inpaint["needs_mask"] is True
    seed = next(each for each in inpaint["parameters"] if each["name"] == "seed")
    assert (seed["type"], seed["default"], seed["min"]) == ("int", 0, 0)
    assert {"id": MODEL, "usable": True, "problem": ""} in inpaint["models"]


def test_models_are_listed_with_hash_license_and_metrics(model, capsys):
    (paths.models() / "stray.onnx").write_bytes(b"x")
    assert main(["models", "list"]) == 0
    text = capsys.readouterr().out
    assert model.sha256 in text and "license Apache-2.0" in text
    assert "stray.onnx has no card and is not used." in text
    assert main(["models", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    (facts,) = [each for each in listed["models"] if each["id"] == MODEL]
    assert facts["sha256"] == model.sha256 and facts["usable"] is True
    assert listed["problems"] == ["stray.onnx has no card and is not used."]


def test_sound_models_verify_and_a_damaged_one_fails(model, capsys):
    """R31"""
    assert main(["models", "verify"]) == 0
    assert f"{MODEL}: sound" in capsys.readouterr().out
    path = paths.models() / model.file
    path.write_bytes(path.read_bytes()[::-1])
    assert main(["models", "verify"]) == 1
    assert "damaged" in capsys.readouterr().err


def test_an_imported_model_can_be_used_at_once(files, tmp_path, capsys):
    """R28"""
    install(tmp_path / "elsewhere", fill(0.5), id=MODEL)
    assert main(["models", "import", str(tmp_path / "elsewhere" / f"{MODEL}.onnx")]) == 0
    assert apply(files) == 0


def test_a_model_that_is_refused_leaves_nothing(tmp_path, capsys):
    """R28, R31"""
    card = install(tmp_path / "elsewhere", blur(), id="blur-1")
    (tmp_path / "elsewhere" / card.file).write_bytes(b"x" * card.bytes)
    assert main(["models", "import", str(tmp_path / "elsewhere" / card.file)]) == 1
    assert "its sha256 is" in capsys.readouterr().err
    assert Library([paths.models()]).models == ()
    assert list(paths.models().iterdir()) == []


def test_convert_writes_any_readable_file_as_any_writable_one(files, capsys):
    assert main(["convert", str(files / "photo.png"), str(files / "out.ora")]) == 0
    assert main(["convert", str(files / "out.ora"), str(files / "out.tif")]) == 0
    np.testing.assert_array_equal(read(files / "out.tif"), read(files / "photo.png"))


def test_convert_of_a_broken_file_fails_and_writes_nothing(files, capsys):
    (files / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0junk")
    code = main(["convert", str(files / "bad.jpg"), str(files / "out.png")])
    fails(capsys, code, files, "bad.jpg")


def test_info_tells_size_depth_and_layers(files, model, capsys):
    apply(files, output="out.ora")
    capsys.readouterr()
    assert main(["info", str(files / "out.ora"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["width"], facts["height"], facts["bits_per_channel"]) == (130, 90, 8)
    assert facts["layers"] == ["Background", "Inpaint · seed 0"]
    assert main(["info", str(files / "photo.png")]) == 0
    assert "130 × 90 pixels, 8 bits per channel" in capsys.readouterr().out


def test_apply_never_imports_qt_and_draws_no_bar_in_a_pipe(files, model):
    code = (
        "import sys\nfrom editor.cli import main\ncode = main(sys.argv[1:])\n"
        "print([m for m in sys.modules if m.startswith(('PySide6', 'torch', 'qtawesome'))])\n"
        "sys.exit(code)"
    )
    arguments = ["apply", "inpaint", files / "photo.png", "--mask", files / "mask.png"]
    arguments += ["-o", files / "out.png", "--model", MODEL]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        check=False,
    )
    assert done.stderr == "" and done.returncode == 0
    assert done.stdout.splitlines()[-1] == "[]"
    assert (files / "out.png").exists()


@pytest.fixture
def heard():
    """Ctrl+C is heard: a shell has what it starts in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_stops_a_run_in_the_middle(heard):
    """R26"""
    session = Session(CARD, slow(400).SerializeToString(), "cpu")
    image = np.random.default_rng(0).random((1, 3, 256, 256), np.float32)
    stopped = []

    def work(progress):
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Cancelled):
            session.run({"image": image}, progress.token)
        stopped.append(True)

    with pytest.raises(Cancelled):
        with_progress(work)
    assert stopped


def test_files_or_nothing_open_the_editor(monkeypatch):
    from editor import app

    opened = []
    monkeypatch.setattr(app, "main", lambda paths: opened.append(list(paths)) or 0)
    assert main([]) == 0
    assert main(["a.png", "b.ora"]) == 0
    assert opened == [[], ["a.png", "b.ora"]]


def test_the_selftest_goes_from_file_to_network_to_window(tmp_path):
    """R48, R30: in a process of its own, as after unpacking a bundle."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", "from editor.cli import main; main()", "--selftest"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "selftest: sound"
    assert list(tmp_path.iterdir()) == []
