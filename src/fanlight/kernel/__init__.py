"""The ground floor: database, work, jobs, live signals, blobs, secrets, time, ids, words."""
