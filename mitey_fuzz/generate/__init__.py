"""Cases from choices: `generate(choices, swarm(choices, features))`, or `case_for` a module from elsewhere.

`link` makes a profile one of linked modules.  The public names, nothing else.
"""

from .foreign import case_for
from .module import generate
from .profile import Profile, link, swarm
from .terminate import ensure_termination, export_all

__all__ = ["Profile", "case_for", "ensure_termination", "export_all", "generate", "link", "swarm"]
