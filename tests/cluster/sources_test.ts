/** A model from every storage, with the secrets that `secret` makes: real stores that pods reach. */

import { generateKeyPairSync } from "node:crypto";
import { equal, match } from "../support/assert.ts";
import { part } from "../support/program.ts";
import { sequence } from "../support/sequence.ts";
import {
  buildAndPush,
  createChart,
  EXAMPLE,
  inferOverService,
  kubectl,
  navigator,
  objects,
  REGISTRY,
  SMALL,
  succeeds,
  withSite,
} from "../support/site.ts";
import { startStores } from "../support/stores.ts";

/** A key file that is one; what is asked of the emulator goes without. */
function keyFile(): string {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return JSON.stringify({
    type: "service_account",
    client_email: "navigator@example.iam.gserviceaccount.com",
    private_key: privateKey,
  });
}

Deno.test("a model from S3, Azure and Google Cloud Storage", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "sources", async (site) => {
    const step = sequence(t);
    const stores = await startStores(site.folder, part("NAVIGATOR_HOST_ADDRESS"));
    const [s3, azure, gcs] = stores;
    const inNamespace = (line: string) => kubectl(`--namespace ${site.namespace} ${line}`);
    const install = (name: string, line: string) =>
      navigator(site, `install ${name} --gpu-limit 0 --wait ${line} ${SMALL}`);
    const serves = async (name: string, line: string) => {
      await succeeds(install(name, line));
      await inferOverService(site, name);
    };
    try {
      const model = await Deno.readFile(part("NAVIGATOR_EXAMPLE_MODEL"));
      await Promise.all(stores.map((store) => store.put("magika/model.onnx", model)));

      await step("create, build and push", async () => {
        await createChart(site, `${EXAMPLE()} --chart-name sources`);
        await buildAndPush(site, `${REGISTRY}/made-by-tests/sources:0.1.0`);
      });

      const fromS3 = `--model-uri ${s3.uri("magika/model.onnx")} --aws-secret s3-keys --
        --set deployer.s3.endpoint=${s3.env.AWS_ENDPOINT_URL}`;
      await step("S3 with a wrong key: status says what the store said", async () => {
        const { stderr } = await succeeds(navigator(site, "secret aws s3-keys", {
          env: s3.wrongEnv!,
        }));
        match(stderr, /^secret s3-keys is made$/m);
        const { code, stderr: said } = await install("of-s3", fromS3);
        equal(code, 1, said);
        match(said, /cannot fetch .*(403|SignatureDoesNotMatch)/);
        match((await succeeds(navigator(site, "status of-s3"))).stdout, /SignatureDoesNotMatch/);
      });
      await step("S3 with the right key: the same secret again, and install again", async () => {
        const right = { env: s3.env };
        const { stderr } = await succeeds(navigator(site, "secret aws s3-keys", right));
        match(stderr, /^secret s3-keys holds these credentials now/m);
        const again = await succeeds(navigator(site, "secret aws s3-keys", right));
        match(again.stderr, /^secret s3-keys holds these credentials already$/m);
        await serves("of-s3", fromS3);
      });
      await step("uninstall leaves the secret, which others may use", async () => {
        await succeeds(navigator(site, "uninstall of-s3"));
        equal((await objects(site)).filter((name) => /^(dep|serv|secret)/.test(name)), [
          "secret/s3-keys",
        ]);
      });

      await step("Azure, the connection string as az prints it", async () => {
        const input = JSON.stringify({
          connectionString: azure.env.AZURE_STORAGE_CONNECTION_STRING,
        });
        const line = "secret azure azure-key --from-file -";
        await succeeds(navigator(site, line, { input }));
        await serves(
          "of-azure",
          `--model-uri ${azure.uri("magika/model.onnx")} --azure-secret azure-key --`,
        );
        await succeeds(navigator(site, "uninstall of-azure"));
      });

      await step("Google Cloud Storage, with a key file mounted", async () => {
        await succeeds(navigator(site, "secret gcs gcs-key --from-file -", { input: keyFile() }));
        const emulator = "STORAGE_EMULATOR_HOST";
        await serves(
          "of-gcs",
          `--model-uri ${gcs.uri("magika/model.onnx")} --gcs-secret gcs-key --
            --set deployer.env[0].name=${emulator}
            --set deployer.env[0].value=${gcs.env[emulator]}`,
        );
        await succeeds(navigator(site, "uninstall of-gcs"));
      });

      await step("a secret that is there for something else stays as it is", async () => {
        await inNamespace(
          "create secret docker-registry of-others --docker-server=r.io " +
            "--docker-username=u --docker-password=p",
        );
        const { code, stderr } = await navigator(site, "secret aws of-others", { env: s3.env });
        equal(code, 1, stderr);
        match(stderr, /field is immutable\nhint: one of that name is there and cannot become/);
        equal(stderr.includes(s3.env.AWS_SECRET_ACCESS_KEY!), false);
        match(await inNamespace("get secret of-others -o jsonpath={.data}"), /^{".dockerconfigjs/);
      });
      await step("what it holds beside ours, and says of itself, stays", async () => {
        await inNamespace(
          "create secret generic mine --from-literal=mine=1 " +
            "--from-literal=aws_session_token=old",
        );
        await inNamespace("annotate secret mine owner=me");
        await succeeds(navigator(site, "secret aws mine", { env: s3.env }));
        const { metadata, data } = JSON.parse(await inNamespace("get secret mine -o json"));
        equal(metadata.annotations, { owner: "me" });
        equal([data.mine, data.aws_session_token], [btoa("1"), ""]);
        equal(atob(data.aws_access_key_id), s3.env.AWS_ACCESS_KEY_ID);
      });
    } finally {
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    }
  }));
