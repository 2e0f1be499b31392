"""Fixtures that several test files share."""

from tests.kaggle.throwaway import throwaway_python

__all__ = ["throwaway_python"]
