"""Runs commands one after the other and measures them together."""

import os
import subprocess
import sys
import time


def measure(commands):
    """Wall seconds of all together, and the largest peak memory of one in MiB."""
    start, peak = time.perf_counter(), 0
    for command in commands:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)} failed with exit code {process.returncode}")
        peak = max(peak, usage.ru_maxrss / 1024)
    return time.perf_counter() - start, peak
