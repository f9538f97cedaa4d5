"""What a process says of itself: log lines on stdout, numbers for Prometheus."""
