"""Handovers: sealing, sending, receiving, reading, annotating, confirming. Start at `state`."""
