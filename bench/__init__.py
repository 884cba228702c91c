"""What the service takes beside what others take for the same work. See `README.md`."""
