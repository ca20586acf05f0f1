import { kubeContext } from "../../../src/cluster/kubeconfig.ts";
import { equal } from "../../support/assert.ts";

const cluster = (name: string, cluster: object) => ({ name, cluster });
const user = (name: string, user: object) => ({ name, user });
const context = (name: string, context: object) => ({ name, context });
const PLAIN = { server: "https://10.0.0.1:6443/", "certificate-authority-data": btoa("CA") };
const config = (more: object = {}) => ({
  "current-context": "a",
  contexts: [context("a", { cluster: "c", user: "u", namespace: "team" })],
  clusters: [cluster("c", PLAIN)],
  users: [user("u", { token: "T" })],
  ...more,
});
const read = (content: object, wanted?: string) =>
  kubeContext([{ path: "/home/me/.kube/config", content }], wanted);

Deno.test("certificates and tokens, as data or as files beside the kubeconfig file", () => {
  equal(read(config()), {
    namespace: "team",
    access: {
      url: "https://10.0.0.1:6443",
      ca: { text: "CA" },
      cert: undefined,
      key: undefined,
      token: { text: "T" },
    },
  });
  const files = config({
    clusters: [cluster("c", { server: "https://h", "certificate-authority": "ca.crt" })],
    users: [user("u", { "client-certificate": "/c.crt", "client-key": "keys/c.key", token: "" })],
  });
  equal(read(files)?.access, {
    url: "https://h",
    ca: { file: "/home/me/.kube/ca.crt" },
    cert: { file: "/c.crt" },
    key: { file: "/home/me/.kube/keys/c.key" },
    token: undefined,
  });
});

Deno.test("what only kubectl can do is left to it", () => {
  const rows: object[] = [
    { users: [user("u", { exec: { command: "aws" } })] },
    { users: [user("u", { "auth-provider": { name: "gcp" } })] },
    { users: [user("u", { username: "me", password: "x" })] },
    { users: [user("u", { token: "T", as: "other" })] },
    { clusters: [cluster("c", { ...PLAIN, "proxy-url": "http://p" })] },
    { clusters: [cluster("c", { ...PLAIN, "tls-server-name": "n" })] },
    { clusters: [cluster("c", { ...PLAIN, "insecure-skip-tls-verify": true })] },
    { clusters: [cluster("c", { server: "http://h" })] },
    { clusters: [] },
  ];
  for (const more of rows) equal(read(config(more)), { namespace: "team", access: undefined });
  const harmless = { ...PLAIN, "insecure-skip-tls-verify": false };
  equal(read(config({ clusters: [cluster("c", harmless)] }))?.access?.url, "https://10.0.0.1:6443");
});

Deno.test("the context that is asked for; of several files the first that has it", () => {
  equal(read(config(), "b"), undefined);
  equal(read({}), undefined);
  equal(kubeContext([], undefined), undefined);
  const first = { path: "/1", content: { contexts: [context("a", { cluster: "c", user: "u" })] } };
  const empty = { path: "/0", content: null };
  const files = [empty, first, { path: "/2", content: config() }];
  equal(kubeContext(files, undefined)?.namespace, undefined);
  equal(kubeContext(files, undefined)?.access?.token, { text: "T" });
});
