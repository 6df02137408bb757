"""Fix files: what to merge, correct and create in each system, in its own form, with the inverse."""

from sot.emit.fixes.folder import Fixes, write_fixes
from sot.emit.fixes.todo import write_todo

__all__ = ["Fixes", "write_fixes", "write_todo"]
