"""The age v1 file format, on pyca/cryptography alone, so that any age program opens what we seal.

Start at `file.py`: the two verbs, `encrypt` and `decrypt`. It brings together three parts that do not know
one another: `header.py` (who may open it), `stream.py` (the payload, chunk by chunk) and one module for each
kind of key (`hybrid.py`, `x25519.py`, `scrypt.py`). `seekable.py` reads from the middle; `armor.py` and
`bech32.py` are the textual forms.

There are no options and there is no choice of algorithm. Plugins, SSH keys and the tag recipients are not
here.

Source: C2SP age.md, https://c2sp.org/age
"""
