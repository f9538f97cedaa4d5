# What of botocore is used here; it ships no types of its own.
