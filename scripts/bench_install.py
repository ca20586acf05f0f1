"""Times `install` against the helm that it runs, on a cluster with 500 nodes, and shows where the time of a first
answer goes. Usage: bench_install.py RUNS, with KUBECONFIG, HELM_BIN, NAVIGATOR_PROGRAM, NAVIGATOR_EXAMPLE_MODEL,
NAVIGATOR_TRITON_IMAGE and NAVIGATOR_DEPLOYER_IMAGE set, in a scratch folder; the node reaches this machine at
NAVIGATOR_HOST_ADDRESS.
"""

import functools
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from bench_run import measure

RUNS = int(sys.argv[1])
HELM, PROGRAM = os.environ["HELM_BIN"], os.environ["NAVIGATOR_PROGRAM"]
IMAGE, HOST = os.environ["NAVIGATOR_DEPLOYER_IMAGE"], os.environ["NAVIGATOR_HOST_ADDRESS"]
NAMESPACE, RELEASE, OWNER, NODES = "navigator-bench", "magika-inference", "navigator-bench", 500
CHART = f"navigator_workspace/charts/magika/{RELEASE}"
REQUESTS = ["deployer.resources.requests.cpu=50m", "server.resources.requests.cpu=50m"]
HERE = ["--namespace", NAMESPACE]


def kubectl(*args, **options):
    return subprocess.run(["kubectl", *args], check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def gpu_node(index):
    """A node object with seven partitions; no machine stands behind it."""
    room = {"cpu": "64", "memory": "512Gi", "pods": "110", "nvidia.com/mig-1g.5gb": "7"}
    labels = {"nvidia.com/gpu.product": "NVIDIA-A100-SXM4-40GB", "nvidia.com/mig.strategy": "mixed", OWNER: ""}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": f"{OWNER}-{index}", "labels": labels},
        "spec": {"taints": [{"key": OWNER, "effect": "NoSchedule"}]},
        "status": {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]},
    }


def compare():
    """Ratios of whole commands, preflight included, each beside exactly the helm that it runs; no pod is waited for."""
    nodes = {"apiVersion": "v1", "kind": "List", "items": [gpu_node(i) for i in range(NODES)]}
    uri = "file:///mnt/model/m.onnx"
    with open("values.json", "w") as file:
        deployer = {"image": IMAGE, "modelUri": uri, "modelUriSecret": None, "modelSha256": None}
        gpu = {"mig": "mig-1g.5gb", "product": "A100-SXM4-40GB", "limit": 1}
        json.dump({"deployer": deployer, "gpu": gpu, "rollout": {"surge": True}}, file)
    # Kubernetes taints nodes that never speak.
    everywhere = ["--set", "tolerations[0].operator=Exists"]
    device = ["--mig", "mixed", "--mig-profile", "1g.5gb", "--gpu-product", "A100-SXM4-40GB"]
    ours = [PROGRAM, "install", *HERE, "--image", IMAGE, "--model-uri", uri, *device, "--", *everywhere]
    peer = [HELM, "upgrade", "--install", RELEASE, CHART, "--reset-then-reuse-values", "--values", "values.json", *HERE,
            *everywhere]
    uninstall = [HELM, "uninstall", RELEASE, *HERE, "--ignore-not-found"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    kubectl("create", "--filename", "-", input=json.dumps(nodes))
    try:
        print(f"{'':37}  {'ours':>7}  {'peer':>7}  {'ratio':>5}  {'goal':>5}")
        for name, before in [("install / helm upgrade --install, new", 0), ("the same, an upgrade", 1)]:
            pairs = []
            for _ in range(RUNS):
                pair = []
                for command in (ours, peer):
                    subprocess.run(uninstall, check=True, **quiet)
                    measure([command] * before)
                    pair.append(measure([command])[0])
                pairs.append(pair)
            ms = [statistics.median(pair[i] for pair in pairs) * 1000 for i in (0, 1)]
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"{name:37}  {ms[0]:4.0f} ms  {ms[1]:4.0f} ms  {ratio:5.2f}  {'≤1.5':>5}")
    finally:
        subprocess.run(uninstall, **quiet)
        kubectl("delete", "nodes", "--selector", OWNER)
        kubectl("delete", "pods", "--all", "--namespace", NAMESPACE, "--force", "--grace-period=0",
                stderr=subprocess.DEVNULL)


def serve_model():
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def copyfile(self, source, output):
            try:
                super().copyfile(source, output)
            except ConnectionError:  # Who only asks whether it is there reads no more.
                pass

    os.makedirs("served")
    shutil.copy(os.environ["NAVIGATOR_EXAMPLE_MODEL"], "served/model.onnx")
    server = http.server.ThreadingHTTPServer((HOST, 0), functools.partial(Quiet, directory="served"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def state(pod):
    """What a pod has reached, by name; each stays reached."""
    status = pod.get("status", {})
    conditions = {c["type"]: c["status"] for c in status.get("conditions", [])}
    deployer = (status.get("initContainerStatuses") or [{}])[0].get("state", {})
    triton = (status.get("containerStatuses") or [{}])[0]
    return {
        "scheduled": conditions.get("PodScheduled") == "True",
        "deployer started": "running" in deployer or "terminated" in deployer,
        "model placed": "terminated" in deployer,
        "Triton started": "running" in triton.get("state", {}),
        "Triton ready": triton.get("ready", False),
    }


def watch(reached, done):
    """Notes when each state is first seen, until the last one."""
    command = ["kubectl", "get", "pods", *HERE, "--watch", "--output", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    decoder, buffer = json.JSONDecoder(), ""
    for line in process.stdout:
        buffer += line
        if line != "}\n":
            continue
        pod, buffer = decoder.decode(buffer), ""
        for name, is_reached in state(pod).items():
            if is_reached:
                reached.setdefault(name, time.perf_counter())
        if "Triton ready" in reached:
            break
    process.kill()
    process.wait()
    done.set()


def deployer_seconds():
    """From its first to its last line: the kubelet tells only whole seconds, and two states at once."""
    log = kubectl("logs", f"deployment/{RELEASE}", *HERE, "--container", "deployer", "--timestamps")
    first, last = [line.split("T")[1].split("Z")[0].split(":") for line in log.splitlines()][:: len(log.splitlines()) - 1]
    seconds = [int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in (first, last)]
    return seconds[1] - seconds[0]


def ask_until_answered(request):
    """The Service leads to a pod some moments after that is ready."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(1000):
        try:
            return opener.open(request, timeout=30).read()
        except urllib.error.URLError:
            time.sleep(0.01)
    sys.exit("the Service leads to no pod")


def show_phases():
    """From the command to the first answer, on the one real node, whose images are there already."""
    server = serve_model()
    uri = f"http://{HOST}:{server.server_port}/model.onnx"
    ours = [PROGRAM, "install", *HERE, "--image", IMAGE, "--gpu-limit", "0", "--model-uri", uri, "--",
            *[word for value in REQUESTS for word in ("--set", value)]]
    reached, done = {}, threading.Event()
    threading.Thread(target=watch, args=(reached, done), daemon=True).start()
    start = time.perf_counter()
    subprocess.run(ours, check=True, stdout=subprocess.DEVNULL)
    reached["install is back"] = time.perf_counter()
    if not done.wait(120):
        sys.exit("the model is not served after 120 s")
    address = kubectl("get", "service", RELEASE, *HERE, "--output", "jsonpath={.spec.clusterIP}")
    body = {"inputs": [{"name": "bytes", "shape": [1, 2048], "datatype": "INT32", "data": [0] * 2048}]}
    request = urllib.request.Request(f"http://{address}:8000/v2/models/magika/infer", json.dumps(body).encode())
    ask_until_answered(request)
    reached["first answer"] = time.perf_counter()
    server.shutdown()
    print("\nFrom `install` to the first answer:")
    before = start
    for name, at in sorted(reached.items(), key=lambda item: item[1]):
        print(f"  {name:17} {at - start:6.2f} s  (+{at - before:.2f})")
        before = at
    print(f"Ours of it: install {reached['install is back'] - start:.2f} s, deployer {deployer_seconds():.2f} s; goal: under 1 s")
    subprocess.run([HELM, "uninstall", RELEASE, *HERE], check=True, stdout=subprocess.DEVNULL)


config = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../examples/magika/navigator.yaml")
subprocess.run([PROGRAM, "create", "--config-path", config, "--model-path", os.environ["NAVIGATOR_EXAMPLE_MODEL"],
                "--triton-docker-image", os.environ["NAVIGATOR_TRITON_IMAGE"], "--container-version", "24.10"],
               check=True, stdout=subprocess.DEVNULL)
kubectl("create", "namespace", NAMESPACE)
try:
    compare()
    show_phases()
finally:
    kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")
