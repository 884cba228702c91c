"""Access: enrolling a unit, signing in, sessions, members, rotation, recovery and key work."""
