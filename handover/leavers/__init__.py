"""Leavers: children who leave the primary school this summer, their applications and destinations."""
