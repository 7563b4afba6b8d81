"""Frozen sealed values: `kind/damage.json`, one damage a file. `make.py` wrote them once; they never change again."""
