"""Campaigns: many cases, several workers, one supervisor."""
