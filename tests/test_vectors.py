"""The published Noise vectors, and what scripts/vectors says of files that are not right."""

import json
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "scripts" / "vectors"
CACOPHONY = ROOT / "tests" / "vectors" / "noise_25519_chachapoly_blake2s_cacophony.json"
FLYNN = ROOT / "tests" / "vectors" / "noise_xxpsk0_flynn.txt"
XXPSK3 = "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s"

Vector = dict[str, Any]


@pytest.fixture(scope="module")
def main() -> Callable[[list[str]], int]:
    """The script's own main, in this process, so that the interpreter's coverage counts."""
    found: Callable[[list[str]], int] = runpy.run_path(str(SCRIPT))["main"]
    return found


Run = Callable[[str | Path], tuple[int, str]]


@pytest.fixture
def run(main: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the script on a file: its exit status, and what it printed on the one stream it used."""

    def run_on(path: str | Path) -> tuple[int, str]:
        status = main([str(path)])
        out, err = capsys.readouterr()
        assert bool(out) != bool(err)
        return status, out or err

    return run_on


def vector(name: str = XXPSK3) -> Vector:
    vectors = json.loads(CACOPHONY.read_text("utf-8"))["vectors"]
    return next(entry for entry in vectors if entry["protocol_name"] == name)


def written(path: Path, *vectors: Vector) -> Path:
    path.write_text(json.dumps({"vectors": vectors}), "utf-8")
    return path


@pytest.mark.parametrize(("file", "count"), [(CACOPHONY, 17), (FLYNN, 8)])
def test_the_published_vectors_pass(run: Run, file: Path, count: int) -> None:
    assert run(file) == (0, f"{count} passed, 0 failed, 0 skipped\n")


def test_it_runs_as_a_program() -> None:
    command = [sys.executable, str(SCRIPT), str(FLYNN)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "8 passed, 0 failed, 0 skipped\n")


def flip(hexadecimal: str) -> str:
    """The same but for its last bit."""
    return f"{hexadecimal[:-1]}{int(hexadecimal[-1], 16) ^ 1:x}"


def changed(change: Callable[[Vector], object]) -> Vector:
    entry = vector()
    change(entry)
    return entry


FAILURES: dict[str, Callable[[Vector], object]] = {
    "message 0: another ciphertext": lambda v: v["messages"][0].update(ciphertext="00"),
    "message 2: another ciphertext": lambda v: v["messages"][2].update(
        ciphertext=flip(v["messages"][2]["ciphertext"])
    ),
    "message 5: another ciphertext": lambda v: v["messages"][5].update(
        ciphertext=flip(v["messages"][5]["ciphertext"])
    ),
    "an X25519 private key has 32 bytes, not 0": lambda v: v.update(
        vector("Noise_KK_25519_ChaChaPoly_BLAKE2s"), init_remote_static=None, resp_static=""
    ),
    "another handshake hash": lambda v: v.update(handshake_hash="00" * 32),
    "a ciphertext does not verify": lambda v: v.update(resp_prologue="00"),
    "takes these keys": lambda v: v.pop("init_static"),
    "takes these keys: e, s, psk": lambda v: v.update(init_psks=[]),
    "the Noise handshake is not over": lambda v: v.update(messages=v["messages"][:2]),
    "non-hexadecimal": lambda v: v.update(init_static="zz" * 32),
}


@pytest.mark.parametrize("reason", FAILURES)
def test_what_is_wrong_fails_with_its_reason(run: Run, tmp_path: Path, reason: str) -> None:
    broken = changed(FAILURES[reason])
    status, printed = run(written(tmp_path / "file", vector(), broken))
    assert status == 1
    assert re.search(
        rf"^FAILED {broken['protocol_name']}: .*{re.escape(reason)}", printed, re.MULTILINE
    )
    assert printed.endswith("\n1 passed, 1 failed, 0 skipped\n")


def test_a_flipped_bit_in_the_text_format_fails(run: Run, tmp_path: Path) -> None:
    text = FLYNN.read_text("utf-8")
    copy = tmp_path / "file"
    flipped = re.sub(r"(?m)^(msg_4_ciphertext=.*)(.)$", lambda m: f"{m[1]}{flip(m[2])}", text)
    copy.write_text(f"# a comment\n\n{flipped}\n\n", "utf-8")
    status, printed = run(copy)
    assert status == 1
    assert printed.count(": message 4: another ciphertext\n") == 8
    assert printed.endswith("\n0 passed, 8 failed, 0 skipped\n")


SKIPS = {
    "Noise_XX_448_ChaChaPoly_BLAKE2s": "DH 448 is left out, only 25519 is here",
    "Noise_XX_25519_AESGCM_BLAKE2s": "cipher AESGCM is left out, only ChaChaPoly is here",
    "Noise_XX_25519_ChaChaPoly_SHA256": "hash SHA256 is left out, only BLAKE2s is here",
    "Noise_XXfallback_25519_ChaChaPoly_BLAKE2s": "fallback patterns are left out",
    "Noise_XXfallback+psk0_25519_ChaChaPoly_BLAKE2s": "fallback patterns are left out",
    "Noise_XXhfs_25519+448_ChaChaPoly_BLAKE2s": "DH 25519+448 is left out, only 25519 is here",
    "Noise_NNhfs_25519_ChaChaPoly_BLAKE2s": "hybrid forward secrecy (hfs) is left out",
    "Noise_XR_25519_ChaChaPoly_BLAKE2s": "XR is not a pattern of the table",
    "NoisePSK_XX_25519_ChaChaPoly_BLAKE2s": "not a protocol name of Noise revision 34",
}


def test_what_is_left_out_is_skipped_with_its_reason(run: Run, tmp_path: Path) -> None:
    renamed = [vector() | {"protocol_name": name} for name in SKIPS]
    piped = vector() | {"fallback": True}
    status, printed = run(written(tmp_path / "file", *renamed, piped, vector()))
    assert status == 0
    assert printed.splitlines() == [
        *(f"skipped {name}: {reason}" for name, reason in SKIPS.items()),
        f"skipped {XXPSK3}: fallback patterns are left out",
        f"1 passed, 0 failed, {len(SKIPS) + 1} skipped",
    ]


def test_a_one_way_pattern_and_its_remote_key(run: Run, tmp_path: Path) -> None:
    """From noise-c, which calls the name "name"; each message is the initiator's."""
    entry = {
        "name": "Noise_N_25519_ChaChaPoly_BLAKE2s",
        "init_prologue": "50726f6c6f677565313233",
        "init_ephemeral": "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "resp_prologue": "50726f6c6f677565313233",
        "resp_static": "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
        "messages": [
            {
                "payload": "4c756477696720766f6e204d69736573",
                "ciphertext": "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
                "1b168ed8bbe8220b52bbbde6593d109d0590dcd71f942224efaa932b5e4a052b",
            },
            {
                "payload": "4d757272617920526f746862617264",
                "ciphertext": "a7b5d1962001e9c4d965ea5f133941e9e6989094bcde637a582c34b954f34a",
            },
            {
                "payload": "462e20412e20486179656b",
                "ciphertext": "16ff2557d5d671abe58c88d2a31b58e3a494ab3a6498124be0ea3f",
            },
        ],
        "handshake_hash": "b8f873f062adadd42d7dc66ad2e2123f7cd16f6d222010dafb695b794e74e29f",
    }
    assert run(written(tmp_path / "file", entry)) == (0, "1 passed, 0 failed, 0 skipped\n")


UNUSABLE = {
    "empty": b"",
    "prose": b"These are not vectors.\n",
    "other JSON": b'{"testGroups": []}',
    "no vector": b'{"vectors": []}',
    "a list": b"[]",
    "vectors that are none": b'{"vectors": [1]}',
    "half a JSON": b'{"vectors": [',
    "no UTF-8": b"\xff\xfe{",
    "a text without its name": b"init_static=00\n",
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_in_no_known_format(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    status, printed = run(path)
    assert status == 2
    assert printed.count("\n") == 1


@pytest.mark.parametrize("path", ["missing", ""])
def test_a_file_that_cannot_be_read(run: Run, tmp_path: Path, path: str) -> None:
    status, printed = run(tmp_path / path)
    assert status == 2
    assert printed.count("\n") == 1


def test_usage(main: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err == "usage: scripts/vectors FILE\n"
