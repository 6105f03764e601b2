"""The upper floor: the Textual screens, plain mode and the command line."""
