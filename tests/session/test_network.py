"""The private network, with real tor processes."""

from pathlib import Path


def test_torrc_is_for_clients(network: Path) -> None:
    assert "TestingTorNetwork 1" in network.read_text().splitlines()
