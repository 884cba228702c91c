"""What the work tree needs before and beside the service: uv, a browser, age. Standard library only."""
