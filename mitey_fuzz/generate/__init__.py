"""Cases from choices: `generate(choices, swarm(choices, features))`.

The public names, nothing else.
"""

from .module import generate
from .profile import Profile, swarm
from .terminate import ensure_termination, export_all

__all__ = ["Profile", "ensure_termination", "export_all", "generate", "swarm"]
