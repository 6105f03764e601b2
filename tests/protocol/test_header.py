"""The version header: 13 bytes and a tag that only the two of a meeting can make."""

import pytest

from entrechat_tui.protocol.errors import RemoteProtocolError, VersionMismatch
from entrechat_tui.protocol.header import check_header_untrusted, tagged_header
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.protocol.primitives import hmac_sha256

KEY = b"k" * 32


def signed(header: bytes, label: bytes = b"dialer") -> bytes:
    return header + hmac_sha256(KEY, label + header)[:16]


def test_bytes_of_the_header() -> None:
    assert tagged_header(Role.DIALER, KEY) == signed(b"\x93\xa9entrechat\x01\x00")
    assert tagged_header(Role.HOST, KEY) == signed(b"\x93\xa9entrechat\x01\x00", b"host")


def test_every_minor_version_of_ours_is_accepted() -> None:
    for minor in (0, 1, 127):
        check_header_untrusted(tagged_header(Role.HOST, KEY, (1, minor)), Role.HOST, KEY)


def test_another_major_version_is_named() -> None:
    with pytest.raises(VersionMismatch) as caught:
        check_header_untrusted(tagged_header(Role.HOST, KEY, (2, 7)), Role.HOST, KEY)
    assert caught.value.theirs == (2, 7)


@pytest.mark.parametrize(
    "tagged",
    [
        tagged_header(Role.HOST, KEY),
        tagged_header(Role.DIALER, b"other key"),
        tagged_header(Role.DIALER, KEY)[:-1] + b"\0",
        signed(b"\x93\xa9entrechaT\x01\x00"),
        signed(b"\x93\xa9entrechat\x01\xff"),
        signed(b"\x93\xa9entrechat\x01\xc2"),
        signed(b"\x92\xa9entrechat\x01\x00"),
        signed(b"\x93\xc4\x09entrechat\x01"),
        signed(b"\xc1" * 13),
    ],
    ids=["host's", "key", "tag", "name", "negative", "bool", "short", "bin", "not MessagePack"],
)
def test_what_is_not_a_header(tagged: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        check_header_untrusted(tagged, Role.DIALER, KEY)
    assert type(caught.value) is RemoteProtocolError
