"""What can go wrong at the door and among colleagues."""

from __future__ import annotations

from handover.errors import Expired, IllegalTransition, Invalid, NotSignedIn, Unavailable


class SignInFailed(NotSignedIn):
    """Address and words do not belong together. One answer, whatever was wrong."""

    code = "sign-in-failed"


class TooManyTries(Unavailable):
    """Too many failed tries from this place; another try is possible after `retry_after` seconds, never never."""

    code = "too-many-requests"


class CodeRefused(Expired):
    """There is no such invitation, or it was used, withdrawn or is too old. One answer."""

    code = "code-refused"


class WordsDiffer(Invalid):
    """The five words are not those of this key: somebody else's, or misheard."""

    code = "words-differ"


class SignInFirst(IllegalTransition):
    """The invitation is for somebody who has a sign-in already: use it signed in."""

    code = "sign-in-first"


class LastAdmin(IllegalTransition):
    """Without this person the unit would have no admin; name another first."""

    code = "last-admin"


class LastHolder(IllegalTransition):
    """This person's copy of a key is the last one; only the printed sheet can bring it back."""

    code = "last-holder"


class NotDecided(IllegalTransition):
    """No admin has decided, with the admin key, that this person may have this key."""

    code = "not-decided"


class RegionExists(IllegalTransition):
    """There is a region on this host already."""

    code = "region-exists"
