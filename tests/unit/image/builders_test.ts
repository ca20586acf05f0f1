import { type ImageBuild, proxyArguments } from "../../../src/image/builder.ts";
import { builders } from "../../../src/image/builders.ts";
import { quoteCommand } from "../../../src/text/quote.ts";
import type { ToolCommand } from "../../../src/world.ts";
import { equal } from "../../support/assert.ts";

function is(command: ToolCommand, line: string): void {
  equal(quoteCommand(command.program, command.args, command), line);
}

const plain: ImageBuild = {
  tree: "t",
  tag: "a:1",
  buildArgs: [],
  pull: false,
  noCache: false,
  rest: [],
};

Deno.test("build, in the words of each tool", () => {
  const { docker, podman, buildah } = builders;
  is(docker.build(plain), "docker build --force-rm --file t/Dockerfile --tag a:1 t");
  is(podman.build(plain), "podman build --file t/Dockerfile --tag a:1 t");
  is(
    buildah.build(plain),
    "buildah build --layers --force-rm --file t/Dockerfile --tag a:1 t",
  );
  const full = {
    ...plain,
    platform: "linux/amd64",
    buildArgs: ["A=1 2", "HTTPS_PROXY"],
    caCertificate: "ca.pem",
    pull: true,
    noCache: true,
    rest: ["--network", "host"],
  };
  const told = "--file t/Dockerfile --tag a:1 --platform linux/amd64 --build-arg 'A=1 2' " +
    "--build-arg HTTPS_PROXY --build-arg CA_CERTIFICATES --no-cache --network host t";
  const ca = 'CA_CERTIFICATES="$(cat ca.pem)"';
  is(docker.build(full), `${ca} docker build --force-rm --pull ${told}`);
  is(podman.build(full), `${ca} podman build --pull=always ${told}`);
  is(buildah.build(full), `${ca} buildah build --layers --force-rm --pull=always ${told}`);
});

Deno.test("tag and push", () => {
  const push = { image: "r.io/a:1", digestFile: "/d", rest: [] };
  is(builders.docker.tag("a:1", "r.io/a:1"), "docker tag a:1 r.io/a:1");
  is(builders.docker.push(push), "docker push r.io/a:1");
  is(builders.podman.push(push), "podman push --digestfile /d r.io/a:1");
  is(builders.buildah.push(push), "buildah push --digestfile /d r.io/a:1");
});

Deno.test("proxies are handed on by name, so that no password shows", () => {
  const env: Record<string, string> = { HTTPS_PROXY: "http://u:GEHEIM@p:1", no_proxy: "x" };
  equal(proxyArguments((name) => env[name]), ["HTTPS_PROXY", "no_proxy"]);
});
