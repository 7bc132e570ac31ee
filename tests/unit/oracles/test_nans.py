"""Modules whose NaNs are made canonical: the same bits on an engine that leaves NaNs as they come."""


