"""Times `deploy` against its peers, in turns: medians of the ratios, and the least and the largest of them.

Usage: bench_fetch.py RUNS, with NAVIGATOR_PROGRAM, NAVIGATOR_SERVE, NAVIGATOR_AWS and NAVIGATOR_EXAMPLE_MODEL set, in a
scratch folder with room for 12 GiB.
"""

import os
import shutil
import statistics
import subprocess
import sys
import zipfile

from bench_run import measure

RUNS = int(sys.argv[1])
PROGRAM, SERVE, AWS, EXAMPLE = (os.environ[f"NAVIGATOR_{name}"] for name in ("PROGRAM", "SERVE", "AWS", "EXAMPLE_MODEL"))
GIB = 1 << 30
ENTRIES = 100_000
ROW = "{:46}  {:>7}  {:>7}  {:>5} {:>11}  {:>6}  {:>8}"

# aws sends its requests to the same server, which asks for no signature.
os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true")


def serve(rate, delay):
    process = subprocess.Popen([SERVE, ".", str(rate), delay], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def make(name, size):
    """Bytes that no file system and no compression can leave out."""
    with open(f"site/{name}", "wb") as file:
        for _ in range(size >> 24):
            file.write(os.urandom(1 << 24))


def run(commands):
    shutil.rmtree("out", ignore_errors=True)
    os.mkdir("out")
    return measure(commands)


def deploy(uri, *more):
    # A plan is taken as it is, whatever its bytes.
    return [[PROGRAM, "deploy", "--model-name", "m", "--model-uri", uri, "--model-repository", "out/models", *more]]


def compare(name, ours, peers, goal, pick=min):
    """Against the peer that `pick` picks in each turn."""
    pairs = []
    for _ in range(RUNS):
        mine = run(ours)
        pairs.append((mine, pick(run(peer)[0] for peer in peers)))
    ratios = [mine[0] / peer for mine, peer in pairs]
    seconds = [statistics.median(mine[0] for mine, _ in pairs), statistics.median(peer for _, peer in pairs)]
    spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
    ratio = f"{statistics.median(ratios):.2f}"
    mib = f"{max(mine[1] for mine, _ in pairs):.0f} MiB"
    print(ROW.format(name, *(f"{each:.2f} s" for each in seconds), ratio, spread, f"≤{goal}", mib), flush=True)


def alone(name, ours, goal=""):
    """Its own time, and no peer's."""
    runs = [run(ours) for _ in range(RUNS if goal else 1)]
    times = [time * 1000 for time, _ in runs]
    spread = f"{min(times):.0f}–{max(times):.0f}" if goal else ""
    print(ROW.format(name, f"{statistics.median(times):.0f} ms", "", "", spread, goal, f"{max(m for _, m in runs):.0f} MiB"), flush=True)


os.makedirs("site", exist_ok=True)
make("big.plan", 2 * GIB)
digest = subprocess.run(["sha256sum", "site/big.plan"], capture_output=True, text=True).stdout.split()[0]
print(ROW.format("", "ours", "peer", "ratio", "from–to", "goal", "ours≤150"))
alone("a small ONNX model from a file", deploy(EXAMPLE), "≤150")

server, base = serve(0, "0s")
url = f"{base}/site/big.plan"
curl = ["curl", "--silent", "--fail", "--output", "out/big", url]
compare("2 GiB, loopback / curl", deploy(url), [[curl]], 1.25)
# We come back only when the model is on the disk, curl does not.
compare("2 GiB, loopback / curl + sync", deploy(url), [[curl, ["sync", "out/big"]]], 1.25)
compare("2 GiB, with digest / curl + sha256sum", deploy(url, "--model-sha256", digest), [[curl, ["sha256sum", "out/big"]]], 1.25)
os.remove("site/big.plan")

make("m.plan", GIB)
subprocess.run("tar -C site -czf site/m.tar.gz m.plan && cd site && zip -q m.zip m.plan && rm m.plan", shell=True, check=True)
for archive, unpack in (("m.tar.gz", ["tar", "-C", "out", "-xzf"]), ("m.zip", ["unzip", "-q", "-d", "out"])):
    url = f"{base}/site/{archive}"
    curl = ["curl", "--silent", "--fail", "--output", f"out/{archive}", url]
    if archive == "m.zip":
        compare("1 GiB zip, fetched, unpacked / curl + unzip", deploy(url), [[curl, unpack + ["out/m.zip"]]], 1.15)
    else:
        compare("1 GiB tar.gz / the longer of curl and tar", deploy(url), [[curl], [unpack + ["site/m.tar.gz"]]], 1.15, max)
    os.remove(f"site/{archive}")
with zipfile.ZipFile("site/many.zip", "w", zipfile.ZIP_DEFLATED) as many:
    many.writestr("m/m.plan", "plan")
    for i in range(ENTRIES - 1):
        many.writestr(f"m/assets/part-{i // 1000}/vocabulary-{i}.txt", f"word {i}")
alone(f"zip of {ENTRIES} entries", deploy(os.path.abspath("site/many.zip")))
server.terminate()

make("half.plan", GIB // 2)
server, base = serve(30e6, "50ms")
url = f"{base}/site/half.plan"
remote = ["rclone", "--config", "/dev/null", "copyto", "--http-url", f"{base}/site", ":http:half.plan", "out/half"]
peers = [
    ["aria2c", "-x16", "-s16", "-k1M", "--quiet", "--dir", "out", url],
    remote + ["--multi-thread-streams", "16", "--multi-thread-cutoff", "1M"],
    [AWS, "s3", "cp", "--quiet", "--endpoint-url", base, "s3://site/half.plan", "out/half"],
]
for peer in peers:
    compare(f"512 MiB, 30 MB/s each, 50 ms / {os.path.basename(peer[0])}", deploy(url), [[peer]], 1.0)
server.terminate()
