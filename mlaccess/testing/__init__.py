"""WORKSHOP: made-up deployments for property tests of your own roles, and of mlaccess itself.

`mlaccess.testing.strategies` needs the extra `test` (Hypothesis); nothing else in mlaccess imports this room.
"""
