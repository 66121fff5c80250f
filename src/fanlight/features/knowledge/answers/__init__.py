"""Answers by a model, off by default: only what published articles say, sentence by sentence.

``asking`` (what the model gets, and its reply), ``checking`` (which sentences may stand),
``answering`` (the whole of it: passages, caps, what is kept).
"""
