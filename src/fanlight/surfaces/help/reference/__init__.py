"""The API reference: an OpenAPI 3 document read with suspicion, told in pages, compared by version.

``document`` reads and refuses, ``fields`` unfolds schemas, ``api`` makes operations of it,
``changes`` compares two versions, ``samples`` writes requests as code, ``shelf`` keeps what was
read.
"""
