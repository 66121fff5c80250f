"""The public help center: server-rendered pages, search and suggestions, writing to us.

A page is a module in ``pages`` with its template beside it; it offers ``ROUTES`` and, in
``EXAMPLES``, the addresses at which a test opens it in every language.
"""
