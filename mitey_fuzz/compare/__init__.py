"""The judge: runs a case on several engines in step and says whether they agree."""
