import { printCsv } from "../../../src/tester/report_csv.ts";
import { equal } from "../../support/assert.ts";
import { sampleReport } from "../../support/report.ts";

Deno.test("a row for each point, empty where nothing was measured, and no formula", () => {
  const csv = printCsv(sampleReport({
    failures: [
      { batch: 2, concurrency: 1, errors: 3, reason: 'says "no",\nand stops' },
      { batch: 4, concurrency: 1, errors: 0, reason: "=HYPERLINK(1)" },
    ],
  }));
  equal(csv.split("\r\n"), [
    "batch,concurrency,stable,errors,throughput,avg_us,p50_us,p90_us,p95_us,p99_us," +
    "clientSend_us,clientReceive_us,network_us,queue_us,computeInput_us,computeInfer_us," +
    "computeOutput_us,reason",
    "1,1,true,0,286.122,13929,10464,22231,28452,144428,208,0,351,43,36,13028,261,",
    '2,1,,3,,,,,,,,,,,,,,"says ""no"", and stops"',
    "4,1,,0,,,,,,,,,,,,,,'=HYPERLINK(1)",
    "",
  ]);
});
