"""How good the pocket pack is, in figures: `python3 -m score --help`, in tools/pocket."""
