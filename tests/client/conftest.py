"""A founded stage, a served node of it, and its peers; as the API's own tests have them."""

from tests.daemon.conftest import founded_once, stage
from tests.web.carried import exchange
from tests.web.conftest import served

__all__ = ["exchange", "founded_once", "served", "stage"]
