"""Who looks at what: reads written down and counted, reveals for a reason, alerts, a lead's word.

``looks`` (opening a ticket), ``reads`` (searching, paging), ``reveals`` (one fact in clear),
``rates`` (figures, what is usual, caps), ``alerts``, ``words`` (a lead lets somebody go on),
``bait`` (records nobody has a reason to open), ``exports`` (out by two persons).
"""
