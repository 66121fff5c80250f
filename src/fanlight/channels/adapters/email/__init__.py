"""E-mail: in by LMTP, SMTP or IMAP, out by submission with DKIM, threaded by signed address."""
