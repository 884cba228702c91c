"""What holds the sealed: circles and their copies, cards, rooms, grants, sealed records.

Start at `keyring.py` (what one person can open) and `grants.py` (making a room, entering it). `trust.py` decides whose
keys are believed. Who *may* is policy's; nothing here asks it, and nothing here writes the log: the callers do both.
"""
