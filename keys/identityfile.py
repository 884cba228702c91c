"""Age identity files with facts in their comments: what is sealed when a key is handed to somebody.

Opened with any age program, the result is a file that any age program takes with `-i`; the lines with `#` say to us
what the key is for. Padded, so that the sealed size tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from keys.age.hybrid import HybridIdentity
from keys.errors import Damaged

PADDING = 256

_FACT = re.compile(r"# ([a-z-]+): ([!-~]+)")


def write(title: str, facts: Mapping[str, str], identity: HybridIdentity) -> bytes:
    """Write the file; its length in bytes is a multiple of 256.

    Raises:
        ValueError: a fact that is empty or not visible ASCII without spaces; the caller made a mistake.
    """
    lines = [f"# {title}", *(f"# {name}: {value}" for name, value in facts.items())]
    if not all(map(_FACT.fullmatch, lines[1:])):
        raise ValueError("a fact is visible ASCII")
    text = "\n".join([*lines, identity.encode(), ""])
    return (text + "#" * (-len(text) % PADDING)).encode("ascii")


def read(title: str, data: bytes) -> tuple[dict[str, str], HybridIdentity]:
    """Read what `write` wrote under this title.

    Raises:
        Damaged: anything else.
    """
    try:
        first, *lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Damaged("no identity file of ours") from error
    secrets = [line for line in lines if line and not line.startswith("#")]
    if first != f"# {title}" or len(secrets) != 1:
        raise Damaged("no identity file of ours")
    facts = {match[1]: match[2] for match in map(_FACT.fullmatch, lines) if match}
    return facts, HybridIdentity.parse(secrets[0])
