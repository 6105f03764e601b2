"""A card's code is read back from what a terminal of 80x24 shows, and from pictures of it."""

import io
import os
import pty
import re
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pyte
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from entrechat_tui.protocol.card import Card, CardError, short_card
from entrechat_tui.protocol.keyring import Keyring
from entrechat_tui.ui.arguments import UsageError
from entrechat_tui.ui.card_source import card_of_untrusted
from entrechat_tui.ui.qr import CODE_ROWS, CODE_WIDTH, code_rows, write_picture

from .keyrings import person, put_keyring, run_on

ZOE = person("Zoé")
SHORT = short_card(ZOE.identity)
# Which halves of the cell have ink, upper and lower.
INK = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}

Cell = tuple[str, str, str]


def photograph(rows: list[list[Cell]], width: int, height: int, gap: int = 0) -> Image.Image:
    """The screen as pixels. A cell is its character and the colours of its ink and its ground.

    Ink may leave a ``gap`` below each line, where the ground is seen.
    """
    image = Image.new("RGB", (width * len(rows[0]), height * len(rows)))
    draw = ImageDraw.Draw(image)
    half = height // 2
    for y, row in enumerate(rows):
        for x, (char, ink, ground) in enumerate(row):
            upper, lower = INK.get(char, (False, False))
            left, top = x * width, y * height
            right, bottom = left + width - 1, top + height - 1 - gap
            draw.rectangle((left, top, right, top + height - 1), ground)
            if upper:
                draw.rectangle((left, top, right, top + half - 1), ink)
            if lower:
                draw.rectangle((left, top + half, right, bottom), ink)
    return image


def scan(image: Image.Image, kind: str = "PNG", **options: int) -> Card:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return card_of_untrusted(file.getvalue())


def cells_of(screen: pyte.Screen) -> list[list[Cell]]:
    """What a terminal shows whose own colours are light gray on black."""
    own = {"fg": "#ccc", "bg": "#000"}

    def colour(name: str, which: str) -> str:
        return own[which] if name == "default" else f"#{name}"

    rows = ([screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines))
    return [[(c.data, colour(c.fg, "fg"), colour(c.bg, "bg")) for c in row] for row in rows]


def drawn(*, coloured: bool) -> list[list[Cell]]:
    screen = pyte.Screen(CODE_WIDTH + 4, CODE_ROWS + 2)
    pyte.Stream(screen).feed("\r\n".join(["", *code_rows(SHORT, coloured=coloured)]))
    return cells_of(screen)


def test_the_code_has_the_size_that_is_promised() -> None:
    rows = code_rows(SHORT, coloured=False)
    assert len(rows) == CODE_ROWS < 24
    assert {len(row) for row in rows} == {CODE_WIDTH}


FONTS = [(8, 16, 0), (7, 15, 0), (9, 19, 0), (10, 18, 0), (8, 17, 1), (6, 13, 0), (20, 42, 2)]


@pytest.mark.parametrize(("width", "height", "gap"), FONTS)
def test_any_font_will_do(width: int, height: int, gap: int) -> None:
    """Cells that are not twice as high as wide, and lines that do not touch."""
    assert scan(photograph(drawn(coloured=True), width, height, gap)) == SHORT


def leaning(image: Image.Image) -> Image.Image:
    return image.rotate(8, Image.Resampling.BICUBIC, expand=True, fillcolor="gray")


def from_the_side(image: Image.Image) -> Image.Image:
    width, height = image.size
    corners = (0, 0, -width * 0.06, height * 1.05, width * 1.06, height * 1.08, width, 0)
    return image.transform(
        image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor="gray"
    )


def badly_lit(image: Image.Image) -> Image.Image:
    shade = Image.linear_gradient("L").resize(image.size).point(lambda level: 100 + level // 2)
    return Image.composite(image, Image.new("RGB", image.size, "#555"), shade)


PHOTOGRAPHS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "leaning": leaning,
    "upside down": lambda image: image.rotate(180),
    "from the side": from_the_side,
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(3)),
    "badly lit": badly_lit,
    "inverted": ImageOps.invert,
    "on a large desk": lambda image: ImageOps.expand(image, 400, "#654"),
}


@pytest.mark.parametrize("through", PHOTOGRAPHS.values(), ids=PHOTOGRAPHS)
def test_a_photograph_of_the_screen_is_read(
    through: Callable[[Image.Image], Image.Image],
) -> None:
    image = ImageOps.expand(photograph(drawn(coloured=True), 10, 20), 60, "#222")
    assert scan(through(image), "JPEG", quality=60) == SHORT


def test_bright_characters_on_a_dark_ground_are_read() -> None:
    assert scan(photograph(drawn(coloured=False), 8, 16)) == SHORT


def run_in_terminal(
    path: Path, columns: int, lines: int, **environment: str
) -> tuple[subprocess.CompletedProcess[str], pyte.Screen]:
    """The program that draws the code, and what a terminal of this size shows at its end."""
    screen = pyte.Screen(columns, lines)
    stream = pyte.ByteStream(screen)
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (lines, columns))
    with open(slave, "wb") as terminal:
        done = run_on(
            path,
            *("card", "show", "--qr"),
            stdout=terminal,
            stderr=subprocess.PIPE,
            env={**os.environ, "TERM": "xterm-256color", **environment},
        )
    while data := _read(master):
        stream.feed(data)
    os.close(master)
    return done, screen


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:
        return b""


@pytest.fixture(scope="module")
def zoes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_keyring(tmp_path_factory.mktemp("keyring") / "zoe", Keyring(own=ZOE))


@pytest.mark.parametrize("columns", [45, 80])
def test_a_terminal_of_24_lines_shows_a_code_that_is_read(zoes: Path, columns: int) -> None:
    _, screen = run_in_terminal(zoes, columns, 24)
    assert scan(photograph(cells_of(screen), 8, 16)) == SHORT
    assert (screen.cursor.x, screen.cursor.y) == (0, 23)
    assert ("Zoé" in "".join(screen.display)) is (columns == 80)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colours_shows_one_too(zoes: Path, environment: dict[str, str]) -> None:
    _, screen = run_in_terminal(zoes, 80, 24, **environment)
    assert {cell.bg for row in screen.buffer.values() for cell in row.values()} <= {"default"}
    assert scan(photograph(cells_of(screen), 8, 16)) == SHORT


@pytest.mark.parametrize(("columns", "lines"), [(80, 23), (44, 24)])
def test_a_terminal_that_is_too_small_is_told(zoes: Path, columns: int, lines: int) -> None:
    done, _ = run_in_terminal(zoes, columns, lines)
    assert done.returncode == 2
    assert f"and this terminal has {columns} and {lines}" in done.stderr


@pytest.mark.parametrize("card", [ZOE.identity, SHORT])
def test_a_picture_is_read_back(card: Card, tmp_path: Path) -> None:
    write_picture(card, tmp_path / "card.png", "png")
    assert card_of_untrusted((tmp_path / "card.png").read_bytes()) == card


def drawn_vectors(path: Path) -> Image.Image:
    """The picture in an SVG file of a filled ground and strokes of one unit, drawn ten times up."""
    group = ElementTree.parse(path).getroot()[0]
    ground, strokes = group
    assert (ground.get("fill"), strokes.get("stroke")) == ("#fff", "#000")
    size = int(ground.get("d", "").split("h")[1].split("v")[0])
    image = Image.new("L", (size * 10, size * 10), "white")
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", strokes.get("d", "")):
        match command, *map(float, numbers.split()):
            case "M", across, down:
                x, y = across, down
            case "m", across, down:
                x, y = x + across, y + down
            case "h", length:
                corners = (x * 10, y * 10 - 5, (x + length) * 10 - 1, y * 10 + 4)
                ImageDraw.Draw(image).rectangle(corners, "black")
                x += length
    return image


@pytest.mark.parametrize("card", [ZOE.identity, SHORT])
def test_vectors_are_read_back(card: Card, tmp_path: Path) -> None:
    write_picture(card, tmp_path / "card.svg", "svg")
    assert scan(drawn_vectors(tmp_path / "card.svg")) == card


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "card.png").write_text("a letter")
    with pytest.raises(UsageError, match="is there already"):
        write_picture(SHORT, tmp_path / "card.png", "png")
    assert (tmp_path / "card.png").read_text() == "a letter"


def test_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        write_picture(SHORT, tmp_path / "nowhere" / "card.png", "png")


def encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


CODE = encoded(photograph(drawn(coloured=True), 8, 16))
BAD_PICTURES = {
    "no code in it": (encoded(Image.new("L", (300, 300), "white")), "No QR code can be read"),
    "cut short": (CODE[: len(CODE) // 2], "This picture is damaged"),
    "its beginning alone": (CODE[:8], "This picture is damaged"),
    "a flipped bit": (CODE[:60] + bytes((CODE[60] ^ 1,)) + CODE[61:], "This picture is damaged"),
    "a bomb": (encoded(Image.new("1", (20_000, 20_000))), "has more than 64 million pixels"),
    "no JPEG": (b"\xff\xd8\xff" + bytes(99), "This picture is damaged"),
    "too long": (b"\x89PNG\r\n\x1a\n" + bytes(33 << 20), "This is too long"),
}


@pytest.mark.parametrize(("data", "sentence"), BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_bad_picture_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(CardError, match=sentence):
        card_of_untrusted(data)
