"""Fix files: what to merge, correct and create in each system, in its own form, with the inverse."""

from sot.emit.fixes.folder import Fixes, write_fixes

__all__ = ["Fixes", "write_fixes"]
