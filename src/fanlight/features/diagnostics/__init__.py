"""Why is my deposit missing, my withdrawal late, my order gone: answered from facts.

``checks`` hold one file for each symptom.
"""
