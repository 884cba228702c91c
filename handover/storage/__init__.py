"""Where sealed bytes lie: a port, and adapters for a folder and for S3. Ciphertext only; start at `port`."""
