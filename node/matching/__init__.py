"""WHICH CARGO an alert concerns: alerts and watch items compared with notices, and why; pure."""
