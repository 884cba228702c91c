"""What can keep a room closed."""

from __future__ import annotations

from handover.errors import IllegalTransition, NotAllowed


class NoKey(NotAllowed):
    """The person holds no key that opens this; a colleague who does can hand it on."""

    code = "no-key"


class NoValidCard(IllegalTransition):
    """The region does not, or no longer, vouch for this unit's keys: nothing may be sealed to it."""

    code = "no-valid-card"
