"""What can be done with people, one family of verbs a file.

``customers`` (find, link, merge), ``cards`` (what agents see), ``agents``, ``teams``, ``links``
(first start, invitations), ``sign_in``, ``sessions``, ``totp``, ``passkeys``.
"""
