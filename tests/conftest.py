"""What all tests share: real programs, and the rule that nothing is skipped in silence."""

pytest_plugins = [
    "tests.servers.postgres",
    "tests.servers.programs",
    "tests.servers.s3",
    "tests.servers.valkey",
    "tests.skips",
]
