import { targetOf } from "../../../src/cluster/target.ts";
import { waitUntilServing } from "../../../src/commands/watch_release.ts";
import { Interrupted, ToolError } from "../../../src/errors.ts";
import { equal, failure, match } from "../../support/assert.ts";
import { type Answer, type FakeOptions, fakeWorld } from "../../support/fake_world.ts";
import {
  deployer,
  deployment,
  ended,
  json,
  pod,
  replicaSet,
  rolledOut,
  running,
  triton,
  waiting,
} from "../../support/kube.ts";

const seen = (...items: object[]) => json(replicaSet(), ...items);
const stuck = (container: object) => seen(deployment(), pod(deployer(container)));
const serving = seen(deployment(rolledOut), pod(triton({ ready: true, ...running })));
const deploying = stuck(running);
const down: Answer = { code: 1, stderr: "connection refused" };

function wait(answers: readonly Answer[], options: FakeOptions = {}, seconds = 100) {
  const world = fakeWorld({
    ...options,
    tools: [
      { starts: "kubectl get deployments,replicasets,pods", answers },
      ...options.tools ?? [],
    ],
  });
  const target = targetOf({ namespace: "ns" }, () => undefined);
  const run = () => waitUntilServing(target, "r", seconds, world);
  return { run, world, after: () => world.now().getTime() / 1000 };
}

const log = (...answers: Answer[]) => ({ starts: "kubectl logs p --container deployer", answers });
const silent = {
  starts: "kubectl get events --field-selector involvedObject.uid=pod-1",
  answer: "{}",
};

Deno.test("wait: until it serves, telling each new step once", async () => {
  const steps = log("unpack\n", "fetch 43% 812/1890 MB 96 MB/s\n", { code: 1, stderr: "gone" });
  const answers = Array.from({ length: 12 }, () => deploying);
  const { run, world, after } = wait([...answers, serving], { tools: [steps] });
  await run();
  world.done();
  equal(world.stderr, [
    "0/1 serving; deploying, unpack",
    "0/1 serving; deploying, fetch 43% 812/1890 MB 96 MB/s",
    "0/1 serving; deploying",
    "1/1 serving",
  ]);
  equal(after(), 12);
  equal(world.commands.filter((line) => line.startsWith("kubectl logs")).length, 3);
});

Deno.test("wait: a terminal has one line, without line breaks", async () => {
  const message = "no\n\tsuch thing\n";
  const { run, world } = wait([stuck(waiting("Odd", message)), serving], { terminal: true });
  await run();
  equal(world.stderr, []);
  equal(world.progressLines, ["0/1 serving; deploying, Odd: no", "1/1 serving", ""]);
});

Deno.test("wait: what is hopeless ends it at once, with all that was said", async () => {
  const words = "cannot fetch it:  404\nhint: name another\n";
  const { run, after } = wait([stuck(ended(1, words))]);
  const error = await failure(run) as ToolError;
  equal(error.message, "r cannot start: the deployer ended with exit code 1: cannot fetch it: 404");
  equal(error.details.output, "hint: name another");
  equal(error.details.hint, "helm navigator status --namespace ns r");
  equal(after(), 0);
});

Deno.test("wait: an image that the registry does not have is waited for half a minute", async () => {
  const said = stuck(waiting("ErrImagePull", "r/a:1: not found"));
  const backOff = stuck(waiting("ImagePullBackOff", "Back-off pulling image"));
  const { run, world, after } = wait([said, backOff, said, backOff]);
  match((await failure(run)).message, /^r cannot start: cannot pull the image: r\/a:1: not found$/);
  equal(after(), 30);
  equal(world.stderr, ["0/1 serving; pulling, cannot pull the image: r/a:1: not found"]);
});

Deno.test("wait: a registry that is down, or a secret to come, is waited for", async () => {
  const down = stuck(waiting("ImagePullBackOff", "dial tcp: i/o timeout"));
  const missing = stuck(waiting("CreateContainerConfigError", 'secret "s" not found'));
  const answers = Array.from({ length: 40 }, () => [down, missing]).flat();
  const { run, after } = wait([...answers, serving]);
  await run();
  equal(after(), 80);
});

Deno.test("wait: what the node waits for is told from the events", async () => {
  const warning = { type: "Warning", message: 'MountVolume failed: secret "s" not found' };
  const events = { starts: "kubectl get events", answer: JSON.stringify({ items: [warning] }) };
  const { run, world } = wait([stuck(waiting("PodInitializing")), serving], {
    tools: [events],
  });
  await run();
  equal(world.stderr[0], '0/1 serving; pulling, MountVolume failed: secret "s" not found');
});

Deno.test("wait: the time is over", async () => {
  const { run, after } = wait([stuck(waiting("PodInitializing"))], { tools: [silent] }, 7);
  const error = await failure(run) as ToolError;
  equal(error.message, "r does not serve after 7 s: 0/1 serving; pulling");
  equal(after(), 7);
});

Deno.test("wait: a kubectl that hangs is cut off when the time is over", async () => {
  const { run, world } = wait([{ hangs: true }, serving], {}, 0.05);
  await run();
  world.done();
});

Deno.test("wait: an outage of the API is waited for, and reported when it lasts", async () => {
  const short = [deploying, ...Array.from({ length: 29 }, () => down), serving];
  const { run, world } = wait(short, { tools: [log("")] });
  await run();
  equal(world.stderr, [
    "0/1 serving; deploying",
    "the cluster does not answer, trying again: connection refused",
    "1/1 serving",
  ]);
  const long = wait([down]);
  const error = await failure(long.run) as ToolError;
  match(error.message, /kubectl get/);
  match(error.details.hint!, /no cluster answers/);
  equal(long.after(), 30);
});

Deno.test("wait: Ctrl-C ends it at once", async () => {
  const controller = new AbortController();
  const pressed = () => {
    controller.abort(new Interrupted());
    return down;
  };
  const { run, world } = wait([pressed], { signal: controller.signal });
  equal((await failure(run)).name, "Interrupted");
  equal(world.commands.length, 1);
});
