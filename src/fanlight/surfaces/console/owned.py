"""Where a customer's own UID may stand in words that do not say that it is an account."""

import re

# A word of its own with as many digits in a row as the shortest UID has. Most lines hold none, and
# for them nothing is asked; a hash or an address is longer than any UID.
DIGITS = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]{5,32}(?![0-9A-Za-z]))[0-9A-Za-z]*?[0-9]{5}", re.ASCII
)
