"""Schools and people: boards, locations, units, groups, memberships; the open register. Start at `model`."""
