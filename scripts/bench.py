"""Times commands against their peers, in turns, and prints medians of the ratios.

Usage: bench.py RUNS, with HELM_BIN, NAVIGATOR_PROGRAM and NAVIGATOR_EXAMPLE_MODEL set, in a scratch folder.
"""

import os
import statistics
import subprocess
import sys

from bench_run import measure

RUNS = int(sys.argv[1])
HELM, PROGRAM = os.environ["HELM_BIN"], os.environ["NAVIGATOR_PROGRAM"]
CREATE = [PROGRAM, "create", "--model-name", "m", "--model-path", os.environ["NAVIGATOR_EXAMPLE_MODEL"]]
PEER = [HELM, "create", "peer"]
LINT = [HELM, "lint", "--strict", "model/charts/m/m-inference", "model/charts/m/m-tester"]

# What, ours, the peer's commands one after the other, the largest ratio that is good enough.
PAIRS = [
    ("create --no-lint / helm create", [CREATE + ["--no-lint"]], [PEER], 1.5),
    ("create / helm create + helm lint", [CREATE], [PEER, LINT], 1.5),
    ("--help / an empty compiled program", [[PROGRAM, "--help"]], [["./empty"]], 1.4),
    ("version / an empty compiled program", [[PROGRAM, "version"]], [["./empty"]], None),
]


def run(commands):
    subprocess.run(["rm", "-rf", "peer", "navigator_workspace"], check=True)
    return measure(commands)


# What the peer lints: the same two charts.
subprocess.run(CREATE + ["--workspace-path", "model"], check=True, stdout=subprocess.DEVNULL)
print(f"{'':37}  {'ours':>7}  {'peer':>7}  {'ratio':>5}  {'goal':>5}  {'ours':>8}  {'peer':>8}")
for name, ours, peer, goal in PAIRS:
    run(ours), run(peer)  # Warms the disk's cache.
    pairs = [(run(ours), run(peer)) for _ in range(RUNS)]
    ratio = statistics.median(a[0] / b[0] for a, b in pairs)
    ms = [statistics.median(p[i][0] for p in pairs) * 1000 for i in (0, 1)]
    mib = [max(p[i][1] for p in pairs) for i in (0, 1)]
    limit = "" if goal is None else f"≤{goal}"
    print(f"{name:37}  {ms[0]:4.0f} ms  {ms[1]:4.0f} ms  {ratio:5.2f}  {limit:>5}  {mib[0]:4.0f} MiB  {mib[1]:4.0f} MiB")
