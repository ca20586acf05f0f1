import { signAws } from "../../../../../src/deployer/fetch/sources/sigv4.ts";
import { equal, match } from "../../../../support/assert.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, its examples */
const keys = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const signing = { region: "us-east-1", service: "s3", now: new Date("2013-05-24T00:00:00Z") };
const HOST = "https://examplebucket.s3.amazonaws.com";

Deno.test("SigV4: Amazon's own examples", () => {
  const rows: [string, Record<string, string>, string][] = [
    [
      `${HOST}/test.txt`,
      { Range: "bytes=0-9" },
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ],
    [`${HOST}/?lifecycle=`, {}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"],
    [
      `${HOST}/?max-keys=2&prefix=J`,
      {},
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ],
  ];
  for (const [url, headers, signature] of rows) {
    const { authorization } = signAws({ url, headers }, { ...signing, keys });
    equal(/Signature=(\w+)$/.exec(authorization!)?.[1], signature);
  }
});

Deno.test("SigV4: a session token is sent and signed", () => {
  const signed = signAws({ url: `${HOST}/a`, headers: {} }, {
    ...signing,
    keys: { ...keys, sessionToken: "T" },
  });
  equal(signed["x-amz-security-token"], "T");
  match(
    signed.authorization!,
    /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/,
  );
});
