"""The manual, the protocol document and the threat model, shipped as text."""
