"""`python -m mitey_fuzz.guided.child ORDERS [libFuzzer's arguments]`: the process that libFuzzer drives in a campaign.

Everything else is in `session`, which must not be imported before the subject is instrumented.
"""

import sys

from .instrument import instrumented

if __name__ == "__main__":
    with instrumented():
        from . import session
    session.start(sys.argv)
