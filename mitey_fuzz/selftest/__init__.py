"""The self-test: faults planted in the subject on purpose, and how soon a campaign finds them."""
