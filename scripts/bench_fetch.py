"""Times the download of `deploy` against its peers, in turns, and prints medians of the ratios.

Usage: bench_fetch.py RUNS, with NAVIGATOR_PROGRAM and NAVIGATOR_SERVE set, in a scratch folder with room for 8 GiB.
"""

import os
import shutil
import statistics
import subprocess
import sys

from bench_run import measure

RUNS = int(sys.argv[1])
PROGRAM, SERVE = os.environ["NAVIGATOR_PROGRAM"], os.environ["NAVIGATOR_SERVE"]
GIB = 1 << 30


def serve(rate, delay):
    process = subprocess.Popen([SERVE, "site", str(rate), delay], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def make(name, size):
    """Bytes that no file system can leave out."""
    with open(f"site/{name}", "wb") as file:
        for _ in range(size >> 24):
            file.write(os.urandom(1 << 24))


def run(commands):
    shutil.rmtree("out", ignore_errors=True)
    os.mkdir("out")
    return measure(commands)


def deploy(url, *more):
    # A plan is taken as it is, whatever its bytes.
    return [[PROGRAM, "deploy", "--model-name", "m", "--model-uri", url, "--model-repository", "out/models", *more]]


def compare(name, ours, peers, goal):
    """Against the best of the peers in each turn."""
    pairs = []
    for _ in range(RUNS):
        mine = run(ours)
        pairs.append((mine, min(run(peer) for peer in peers)))
    ratio = statistics.median(a[0] / b[0] for a, b in pairs)
    seconds = [statistics.median(p[i][0] for p in pairs) for i in (0, 1)]
    mib = [max(p[i][1] for p in pairs) for i in (0, 1)]
    print(f"{name:44}  {seconds[0]:5.2f} s  {seconds[1]:5.2f} s  {ratio:5.2f}  ≤{goal:<4}  {mib[0]:4.0f} MiB  {mib[1]:4.0f} MiB")


os.makedirs("site", exist_ok=True)
make("big.plan", 2 * GIB)
make("half.plan", GIB // 2)
digest = subprocess.run(["sha256sum", "site/big.plan"], capture_output=True, text=True).stdout.split()[0]
print(f"{'':44}  {'ours':>7}  {'peer':>7}  {'ratio':>5}  {'goal':>5}  {'ours':>8}  {'peer':>8}")

server, base = serve(0, "0s")
url = f"{base}/big.plan"
curl = ["curl", "--silent", "--fail", "--output", "out/big", url]
compare("2 GiB, loopback / curl", deploy(url), [[curl]], 1.25)
compare("2 GiB, with digest / curl + sha256sum", deploy(url, "--model-sha256", digest), [[curl, ["sha256sum", "out/big"]]], 1.25)
server.terminate()

server, base = serve(30e6, "50ms")
url = f"{base}/half.plan"
peers = []
if shutil.which("aria2c"):
    peers.append([["aria2c", "-x16", "-s16", "-k1M", "--quiet", "--dir", "out", url]])
if shutil.which("rclone"):
    remote = ["rclone", "--config", "/dev/null", "copyto", "--http-url", base, ":http:half.plan", "out/half"]
    peers.append([remote + ["--multi-thread-streams", "16", "--multi-thread-cutoff", "1M"]])
if peers:
    names = ", ".join(peer[0][0] for peer in peers)
    compare(f"512 MiB, 30 MB/s a connection, 50 ms / {names}", deploy(url), peers, 1.0)
else:
    print("neither aria2c nor rclone is on PATH: nothing to compare a slow link with")
server.terminate()
