"""Who speaks and who answers: customers with their identities, agents with their rights.

Further names here: ``access`` (the word that rights have changed), ``assurance`` (how sure we are
of a speaker), ``masks`` (what agents see of a personal fact), ``permissions`` (every verb that can
be granted), ``passwords`` (Argon2id).
"""
