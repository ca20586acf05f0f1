import { quoteCommand } from "../../../src/text/quote.ts";
import {
  countErrors,
  failureReason,
  parseVerdict,
  parseVersion,
  parseWindow,
  perfAnalyzer,
  type PerfAnalyzerRun,
} from "../../../src/tester/perf_analyzer.ts";
import { equal } from "../../support/assert.ts";
import { REFUSED, type Run, TOO_SHORT, UNSTABLE } from "./stub_world.ts";

const run = {
  address: { url: "http://h:8000", model: "m", modelVersion: 2 },
  protocol: "http" as const,
  point: { batch: 4, concurrency: 2 },
  windowSeconds: 2.5,
  inputData: "/tmp/t/input.json",
  csv: "/tmp/t/4.csv",
};
const result = (said: Run) => ({ code: 0, stdout: "", stderr: "", ...said });
const line = (more: Partial<PerfAnalyzerRun> = {}) => {
  const command = perfAnalyzer({ ...run, ...more });
  return quoteCommand(command.program, command.args);
};

Deno.test("the command line of one measurement", () => {
  equal(
    line(),
    "perf_analyzer -v -m m -x 2 -u http://h:8000 -i http -b 4 --concurrency-range 2:2 " +
      "--measurement-interval 2500 --stability-percentage 10 --max-trials 10 " +
      "--input-data /tmp/t/input.json -f /tmp/t/4.csv --verbose-csv",
  );
  equal(line({ anyStability: true }), line().replace("percentage 10", "percentage 999999"));
  equal(
    line({ point: { batch: 4, concurrency: 65 } }),
    line().replace("2:2", "65:65 --async"),
  );
  equal(line({ protocol: "grpc" }), line().replace("http://h:8000 -i http", "h:8001 -i grpc"));
  equal(
    line({ protocol: "grpc", address: { ...run.address, url: "https://h" } }),
    line().replace("http://h:8000 -i http", "h:443 -i grpc --ssl-grpc-use-ssl"),
  );
});

Deno.test("what it says is told apart, whatever its exit code", () => {
  for (
    const [said, hasTable, verdict] of [
      [{}, true, "stable"],
      [UNSTABLE, false, "unstable"],
      [{ ...UNSTABLE, code: 0 }, false, "unstable"],
      [TOO_SHORT, false, "too short"],
      [REFUSED, false, "failed"],
      [{ ...REFUSED, code: 0 }, true, "failed"],
      [{ ...REFUSED, stdout: TOO_SHORT.stderr! }, false, "failed"],
      [{ code: 137 }, false, "failed"],
      [{ code: 0 }, false, "failed"],
      [{ code: 1 }, true, "failed"],
    ] as const
  ) equal(parseVerdict(result(said), hasTable), verdict);
});

Deno.test("a failure is told in the server's words", () => {
  equal(countErrors(result(REFUSED)), 2);
  equal(countErrors(result(UNSTABLE)), 0);
  for (
    const [said, reason] of [
      [
        REFUSED,
        "Failed to process the request(s) for model 'picky_0_0', message: ValueError: x must be above 5",
      ],
      [
        { code: 99, stderr: "error: failed to get model metadata: Couldn't connect to server\n\n" },
        "failed to get model metadata: Couldn't connect to server",
      ],
      [TOO_SHORT, "requests take longer than a measurement window: set measurement_seconds higher"],
      [{ code: 137 }, "perf_analyzer ended with 137"],
    ] as const
  ) equal(failureReason(result(said)), reason);
});

Deno.test("its version and its windows are read", () => {
  const version = (stderr: string) => parseVersion(result({ stderr }));
  equal(version("Perf Analyzer Version 2.41.0 (commit fbb030e)\n"), "2.41.0 (commit fbb030e)");
  equal(
    version("perf_analyzer: unrecognized option '--version'\nUsage: perf_analyzer"),
    "older than 2.41",
  );
  equal(version("libb64.so.0d: cannot open shared object file"), undefined);
  equal(parseWindow(UNSTABLE.stdout!.trimEnd()), "window 1, 332.802 infer/s");
  equal(parseWindow("    Throughput: 312.772 infer/sec"), undefined);
});
