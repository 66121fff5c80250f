"""Every statement on people: ``customers``, ``agents``, ``teams`` and ``sign_in``, a file each."""
