"""The lock is held against pyproject.toml without asking an index."""

import pytest

from tools.lock import problems

PYPROJECT = """
[project]
dependencies = ["Flask>=3.1", "celery[redis]>=5.4"]
[dependency-groups]
test = ["pytest>=9.0"]
dev = [{ include-group = "test" }]
"""
LOCK = "celery[redis]==5.7.0 \\\n    --hash=sha256:00\nflask==3.1.3 \\\n    --hash=sha256:00\npytest==9.2.0\n"


def test_a_lock_that_fits_has_no_problems() -> None:
    assert problems(PYPROJECT, LOCK) == []


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("flask==", "flask-babel==", "Flask: not in the lock; run make lock"),
        ("pytest==9.2.0", "pytest==8.4.0", "pytest>=9.0: the lock has 8.4.0; run make lock"),
        ("flask==", "--index-url https://pypi.example/simple\nflask==", "the lock holds an address"),
    ],
)
def test_what_does_not_fit_is_named(before: str, after: str, problem: str) -> None:
    assert problems(PYPROJECT, LOCK.replace(before, after)) == [problem]
