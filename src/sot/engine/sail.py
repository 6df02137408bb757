"""The process of Sail (`python -m sot.engine.sail PORT PARENT`): serves until its parent is gone. Imports pysail."""

from __future__ import annotations

import os
import sys
import threading
import time


def main(port: int, parent: int) -> None:
    """Serve Spark Connect on `port` of this machine as long as the process `parent` lives."""
    from pysail.spark import SparkConnectServer

    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    server = SparkConnectServer("127.0.0.1", port)
    server.start(background=False)


def _watch(parent: int) -> None:
    """End this process when its parent has ended; a server that nobody asks any more must not stay."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
