"""publish: the golden tables of a finished run where BI and integrations read them (DESIGN.md, section 6)."""

from sot.publish.dbt import write_dbt
from sot.publish.publisher import OLDER_RUN, Published, Request, publish
from sot.publish.target import find_target

__all__ = ["OLDER_RUN", "Published", "Request", "find_target", "publish", "write_dbt"]
