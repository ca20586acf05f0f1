/** What the tools really said: docker 20.10 with and without BuildKit, podman 4.3, buildah 1.28. */

import { isNetworkTrouble, refusalHint } from "../../../src/image/refusals.ts";
import { equal, match } from "../../support/assert.ts";

Deno.test("a build that is refused: what to do", () => {
  const rows: [said: string, hint: RegExp][] = [
    ["Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?", /start/],
    [
      "failed to dial gRPC: cannot connect to the Docker daemon. Is 'docker daemon' running on this host?: " +
      "dial unix /x: connect: permission denied",
      /add it to the group `docker`/,
    ],
    ["permission denied while trying to connect to the Docker daemon socket at unix:///x", /group/],
    [
      'Head "http://r.io:5051/v2/x/y/manifests/1": no basic auth credentials',
      /docker login r\.io:5051$/,
    ],
    [
      "failed to create LLB definition: pulling from host r.io failed with status code [manifests 1]: 401 Unauthorized",
      /docker login r\.io$/,
    ],
    [
      "creating build container: initializing source docker://r.io/x/y:1: reading manifest 1 in r.io/x/y: " +
      "unauthorized: authentication required",
      /docker login r\.io$/,
    ],
    [
      "pull access denied for nobody/x, repository does not exist or may require 'docker login'",
      /docker\.io$/,
    ],
    [
      "manifest for r.io/x:1 not found: manifest unknown: manifest unknown",
      /a base image is not there/,
    ],
    ["failed to create LLB definition: r.io/x:1: not found", /a base image is not there/],
    [
      "reading manifest 1 in r.io/x: manifest unknown: manifest unknown",
      /a base image is not there/,
    ],
    [
      'short-name "x:1" did not resolve to an alias and no unqualified-search',
      /a base image is not/,
    ],
    [
      'Get "https://r.io/v2/": dial tcp: lookup r.io on 1.1.1.1:53: no such host',
      /registry r\.io: check/,
    ],
    [
      "processing tar file(write /usr/bin/whereis: no space left on device): exit",
      /docker system prune/,
    ],
    [
      "perf_analyzer does not start here: its wheel needs glibc 2.38, not 2.31",
      /--build-arg PERF_ANALYZER_IMAGE=/,
    ],
    [
      "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] cert",
      /--ca-certificate FILE/,
    ],
  ];
  for (const [output, hint] of rows) match(refusalHint("docker", { output }) ?? output, hint);
  const others = [
    "something else",
    'RUN fail() { echo "perf_analyzer does not start here: $1" >&2; }',
  ];
  for (const output of others) equal(refusalHint("docker", { output }), undefined);
});

Deno.test("a push that is refused: the registry, and the words of the tool", () => {
  const image = "r.io:5/org/m:1";
  const hint = (builder: "docker" | "podman" | "buildah", output: string) =>
    refusalHint(builder, { output, image });
  equal(hint("docker", "no basic auth credentials"), "log in first: docker login r.io:5");
  const unauthorized =
    "checking whether a blob exists in r.io:5/org/m: unauthorized: authentication required";
  equal(hint("podman", unauthorized), "log in first: podman login r.io:5");
  equal(hint("buildah", unauthorized), "log in first: buildah login r.io:5");
  const unknown = 'Get "https://r.io:5/v2/": x509: certificate signed by unknown authority';
  match(hint("docker", unknown)!, /\/etc\/docker\/certs\.d\/r\.io:5\/ca\.crt$/);
  match(hint("buildah", unknown)!, /\/etc\/containers\/certs\.d\/r\.io:5\/ca\.crt$/);
  const plain = 'Get "https://r.io:5/v2/": http: server gave HTTP response to HTTPS client';
  match(hint("docker", plain)!, /insecure-registries/);
  match(hint("podman", plain)!, /registries\.conf/);
  for (
    const absent of [
      "Error response from daemon: No such image: m:1",
      "An image does not exist locally with the tag: m",
      "Error: m:1: image not known",
    ]
  ) match(hint("docker", absent)!, /helm navigator build/);
});

Deno.test("only a network that went away is worth another try", () => {
  const again = [
    "write tcp 127.0.0.1:50928->127.0.0.1:5053: use of closed network connection",
    'Patch "http://r.io/v2/x": write tcp 1.1.1.1:2->1.1.1.2:80: write: connection reset by peer',
    'Get "http://r.io/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    'Put "https://r.io/v2/": net/http: TLS handshake timeout',
    'Get "https://r.io/v2/": EOF',
    "received unexpected HTTP status: 503 Service Unavailable",
  ];
  for (const text of again) equal([text, isNetworkTrouble(text)], [text, true]);
  const final = ["unauthorized: authentication required", "no such host", "manifest invalid"];
  for (const text of final) equal([text, isNetworkTrouble(text)], [text, false]);
});
