"""The ground floor: Noise, identities, frames and their state machines, sans-IO.

Nothing here opens a socket, reads a clock or draws a random number: bytes, times and
randomness come in as arguments, bytes and events go out.
"""
