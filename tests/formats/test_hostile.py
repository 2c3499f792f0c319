"""Damaged and malicious files: one sentence, little memory, nothing changed."""

import contextlib
import io
import os
import random
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from editor import formats
from editor.document.document import Document
from editor.document.geometry import Size
from tests.formats.samples import noise, rich
from tests.formats.test_ora import FOREIGN, archive_of, png


def sentence(data, name="bad.file"):
    """What the user is told over ``data``."""
    with pytest.raises(formats.FormatError) as caught:
        formats.decode(data, name)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    assert name in text
    return text


def flat(kind, size=(40, 30)):
    file = io.BytesIO()
    Image.fromarray(noise(np.uint8, *size[::-1])[..., :3]).save(file, kind)
    return file.getvalue()


def png_header(w, h):
    header = struct.pack(">IIBBBBB", w, h, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    )


def test_a_huge_header_is_refused_before_anything_is_allocated():
    tracemalloc.start()
    text = sentence(png_header(100_000, 100_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert text == "bad.file is 100000 × 100000 pixels; the limit is 300 megapixels."
    assert peak < 10_000_000


@pytest.mark.parametrize("size", [(1, 290_000_000), (290_000_000, 1)])
def test_a_thread_that_would_fill_the_memory_with_tiles_is_refused(size):
    assert "the limit is 500000 a side" in sentence(png_header(*size))


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_an_empty_picture_is_refused(size):
    assert sentence(png_header(*size))


@pytest.mark.parametrize("data", [b"", b"x", b"hello, world" * 100, b"PK", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(data):
    assert sentence(data)


def test_floating_point_pixels_are_refused_by_name():
    file = io.BytesIO()
    Image.new("F", (2, 2)).save(file, "TIFF")
    assert "floating-point" in sentence(file.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"])
def test_a_wrong_suffix_does_not_matter(tmp_path, kind):
    path = tmp_path / "a.ora"
    path.write_bytes(flat(kind))
    assert formats.load(path).size == (40, 30)


@pytest.mark.parametrize("suffix", ["png", "ora"])
def test_what_is_no_file_is_refused(tmp_path, suffix):
    (tmp_path / f"folder.{suffix}").mkdir()
    with pytest.raises(formats.FormatError, match=r"^folder\.\w+ is not a file\.$"):
        formats.load(tmp_path / f"folder.{suffix}")
    with pytest.raises(formats.FormatError, match=r"missing\.\w+ could not be opened: no such"):
        formats.load(tmp_path / f"missing.{suffix}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(formats.FormatError, match="not a file"):
        formats.load(tmp_path / "pipe.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "ora"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "cut and flipped"])
def test_random_damage_raises_nothing_but_a_format_error(kind, damage):
    if kind == "ora":
        file = io.BytesIO()
        formats.ora_writer.save(small(), file)
        data = file.getvalue()
    else:
        data = flat(kind)
    chance = random.Random(kind + damage)
    for _ in range(60):
        broken = bytearray(data)
        if "flipped" in damage:
            for _ in range(chance.choice([1, 3, 20])):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        if "cut" in damage:
            del broken[chance.randrange(len(broken)) :]
        with contextlib.suppress(formats.FormatError):
            formats.decode(bytes(broken), "bad")


def small():
    """Every feature, few bytes."""
    document = rich()
    for node in document.root.walk():
        for grid in (getattr(node, "pixels", None), node.mask and node.mask.grid):
            if grid is not None:
                for coord in list(grid.coords()):
                    grid.put(coord, np.full_like(grid.tile(coord), coord.column & 255))
    return document


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP"])
def test_a_file_cut_short_is_refused(kind):
    assert sentence(flat(kind)[:-1000])


ENTITIES = """<?xml version="1.0"?>
<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">%s]>
<image w="4" h="3"><stack name="&z;"><layer src="data/a.png"/></stack></image>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding):
    chain = "".join(f'<!ENTITY {b} "&{a};&{a};">' for a, b in ("ab", "bc", "cd", "dz"))
    stack = (ENTITIES % chain).replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    assert "not sound" in sentence(archive_of(stack.encode(encoding)))


def test_a_reference_to_a_file_outside_is_refused():
    stack = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><image w="1" h="1">&e;</image>'
    assert sentence(archive_of(stack))


@pytest.mark.parametrize("src", ["../../etc/passwd", "/etc/passwd", "", "data/b.png", "stack.xml"])
def test_only_pictures_inside_the_archive_are_read(src):
    assert sentence(archive_of(FOREIGN.replace('src="data/a.png" x="8"', f'src="{src}"')))


def test_an_archive_member_that_names_a_path_outside_goes_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    red = png(Image.new("RGBA", (4, 3), "red"))
    stack = FOREIGN.replace("data/a.png", "../outside.png")
    document = formats.decode(archive_of(stack, {"../outside.png": red}), "a")
    assert document.size == (20, 10)
    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent / "outside.png").exists()


def test_a_layer_of_absurd_size_is_refused_before_it_is_decoded():
    files = {"data/a.png": png_header(60_000, 60_000)}
    assert "60000 × 60000" in sentence(archive_of(FOREIGN, files))


def test_many_layers_that_are_large_together_are_refused():
    layers = "".join(f'<layer src="data/{i}.png"/>' for i in range(5))
    files = {f"data/{i}.png": png_header(17_000, 17_000) for i in range(5)}
    stack = f'<image w="10" h="10"><stack>{layers}</stack></image>'
    assert "1200 megapixels together" in sentence(archive_of(stack, files))


def test_one_file_used_by_a_thousand_layers_is_decoded_once():
    layers = '<layer src="data/a.png"/>' * 1000
    big = png(Image.new("RGBA", (2000, 1000), "red"))
    stack = f'<image w="10" h="10"><stack>{layers}</stack></image>'
    document = formats.decode(archive_of(stack, {"data/a.png": big}), "a")
    first, *_, last = document.root.children
    coord = next(first.pixels.coords())
    assert first.pixels.tile(coord) is last.pixels.tile(coord)


def test_a_zip_bomb_is_not_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "image/openraster")
        with archive.open("stack.xml", "w") as member:
            for _ in range(200):
                member.write(b" " * (1 << 20))
    tracemalloc.start()
    assert "cannot be read here: stack.xml" in sentence(file.getvalue())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "image/openraster")
        archive.writestr("stack.xml", b" " * (200 << 20))
    data = file.getvalue().replace(struct.pack("<I", 200 << 20), struct.pack("<I", 1000))
    tracemalloc.start()
    assert sentence(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_table_of_contents_without_end_is_refused():
    data = bytearray(archive_of(FOREIGN))
    at = data.rfind(b"PK\5\6")
    struct.pack_into("<I", data, at + 12, 1 << 30)
    assert "too many parts" in sentence(bytes(data))


def test_groups_nested_too_deeply_are_refused():
    depth = 5000
    stack = "<stack>" * depth + "</stack>" * depth
    assert sentence(archive_of(f'<image w="1" h="1">{stack}</image>'))


@pytest.mark.parametrize(
    "change",
    [
        ('w="20"', 'w="100000000"'),
        ('w="20"', 'w="-1"'),
        ('w="20"', 'w="nan"'),
        ('w="20"', ""),
        ('x="8"', 'x="1e300"'),
        ('x="8"', 'x="inf"'),
        ('x="8"', 'x="99999999"'),
        ("<image", "<picture"),
        ("stack", "stork"),
    ],
)
def test_nonsense_in_the_stack_is_refused(change):
    assert sentence(archive_of(FOREIGN.replace(*change)))


def test_a_suffix_that_cannot_be_written_is_refused_before_anything_happens(tmp_path):
    document = Document.from_pixels(noise(np.uint8, 4, 4))
    with pytest.raises(formats.FormatError, match=r"choose one of \.ora, \.png"):
        formats.save(document, tmp_path / "a.xcf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", formats.WRITABLE)
def test_a_failed_save_keeps_the_old_file(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"precious")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(formats.FormatError, match=r"could not be saved: no space left on device\."):
        formats.save(Document.from_pixels(noise(np.uint8, 4, 4)), path)
    assert path.read_bytes() == b"precious"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


class Stop(Exception):
    pass


@pytest.mark.parametrize("suffix", formats.WRITABLE)
def test_a_save_that_is_stopped_keeps_the_old_file(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"precious")

    def stop(fraction):
        raise Stop

    with pytest.raises(Stop):
        formats.save(rich(), path, report=stop)
    assert path.read_bytes() == b"precious"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", formats.WRITABLE)
def test_opening_can_be_stopped(tmp_path, suffix):
    formats.save(rich(), tmp_path / f"a{suffix}")

    def stop(fraction):
        raise Stop

    with pytest.raises(Stop):
        formats.load(tmp_path / f"a{suffix}", stop)


@pytest.mark.parametrize("suffix", formats.WRITABLE)
def test_saving_and_opening_tell_how_far_they_are(tmp_path, suffix):
    saving, opening = [], []
    formats.save(rich(), tmp_path / f"a{suffix}", report=saving.append)
    formats.load(tmp_path / f"a{suffix}", opening.append)
    for told in (saving, opening):
        assert len(told) > 1
        assert told == sorted(told)
        assert 0 <= told[0] <= told[-1] <= 1


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(formats.FormatError, match=r"a\.png could not be saved: no such file"):
        formats.save(Document.from_pixels(noise(np.uint8, 4, 4)), tmp_path / "no" / "a.png")


def test_a_picture_too_large_for_the_format_is_refused(tmp_path):
    document = Document(Size(70_000, 1))
    with pytest.raises(formats.FormatError, match="at most 65500 pixels"):
        formats.save(document, tmp_path / "a.jpg")
    assert list(tmp_path.iterdir()) == []


def test_saving_follows_a_link_and_keeps_the_permissions(tmp_path):
    real, link = tmp_path / "real.png", tmp_path / "link.png"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    formats.save(Document.from_pixels(noise(np.uint8, 4, 4)), link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert formats.load(real).size == (4, 4)


def test_names_in_any_script_work(tmp_path):
    path = tmp_path / "Ünïcødé 图.png"
    formats.save(Document.from_pixels(noise(np.uint8, 4, 4)), path)
    assert formats.load(path).source.title == "Ünïcødé 图.png"
