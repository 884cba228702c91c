"""What a reader of sealed or signed bytes may see; never which part of a key or passphrase was wrong."""

from __future__ import annotations

from typing import ClassVar

from handover.errors import HandoverError


class KeysError(HandoverError):
    """Something sealed or signed could not be read, or could not be made as asked."""

    code: ClassVar[str] = "keys"


class Damaged(KeysError):
    """The bytes are not what was written: changed, put together wrongly, or never of this format.

    Nothing that was handed out before this error was changed; what follows is lost. Trying again does not
    help.
    """

    code = "damaged"


class Truncated(Damaged):
    """The end is missing, as after a transfer that broke off; fetching it again may help."""

    code = "truncated"


class NotForYou(KeysError):
    """None of the given identities opens this file: another recipient, or another passphrase."""

    code = "not-for-you"


class UnknownVersion(KeysError):
    """It names a version of the format that this reader does not know; a newer one may."""

    code = "unknown-version"


class BadSignature(KeysError):
    """What is signed, or by whom, is not what it claims to be."""

    code = "bad-signature"
