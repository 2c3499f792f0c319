import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from editor.ui.blend_pad import BlendPad, place_of, shares_at
from tests.ui.hands import LEFT, SHIFT

Key = Qt.Key


@pytest.fixture
def pad(qtbot):
    pad = BlendPad()
    qtbot.addWidget(pad)
    pad.resize(240, 132)
    pad.show()
    return pad


def show(pad, count, shares=None):
    names = ["a", "b", "c", "d"][:count]
    pad.show_shares(names, [QImage()] * count, shares or [1 / count] * count)
    pad.resize(240, pad.sizeHint().height())


def mixes(pad):
    mixed = []
    pad.mixed.connect(mixed.append)
    return mixed


@pytest.mark.parametrize("count", [2, 3, 4])
def test_shares_are_a_whole_everywhere_and_a_place_comes_back(count):
    for x in (0.0, 0.2, 0.5, 1.0):
        for y in (0.0, 0.3, 0.5, 1.0):
            shares = shares_at(count, x, y)
            assert sum(shares) == pytest.approx(1)
            assert all(-1e-9 <= share <= 1 + 1e-9 for share in shares)
            again = shares_at(count, *place_of(shares))
            assert again == pytest.approx(shares)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_in_a_corner_there_is_nothing_else(count):
    for corner in range(count):
        alone = tuple(float(i == corner) for i in range(count))
        assert shares_at(count, *place_of(alone)) == pytest.approx(alone)


def test_the_handle_is_dragged(qtbot, pad):
    show(pad, 4)
    mixed = mixes(pad)
    qtbot.mousePress(pad, LEFT, pos=pad.rect().center())
    qtbot.mouseMove(pad, QPoint(400, 400))
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(400, 400))
    assert mixed[-1] == (0, 0, 0, 1)
    qtbot.mouseMove(pad, QPoint(0, 0))
    assert pad.shares == (0, 0, 0, 1), "it was let go"
    qtbot.mouseDClick(pad, LEFT, pos=QPoint(5, 5))
    assert mixed[-1] == pytest.approx((0.25,) * 4)


def test_the_arrow_keys_move_it(qtbot, pad):
    show(pad, 2)
    mixed = mixes(pad)
    qtbot.keyClick(pad, Key.Key_Right)
    assert mixed[-1] == pytest.approx((0.45, 0.55))
    qtbot.keyClick(pad, Key.Key_Left, SHIFT)
    assert mixed[-1] == pytest.approx((0.46, 0.54))
    before = len(mixed)
    qtbot.keyClick(pad, Key.Key_Up)
    assert len(mixed) == before, "two share a line"
    for _ in range(30):
        qtbot.keyClick(pad, Key.Key_Right)
    assert mixed[-1] == (0, 1)
    qtbot.keyClick(pad, Key.Key_Home)
    assert mixed[-1] == pytest.approx((0.5, 0.5))


def test_it_says_what_it_mixes(pad):
    show(pad, 3, [0.5, 0.25, 0.25])
    assert pad.accessibleName() == "Blend of the looks"
    assert pad.accessibleDescription() == "a 50%, b 25%, c 25%"
    assert pad.shares == pytest.approx((0.5, 0.25, 0.25))


def test_showing_shares_mixes_nothing(pad):
    mixed = mixes(pad)
    for count in (2, 3, 4):
        show(pad, count)
        pad.repaint()
    assert mixed == []
