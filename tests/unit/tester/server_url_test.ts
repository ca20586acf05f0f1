import { UserError } from "../../../src/errors.ts";
import { modelUrl, parseServerUrl } from "../../../src/tester/server_url.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";

Deno.test("a server's URL loses the slash at its end and keeps its path", () => {
  for (
    const [text, expected] of [
      ["http://m-inference:8000", "http://m-inference:8000"],
      ["http://m-inference:8000/", "http://m-inference:8000"],
      ["https://example.com/triton/", "https://example.com/triton"],
      ["http://[::1]:8000", "http://[::1]:8000"],
    ]
  ) equal(parseServerUrl(text!), expected!);
});

Deno.test("any other URL is the user's error, and no secret of it is shown", async () => {
  for (
    const [text, said] of [
      ["m-inference:8000", /does not begin with http/],
      ["grpc://m:8001", /does not begin with http/],
      ["no url", /is not a URL/],
      ["http://user:secret@m:8000", /more than a host/],
      ["http://m:8000/?token=secret", /more than a host/],
    ] as const
  ) {
    const error = await failure(() => parseServerUrl(text));
    ok(error instanceof UserError);
    match(error.message, said);
    ok(!error.message.includes("secret"));
  }
});

Deno.test("a model's name is escaped in its URL", () => {
  equal(
    modelUrl({ url: "http://h", model: "a b", modelVersion: 3 }),
    "http://h/v2/models/a%20b/versions/3",
  );
});
