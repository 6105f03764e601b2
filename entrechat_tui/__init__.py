"""Entrechat: two people, each at a terminal, talk directly over Tor while both are there."""

__version__ = "0.1.0"
