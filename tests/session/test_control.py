"""The control connection, before tor listens."""

import socket
from pathlib import Path

from entrechat_tui.session.control import Control


async def test_a_socket_that_nobody_listens_on_yet(tmp_path: Path) -> None:
    control, path = Control(within=10.0), tmp_path / "control"
    assert not await control.open(path, tmp_path / "cookie")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))
        assert not await control.open(path, tmp_path / "cookie")
    assert await control.close()
