"""Whose request this is: asked once, then remembered for the request."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g

from handover.web.shell import MenuItem, Viewer, Visit, current_shell


def current_visit() -> Visit | None:
    """The session of this request, if there is one, ended or not.

    When finding it fails, the error is the caller's once; after that there is nobody, so that the page that
    tells of the error can still be drawn.
    """
    if "visit" not in g:
        g.visit = None
        g.visit = current_shell().find_visit()
    visit: Visit | None = g.visit
    return visit


def current_viewer() -> Viewer | None:
    """The person who is signed in, or None."""
    visit = current_visit()
    return visit.viewer if visit else None


def forget_visit() -> None:
    """Ask again: the request has just signed somebody in or out."""
    g.pop("visit", None)
    g.pop("menu", None)


def current_menu() -> Sequence[MenuItem]:
    """The menu of this person; empty for nobody."""
    if "menu" not in g:
        g.menu = ()
        viewer = current_viewer()
        g.menu = current_shell().build_menu(viewer) if viewer else ()
    menu: Sequence[MenuItem] = g.menu
    return menu
