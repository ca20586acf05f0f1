import { equal, failure } from "../../support/assert.ts";
import { UserError } from "../../../src/errors.ts";
import { configFrom, type Flags } from "../../support/settings.ts";

async function problems(flags: Flags): Promise<string[]> {
  const error = await failure(() => configFrom(flags));
  if (!(error instanceof UserError)) throw error;
  return error.problems.map(({ where, what }) => `${where}: ${what}`);
}

Deno.test("what cannot hold together is refused, and says why", async () => {
  const rows: [Flags, string[]][] = [
    [{ batching: "dynamic", preferred_batch_sizes: ["4", "256"] }, [
      "--preferred-batch-sizes: must not be above max_batch_size, which is 128 by default",
    ]],
    [{ preferred_batch_sizes: "4" }, [
      "--preferred-batch-sizes: has no effect with batching: static by default",
    ]],
    [{ max_queue_delay_us: "4", batching: "disabled" }, [
      "--max-queue-delay-us: has no effect with batching: disabled (--batching)",
    ]],
    [{ max_batch_size: "0", batching: "dynamic" }, [
      "--max-batch-size: 0 means no batching, but batching is dynamic (--batching)",
    ]],
    [{ tensorrt_precision: "fp16" }, [
      "--tensorrt-precision: has an effect with the accelerator trt only",
    ]],
    [{ gpus: ["0", "GPU-1a"] }, ["--gpus: mixes several forms: 0 GPU-1a"]],
    [{ top_n: "2" }, ["--top-n: has an effect with `--results` only"]],
    [{ results: ["~/a.csv", "b.csv"] }, [
      "--results: `~/a.csv` does not lead to the home directory: only shells know `~`",
    ]],
    [{ results: "a", constraint: ["perf_throughput:min=9", "perf_throughput:max=8"] }, [
      "--constraint: no perf_throughput is both at least 9 and at most 8",
    ]],
    [{ results: "a", constraint: "perf_latency_p99:mx=1" }, [
      "--constraint: `perf_latency_p99:mx=1` is not METRIC:BOUND=LIMIT",
    ]],
    [{ gpus: ["0", "0"] }, ["--gpus: names a GPU twice: 0 0"]],
    [{ gpus: "first" }, [
      '--gpus: `[0]` must be all, an index like 0, or a UUID like GPU-8932f937, not "first"',
    ]],
    [{ onnx_opsets: "99" }, ["--onnx-opsets: `[0]` must be an integer from 7 to 25, not 99"]],
    [{ tensorrt_precisions: ["fp16", "fp8"] }, [
      '--tensorrt-precisions: `[1]` must be one of int8, fp16, fp32, tf32, not "fp8"',
    ]],
    [{ atol: ["y=1e-3", "y=1"] }, ["--atol: names `y` twice"]],
    [{ rtol: ["1", "2"] }, ["--rtol: holds two values without a name"]],
    [{ rtol: "-1" }, ["--rtol: a tolerance must not be negative, not -1"]],
    [{ tensorrt_max_workspace_size: "9007199254740993" }, [
      "--tensorrt-max-workspace-size: `9007199254740993` is too large",
    ]],
    [{ model_uri: "ftp://u:pw@h/x?sig=s" }, [
      "--model-uri: must be an absolute path, or a URI with http://, https://, s3://, as://, gs:// or file://, " +
      'not "ftp://***@h/x?***"',
    ]],
    [{ model_uri: "model.onnx" }, [
      "--model-uri: must be an absolute path, or a URI with http://, https://, s3://, as://, gs:// or file://, " +
      'not "model.onnx"',
    ]],
    [{ model_path: "~/m.onnx", charts_repository: "~" }, [
      "--model-path: `~/m.onnx` does not lead to the home directory: only shells know `~`",
      "--charts-repository: `~` does not lead to the home directory: only shells know `~`",
    ]],
    [{ output_package: "m.zip" }, [
      '--output-package: must be a path that ends in .tgz, not "m.zip"',
    ]],
  ];
  for (const [flags, expected] of rows) equal(await problems(flags), expected);
});

Deno.test("shapes are in order, fit the inputs, and name what there is", async () => {
  const rows: [Flags, string[]][] = [
    [{ min_shapes: "x=2,3", max_shapes: "x=1,3" }, [
      "--min-shapes: `x` 2,3 must not be above max_shapes, which says 1,3 (--max-shapes)",
    ]],
    [{ opt_shapes: "x=2,3", max_shapes: "x=1,3" }, [
      "--opt-shapes: `x` 2,3 must not be above max_shapes, which says 1,3 (--max-shapes)",
    ]],
    [{ min_shapes: "x=1", opt_shapes: "x=1,3" }, [
      "--min-shapes: `x` 1 has 1 axes, but opt_shapes says 1,3 (--opt-shapes)",
    ]],
    [{ inputs: "x:-1,3:int8", max_shapes: "x=8,4" }, [
      "--max-shapes: `x` 8,4 does not fit the input's shape -1,3",
    ]],
    [{ inputs: ["image:-1,3:int8", "b:-1:int8"], max_shapes: "imagee=8,3" }, [
      "--max-shapes: names `imagee`, which is none of `image`, `b`",
    ]],
    [{ inputs: "x:-1:int8", value_ranges: ["0,1", "z=0,1"], dtypes: "z=int8" }, [
      "--value-ranges: names `z`, which is none of `x`",
      "--dtypes: names `z`, which is none of `x`",
    ]],
    [
      { inputs: "x:-1:int8", max_shapes: ["a", "b", "c", "d", "e", "f", "g"].map((n) => `${n}=1`) },
      [
        "--max-shapes: names `a`, `b`, `c`, `d`, `e` … and 2 more, which are none of `x`",
      ],
    ],
    [{ outputs: "y:-1:int8", atol: ["1", "z=2"] }, ["--atol: names `z`, which is none of `y`"]],
    [{ max_shapes: "x=0,3" }, ["--max-shapes: `x[0]` must be an integer of at least 1, not 0"]],
    [{ value_ranges: "x=2,1" }, [
      "--value-ranges: `x` the lower bound must not be above the upper one",
    ]],
    [{ inputs: ["x:1:int8", "x:1:int8"] }, ["--inputs: must not name a tensor twice"]],
  ];
  for (const [flags, expected] of rows) equal(await problems(flags), expected);
  configFrom({ min_shapes: "x=1,3", opt_shapes: "x=4,3", max_shapes: "x=8,3" });
  configFrom({ inputs: "__proto__:-1:int8", max_shapes: "__proto__=4" });
});
