"""Color tables as .cube files: the specification, other writers, and nonsense."""

import numpy as np
import pytest

from editor import formats
from editor.document.lut import Lut, lattice
from editor.formats import cube
from tests.document.building import random_lut

IDENTITY_2 = """0 0 0
1 0 0
0 1 0
1 1 0
0 0 1
1 0 1
0 1 1
1 1 1
"""


def decoded(text):
    data = text if isinstance(text, bytes) else text.encode()
    return cube.decode(data, "look.cube")


def mapped(lut, *colors):
    return lut.map(np.array(colors, np.float32).T).T


@pytest.mark.parametrize("points", [2, 3, 33])
def test_what_is_saved_comes_back(tmp_path, points):
    lut = random_lut(np.random.default_rng(1), points)
    path = tmp_path / "é “a”.cube"
    cube.save(lut, path)
    back = cube.load(path)
    assert back.notes == ()
    np.testing.assert_allclose(back.lut.table, lut.table, atol=1e-7)
    assert path.read_bytes().isascii()
    assert path.read_text().splitlines()[:2] == ['TITLE " a"', f"LUT_3D_SIZE {points}"]


def test_red_goes_fastest():
    lut = decoded(f"LUT_3D_SIZE 2\n{IDENTITY_2}").lut
    np.testing.assert_array_equal(lut.table, lattice(2))


def test_all_of_the_specification_is_understood():
    text = (
        "# made by hand\r\n"
        'TITLE "A look # that is no comment"\r\n\r\n'
        "DOMAIN_MIN 0 0 0\r\nDOMAIN_MAX 1.0 1 1e0\r\n"
        "SOMETHING_ELSE 12\r\n"
        "  LUT_3D_SIZE   2\r\n"
        "# the colors\r\n"
    ) + IDENTITY_2.replace("\n", "\r\n# between\r\n").replace("1 1 1", " +1.0\t1e+0 .1E1 ")
    got = decoded(b"\xef\xbb\xbf" + text.encode())
    np.testing.assert_array_equal(got.lut.table, lattice(2))
    assert got.notes == ()


def test_colors_beyond_0_and_1_are_clipped():
    text = IDENTITY_2.replace("1 1 1", "1.5 2 -0.25")
    assert decoded(f"LUT_3D_SIZE 2\n{text}").lut.table[1, 1, 1].tolist() == [1, 1, 0]


def test_a_curve_for_each_channel():
    got = decoded("LUT_1D_SIZE 3\n0 1 0.5\n0.25 0.5 0.5\n1 0 0.5\n")
    want = [[0.125, 0.75, 0.5], [0.625, 0.25, 0.5], [0.25, 0.9, 0.5]]
    got_colors = mapped(got.lut, (0.25, 0.25, 0.25), (0.75, 0.75, 0), (0.5, 0.1, 1))
    np.testing.assert_allclose(got_colors, want, atol=1e-6)
    assert got.notes == ()


def test_what_is_lost_of_a_steep_curve_is_said():
    values = np.linspace(0, 1, 1024) ** (1 / 2.4)
    rows = "".join(f"{v:.6f} {v:.6f} {v:.6f}\n" for v in values)
    lut, (note,) = decoded(f"LUT_1D_SIZE 1024\n{rows}")
    assert "look.cube has steep curves: up to" in note
    lost = float(note.split("up to ")[1].split()[0])
    grays = np.linspace(0, 1, 5000, dtype=np.float32)
    exact = np.interp(grays, np.linspace(0, 1, 1024), values)
    worst = np.abs(lut.map(np.tile(grays, (3, 1)))[0] - exact).max() * 255
    assert worst == pytest.approx(lost, abs=0.3)


@pytest.mark.parametrize(
    "domain",
    [
        "DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2",
        "LUT_3D_INPUT_RANGE 0.0 2.0",
        "DOMAIN_MAX 2 2 2",
    ],
)
def test_a_domain_that_reaches_further_is_cut_at_1(domain):
    lut, notes = decoded(f"{domain}\nLUT_3D_SIZE 2\n{IDENTITY_2}")
    got = mapped(lut, (1, 0.5, 0.25), (0, 1, 1))
    np.testing.assert_allclose(got, [[0.5, 0.25, 0.125], [0, 0.5, 0.5]], atol=1e-6)
    assert notes == ("look.cube was resampled to 65 points a side.",)


def test_beyond_a_narrow_domain_colors_are_those_at_its_ends():
    text = f"DOMAIN_MIN 0.25 0 0\nDOMAIN_MAX 0.75 1 1\nLUT_3D_SIZE 2\n{IDENTITY_2}"
    got = mapped(decoded(text).lut, (0.1, 0.5, 0), (0.5, 0.5, 1), (0.9, 0, 0))
    np.testing.assert_allclose(got, [[0, 0.5, 0], [0.5, 0.5, 1], [1, 0, 0]], atol=1e-6)
    curves = "LUT_1D_INPUT_RANGE 0.25 0.75\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n"
    got = mapped(decoded(curves).lut, (0.1, 0.5, 0.9))
    np.testing.assert_allclose(got, [[0, 0.5, 1]], atol=1e-6)


def test_a_table_that_is_too_fine_is_resampled():
    points = 70
    table = lattice(points).transpose(2, 1, 0, 3).reshape(-1, 3) ** 2
    rows = "".join(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in table)
    lut, notes = decoded(f"LUT_3D_SIZE {points}\n{rows}")
    assert lut.points == 65
    np.testing.assert_allclose(lut.table, lattice(65) ** 2, atol=1e-4)
    assert notes == ("look.cube was resampled to 65 points a side.",)


HOSTILE = {
    "nothing": b"",
    "binary": bytes(range(256)) * 40,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(300),
    "zeros": bytes(5000),
    "prose": b"Dear reader,\nthis is a letter.\n",
    "no size": IDENTITY_2.encode(),
    "both": f"LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n{IDENTITY_2}".encode(),
    "one point": b"LUT_3D_SIZE 1\n0 0 0\n",
    "no point": b"LUT_3D_SIZE 0\n",
    "minus": b"LUT_3D_SIZE -2\n" + IDENTITY_2.encode(),
    "vast": b"LUT_3D_SIZE 999999999999\n" + IDENTITY_2.encode(),
    "vast curve": b"LUT_1D_SIZE 65537\n0 0 0\n",
    "no number": b"LUT_3D_SIZE two\n" + IDENTITY_2.encode(),
    "size of two": b"LUT_3D_SIZE 2 2\n" + IDENTITY_2.encode(),
    "no size at all": b"LUT_3D_SIZE\n" + IDENTITY_2.encode(),
    "cut short": b"LUT_3D_SIZE 2\n" + IDENTITY_2.encode()[:-8],
    "too long": b"LUT_3D_SIZE 2\n" + IDENTITY_2.encode() + b"0 0 0\n",
    "two numbers": b"LUT_3D_SIZE 2\n" + IDENTITY_2.replace("0 1 1", "0 1").encode(),
    "four numbers": b"LUT_3D_SIZE 2\n" + IDENTITY_2.replace("0 1 1", "0 1 1 1").encode(),
    "all four": b"LUT_3D_SIZE 2\n" + IDENTITY_2.replace("\n", " 1\n").encode(),
    "nan": b"LUT_3D_SIZE 2\n" + IDENTITY_2.replace("0 1 1", "0 nan 1").encode(),
    "infinite": b"LUT_3D_SIZE 2\n" + IDENTITY_2.replace("0 1 1", "0 1e999 1").encode(),
    "words": b"LUT_3D_SIZE 2\n" + IDENTITY_2.replace("0 1 1", "0 red 1").encode(),
    "domain backwards": b"DOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\nLUT_3D_SIZE 2\n",
    "domain of nothing": b"DOMAIN_MAX 0 1 1\nLUT_3D_SIZE 2\n" + IDENTITY_2.encode(),
    "domain of nan": b"DOMAIN_MAX nan 1 1\nLUT_3D_SIZE 2\n" + IDENTITY_2.encode(),
    "domain without end": b"DOMAIN_MAX 1e300 1 1\nLUT_3D_SIZE 2\n" + IDENTITY_2.encode(),
    "domain of two": b"DOMAIN_MAX 1 1\nLUT_3D_SIZE 2\n" + IDENTITY_2.encode(),
    "a very long line": b"LUT_3D_SIZE " + b"2" * 5000 + b"\n",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_nonsense_is_refused_in_one_sentence(data):
    with pytest.raises(formats.FormatError) as caught:
        decoded(data)
    text = str(caught.value)
    assert "look.cube" in text
    assert "\n" not in text
    assert text.endswith(".")
    assert len(text) < 120


def test_random_damage_raises_nothing_but_a_format_error():
    rng = np.random.default_rng(3)
    data = f"LUT_3D_SIZE 2\nDOMAIN_MAX 1 1 1\n{IDENTITY_2}".encode()
    read = 0
    for _ in range(2000):
        broken = bytearray(data)
        for _ in range(rng.integers(1, 4)):
            broken[rng.integers(0, len(broken))] = rng.integers(0, 256)
        try:
            lut = decoded(bytes(broken)).lut
        except formats.FormatError:
            continue
        assert isinstance(lut, Lut)
        read += 1
    assert 0 < read < 2000


def test_a_file_that_is_missing_or_huge_is_refused(tmp_path):
    with pytest.raises(formats.FormatError, match=r"none\.cube could not be opened"):
        cube.load(tmp_path / "none.cube")
    with pytest.raises(formats.FormatError, match="could not be opened"):
        cube.load(tmp_path)
    with (tmp_path / "huge.cube").open("wb") as file:
        file.truncate(cube.MAX_BYTES + 1)
    with pytest.raises(formats.FormatError, match=r"huge\.cube is larger than 128 MiB"):
        cube.load(tmp_path / "huge.cube")


def test_a_failed_save_says_so_and_leaves_nothing(tmp_path):
    with pytest.raises(formats.FormatError, match=r"a\.cube could not be saved"):
        cube.save(Lut.identity(2), tmp_path / "missing" / "a.cube")
    assert list(tmp_path.iterdir()) == []
