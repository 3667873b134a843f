"""READING what authorities already have: tables, EDIFACT, XML become documents; pure."""
