"""What the screens are made of. None of them reads markup in any text."""
