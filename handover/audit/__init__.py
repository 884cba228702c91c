"""The log of what was done to which dossier, that not even the operator can rewrite unseen.

Start at `log.record`, which every action calls in its own transaction, and at `events`, what may stand in an
entry. `sequencer` numbers entries as leaves of the tree in `tree`, `verify` holds the rows against it,
`queries` reads it for schools and auditors. The operators' own log is another thing and lies elsewhere.
"""
