"""The benchmark: Sarbon beside a bare relay and Celery's signed tasks, same broker, same run.

Responsible for measuring only: it uses the node as its operators do, through processes, the local
socket and the database file. Must not be imported by the node.
"""
