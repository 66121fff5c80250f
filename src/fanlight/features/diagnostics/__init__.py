"""Why is my deposit missing, my withdrawal late, my order gone: answered from facts.

``checks`` hold one file for each symptom: a pure decision over facts, found by its place. Beside
the usual files: ``values`` (figures without a language), ``words`` (how a check says what it
found), ``gathering`` (asks the exchange and the networks, with deadlines), ``telling`` (a finding
in a language), ``choosing`` (which check a text or a ticket calls for), ``discovery``.
"""
