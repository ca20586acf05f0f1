/** What the objects of both charts are called, and what finds them. */

import { equal, match } from "../support/assert.ts";
import {
  inBothHelms,
  type Manifest,
  render,
  REQUIRED,
  TESTER_REQUIRED,
  withCharts,
} from "../support/charts.ts";
import { part, runProgram } from "../support/program.ts";

const NAMED = ["ServiceAccount", "ConfigMap", "Service", "Deployment"];
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
const LABEL = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

inBothHelms("names", async (t, { helm, inference, tester, set, setTester, refused }) => {
  await t.step("come from the release", async () => {
    const document = await render(helm, inference, REQUIRED, "add-sub-inference");
    const other = await set();
    for (const kind of NAMED) {
      equal(document.kind(kind).metadata.name, "add-sub-inference");
      // Two releases live in one namespace.
      equal(other.kind(kind).metadata.name, "r-add-sub-inference");
      equal(other.kind(kind).metadata.namespace, undefined);
    }
  });

  await t.step("find the pods of their release, whatever else is written on them", async () => {
    const mine = "podLabels.app\\.kubernetes\\.io/instance=evil,podLabels.team=a";
    const { kind } = await set(mine);
    const selector = {
      "app.kubernetes.io/instance": "r",
      "app.kubernetes.io/name": "add-sub-inference",
    };
    equal(kind("Service").spec.selector, selector);
    equal(kind("Deployment").spec.selector.matchLabels, selector);
    equal(kind("Deployment").spec.template.metadata.labels, {
      ...selector,
      "app.kubernetes.io/component": "inference",
      "app.kubernetes.io/part-of": "add-sub",
      "app.kubernetes.io/version": "22.07",
      team: "a",
    });
    const labels = (await setTester(mine)).kind("Job").spec.template.metadata.labels;
    equal([labels["app.kubernetes.io/instance"], labels.team], ["r", "a"]);
  });

  await t.step("that are long keep the chart's, and stay apart from others", async () => {
    const long = "a".repeat(52);
    const name = async (release: string, values: string[] = []) =>
      (await render(helm, inference, [...REQUIRED, ...values], release)).kind("Service").metadata
        .name as string;
    const [one, two] = [await name(`${long}1`), await name(`${long}2`)];
    match(one, /^a{38}-[0-9a-f]{6}-add-sub-inference$/);
    equal([one.length, two.length, one === two], [63, 63, false]);
    const most = await name("a-".repeat(26) + "a", ["--set", `nameOverride=${"b".repeat(53)}`]);
    match(most, /^a-[0-9a-f]{6}-b{53}$/);
    equal(await name("r", ["--set", "fullnameOverride=yes"]), "yes");
  });

  await t.step("that Kubernetes would not take are refused", async () => {
    for (const release of ["9lives", "a.b"]) {
      for (const [chart, args] of [[inference, REQUIRED], [tester, TESTER_REQUIRED]] as const) {
        const { code, stderr } = await render(helm, chart, args, release);
        equal(code, 1);
        match(stderr, new RegExp(`The release name "${release}" would make .* fullnameOverride`));
        const named = [...args, "--set", "fullnameOverride=x"];
        equal((await render(helm, chart, named, release)).kind("ConfigMap").metadata.name, "x");
      }
    }
    const pattern = /does not match pattern/;
    await refused([
      ["nameOverride=A", pattern],
      ["nameOverride=a-", pattern],
      ["fullnameOverride=a.b", pattern],
      ["fullnameOverride=9a", pattern],
      [`fullnameOverride=${"a".repeat(64)}`, /maxLength/],
      ["serviceAccount.name=A", pattern],
      ["podLabels.a=b c", pattern],
    ]);
    await refused([["fullnameOverride=a.b", pattern]], setTester);
  });

  await t.step("that are words of YAML are names like others", async () => {
    const { kind } = await render(helm, inference, REQUIRED, "true");
    equal(kind("Service").spec.selector["app.kubernetes.io/instance"], "true");
    equal(
      kind("Deployment").spec.template.metadata.labels["app.kubernetes.io/instance"],
      "true",
    );
  });

  await t.step("the service account is the chart's own, or one that is there", async () => {
    const account = async (...values: string[]) => {
      const { kind, pod } = await set(...values);
      return [kind("ServiceAccount")?.metadata.name, pod.serviceAccountName];
    };
    equal(await account(), ["r-add-sub-inference", "r-add-sub-inference"]);
    equal(await account("serviceAccount.name=a"), ["a", "a"]);
    equal(await account("serviceAccount.create=false"), [undefined, "default"]);
    equal(await account("serviceAccount.create=false,serviceAccount.name=a"), [undefined, "a"]);
    const role = "serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn=arn:aws:iam::1:role/r";
    const { kind, pod } = await set(role, "serviceAccount.labels.a=b");
    equal(kind("ServiceAccount").metadata.annotations, {
      "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/r",
    });
    equal(kind("ServiceAccount").metadata.labels.a, "b");
    equal([kind("ServiceAccount"), pod].map((o) => o.automountServiceAccountToken), [false, false]);
  });

  await t.step("stay apart in a parent that has both charts", async () => {
    const parent = `${inference}/../parent`;
    await Deno.mkdir(`${parent}/charts`, { recursive: true });
    await Deno.writeTextFile(`${parent}/Chart.yaml`, "apiVersion: v2\nname: p\nversion: 0.1.0\n");
    await Deno.symlink(inference, `${parent}/charts/add-sub-inference`);
    await Deno.symlink(tester, `${parent}/charts/add-sub-tester`);
    const values = "add-sub-tester.image=i,add-sub-inference.deployer.image=i,global.a=b";
    const uri = "add-sub-inference.deployer.modelUri=/m";
    const all = ["--set", `${values},${uri}`];
    const { kind } = await render(helm, parent, all);
    for (const [name, part] of [["Deployment", "inference"], ["Job", "tester"]] as const) {
      const { metadata } = kind(name);
      equal(metadata.name, `r-add-sub-${part}`);
      equal(metadata.labels["app.kubernetes.io/component"], part);
    }
    const switched = ["inference", "tester"].map((part) => {
      const name = `add-sub-${part}`;
      return `  - {name: ${name}, version: 0.1.0, condition: ${name}.enabled}\n`;
    });
    const file = `${parent}/Chart.yaml`;
    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, `${text}dependencies:\n${switched.join("")}`);
    const half = [...all, "--set", "add-sub-inference.enabled=true,add-sub-tester.enabled=false"];
    const { kind: rendered } = await render(helm, parent, half);
    equal([rendered("Deployment") === undefined, rendered("Job")], [false, undefined]);
  });

  await t.step("versions are labels, whatever a chart's author writes", async () => {
    const file = `${inference}/Chart.yaml`;
    const text = await Deno.readTextFile(file);
    const long = `0.1.0-${"rc.".repeat(20)}1+build.${"7".repeat(20)}`;
    const rows = [["1.0.0+cuda 12.6", "1.0.0_cuda_12.6"], ["", ""], [long, undefined]] as const;
    for (const [version, expected] of rows) {
      const chart = text.replace(/^appVersion: .*$/m, `appVersion: "${version}"`)
        .replace(/^version: .*$/m, `version: ${long}`);
      await Deno.writeTextFile(file, chart);
      const { labels } = (await set()).kind("Deployment").metadata;
      if (expected !== undefined) equal(labels["app.kubernetes.io/version"], expected);
      for (const value of Object.values(labels) as string[]) match(value, LABEL);
    }
    await Deno.writeTextFile(file, text);
  });

  await t.step("a new version of the chart alone does not restart the pods", async () => {
    const file = `${inference}/Chart.yaml`;
    const text = await Deno.readTextFile(file);
    const template = async () => (await set()).kind("Deployment").spec.template as Manifest;
    const before = await template();
    await Deno.writeTextFile(file, text.replace(/^version: .*$/m, "version: 9.9.9"));
    equal(await template(), before);
    await Deno.writeTextFile(file, text);
  });
});

Deno.test("the notes name the release, its namespace and its objects", () =>
  // Helm 3 shows them only with a cluster.
  withCharts(part("NAVIGATOR_HELM4"), async ({ helm, inference, tester }) => {
    const notes = async (chart: string, args: readonly string[]) => {
      const command = ["install", "r", chart, ...args, "--dry-run=client", "--namespace", "ns"];
      const { stdout } = await runProgram(helm, command);
      return stdout.slice(stdout.indexOf("NOTES:"));
    };
    const serving = await notes(inference, REQUIRED);
    match(serving, /http:\/\/r-add-sub-inference\.ns\.svc:8000\/v2\/models\/add_sub\n/);
    match(serving, /kubectl --namespace ns rollout status deployment\/r-add-sub-inference\n/);
    match(serving, /helm navigator test --namespace ns r\n/);
    match(
      await notes(tester, TESTER_REQUIRED),
      /kubectl --namespace ns logs --follow job\/r-add-sub-tester\n/,
    );
    match(
      await notes(tester, [...TESTER_REQUIRED, "--set", "helmTest=true"]),
      /helm test --namespace ns --timeout 3600s r\n/,
    );
  }));
