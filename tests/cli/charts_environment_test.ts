/** What the containers see: variables, secrets and volumes, and which container sees them. */

import { TERMINATION_LOG } from "../../src/deployer/last_words.ts";
import { equal, match } from "../support/assert.ts";
import { inBothHelms, type Manifest, names, seenInPod, volume } from "../support/charts.ts";

const variable = (container: Manifest, name: string) => {
  const { value, valueFrom } = container.env.find((e: Manifest) => e.name === name) ?? {};
  return value ?? valueFrom?.secretKeyRef;
};
const mount = (container: Manifest, name: string) =>
  container.volumeMounts.find((m: Manifest) => m.name === name);

inBothHelms("the environment", async (t, { set, setTester, refused }) => {
  await t.step("is writable at /tmp and nowhere else", async () => {
    const { deployer, server } = await set();
    const tester = (await setTester()).server;
    for (const container of [deployer, server, tester]) {
      const values = ["HOME", "USER", "TMPDIR", "XDG_CACHE_HOME"].map((name) =>
        variable(container, name)
      );
      equal(values, ["/tmp", "triton", "/tmp", "/tmp/.cache"]);
      equal(container.securityContext.readOnlyRootFilesystem, true);
      // The image's entrypoint stays.
      equal(container.command, undefined);
    }
    const open = (await set("readOnlyRootFilesystem=false")).server;
    equal(open.securityContext.readOnlyRootFilesystem, false);
  });

  await t.step("a variable that the user sets replaces the chart's", async () => {
    const { deployer, server } = await set(
      "gpu.limit=0",
      "deployer.awsCredentialsFile=aws",
      "deployer.env[0].name=HOME,deployer.env[0].value=/tmp/a",
      "deployer.env[1].name=AWS_SESSION_TOKEN,deployer.env[1].value=t",
      "server.env[0].name=NVIDIA_VISIBLE_DEVICES,server.env[0].value=none",
    );
    for (const container of [deployer, server]) {
      equal(names(container).length, new Set(names(container)).size);
    }
    equal([variable(deployer, "HOME"), variable(deployer, "AWS_SESSION_TOKEN")], ["/tmp/a", "t"]);
    equal(server.env.at(-1), { name: "NVIDIA_VISIBLE_DEVICES", value: "none" });
    equal(variable(deployer, "NVIDIA_VISIBLE_DEVICES"), "void");
  });

  await t.step("a variable that the chart needs cannot be replaced", () =>
    refused([
      ["deployer.env[0].name=MODEL_URI", /MODEL_URI: set deployer\.modelUri or/],
      ["deployer.env[0].name=MODEL_SHA256", /MODEL_SHA256: set deployer\.modelSha256/],
      ["deployer.env[0].name=MODEL_REPOSITORY", /cannot set MODEL_REPOSITORY: the chart/],
      ["deployer.env[0].name=WORK_DIR", /cannot set WORK_DIR: the chart/],
      ["server.env[0].name=A,server.env[1].name=A", /server\.env sets a variable twice: A, A/],
      ["server.env[0].value=A", /missing property 'name'/],
      ["server.env[0].name=A,server.env[0].value=1", /value.*got number, want string/],
      ["server.env[0].name=A,server.env[0].vlaue=a", /'vlaue' not allowed/],
    ]));

  await t.step("the secrets of three clouds are the deployer's alone", async () => {
    const { deployer, server, pod } = await set(
      "deployer.awsCredentialsFile=a",
      "deployer.azureCredentialsFile=b",
      "deployer.gcsCredentialsFile=c",
    );
    const rows: [string, unknown][] = [
      ["AWS_ACCESS_KEY_ID", { name: "a", key: "aws_access_key_id" }],
      ["AWS_SECRET_ACCESS_KEY", { name: "a", key: "aws_secret_access_key" }],
      ["AWS_SESSION_TOKEN", { name: "a", key: "aws_session_token", optional: true }],
      ["AZURE_STORAGE_CONNECTION_STRING", { name: "b", key: "azure_storage_connection_string" }],
      ["GOOGLE_APPLICATION_CREDENTIALS", "/var/run/navigator/gcs/credentials.json"],
    ];
    for (const [name, value] of rows) {
      equal([name, variable(deployer, name)], [name, value]);
      equal([name, variable(server, name)], [name, undefined]);
    }
    equal(volume(pod, "gcs").secret, {
      secretName: "c",
      items: [{ key: "credentials.json", path: "credentials.json" }],
    });
    equal(mount(deployer, "gcs"), {
      name: "gcs",
      mountPath: "/var/run/navigator/gcs",
      readOnly: true,
    });
    equal(mount(server, "gcs"), undefined);
    equal(/AWS_|AZURE_|GOOGLE_|DENO_|secret/.test((await set()).stdout), false);
  });

  await t.step("S3 storage that is not AWS's", async () => {
    const s3 = async (values: string) => {
      const { deployer } = await set(values);
      return ["AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_S3_USE_PATH_STYLE"].map((name) =>
        variable(deployer, name)
      );
    };
    const endpoint = "deployer.s3.endpoint=https://minio:9000,deployer.s3.region=eu-1";
    equal(await s3(`${endpoint},deployer.s3.pathStyle=true`), [
      "https://minio:9000",
      "eu-1",
      "true",
    ]);
    equal(await s3("deployer.s3.pathStyle=false"), [undefined, undefined, "false"]);
    equal(await s3("deployer.s3=null"), [undefined, undefined, undefined]);
    await refused([
      ["deployer.s3.endpoint=minio:9000", /endpoint.*does not match pattern/],
      ["deployer.s3.pathStyle=yes", /pathStyle.*got string, want null or boolean/],
    ]);
  });

  await t.step("a value of ours is no variable to Kubernetes", async () => {
    const text = "https://a$$b/$(HOME)/$c";
    const s3 = `deployer.s3.endpoint=${text},deployer.s3.region=${text}`;
    const { deployer } = await set(s3, `deployer.modelUri=${text}`);
    for (const name of ["MODEL_URI", "AWS_ENDPOINT_URL_S3", "AWS_REGION"]) {
      equal([name, seenInPod(variable(deployer, name))], [name, text]);
    }
    const tester = (await setTester(`server.url=${text}`)).server;
    equal(seenInPod(variable(tester, "SERVER_URL")), text);
  });

  await t.step("certificates of a private authority", async () => {
    const { deployer, server, pod } = await set("deployer.caBundle.configMap=ca");
    equal(variable(deployer, "DENO_CERT"), "/var/run/navigator/ca/ca.crt");
    equal([variable(server, "DENO_CERT"), mount(server, "ca")], [undefined, undefined]);
    equal(mount(deployer, "ca").mountPath, "/var/run/navigator/ca");
    equal(volume(pod, "ca").configMap, { name: "ca", items: [{ key: "ca.crt", path: "ca.crt" }] });
    const secret = await set("deployer.caBundle.secret=s,deployer.caBundle.key=root.pem");
    equal(volume(secret.pod, "ca"), {
      name: "ca",
      secret: { secretName: "s", items: [{ key: "root.pem", path: "ca.crt" }] },
    });
    const one = /deployer\.caBundle needs .* either configMap or secret, and not both/;
    await refused([
      ["deployer.caBundle.key=a", one],
      ["deployer.caBundle.configMap=a,deployer.caBundle.secret=b", one],
      ["deployer.caBundle.configmap=a", /'configmap' not allowed/],
    ]);
  });

  await t.step("only volumes that Pod Security allows hold models", async () => {
    const { pod, deployer, server } = await set(
      "deployer.modelVolume.persistentVolumeClaim.claimName=models",
    );
    equal(volume(pod, "model"), {
      name: "model",
      persistentVolumeClaim: { claimName: "models" },
    });
    equal(mount(deployer, "model"), { name: "model", mountPath: "/mnt/model", readOnly: true });
    equal(mount(server, "model"), undefined);
    await refused([
      ["deployer.modelVolume.hostPath.path=/", /modelVolume.*'hostPath' not allowed/],
      ["deployer.modelVolume.name=x", /modelVolume.*'name' not allowed/],
    ]);
  });

  await t.step("a URI that nobody may read comes from a secret", async () => {
    const uri = "deployer.modelUri=null,deployer.modelUriSecret.name=s";
    const { deployer, stdout } = await set(`${uri},deployer.modelUriSecret.key=k`);
    equal(variable(deployer, "MODEL_URI"), { name: "s", key: "k" });
    equal(stdout.includes("http://h/m"), false);
    await refused([[uri, /missing property 'key'/]]);
  });

  await t.step("the deployer leaves its last words where the chart looks for them", async () => {
    equal((await set()).deployer.terminationMessagePath, TERMINATION_LOG);
  });

  await t.step("images are pulled with the secret that is given", async () => {
    for (const render of [set, setTester]) {
      equal((await render()).pod.imagePullSecrets, undefined);
      equal((await render("imagePullSecret=s")).pod.imagePullSecrets, [{ name: "s" }]);
    }
  });

  await t.step("the tester sees no GPU", async () => {
    equal(variable((await setTester()).server, "NVIDIA_VISIBLE_DEVICES"), "void");
    match((await setTester()).stdout, /name: SERVER_URL, value: "http:\/\/add-sub-inference:8000"/);
  });
});
