"""E-mail: received by LMTP, SMTP or IMAP, sent by submission with DKIM, threaded by signed address."""
