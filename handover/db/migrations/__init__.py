"""The database's history. `head.txt` names the newest step, so that two at once conflict in git."""
