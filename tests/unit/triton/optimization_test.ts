import type { Format } from "../../../src/model/format.ts";
import { planModelConfig, printModelConfig } from "../../../src/triton/model_config.ts";
import { equal } from "../../support/assert.ts";
import { configFrom, type Flags } from "../../support/settings.ts";

function optimization(format: Format, flags: Flags): string | undefined {
  const text = printModelConfig(
    planModelConfig({ config: configFrom(flags), format, signature: {} }),
  );
  return /^optimization \{\n([\s\S]*?)^\}/m.exec(text)?.[1];
}

Deno.test("nothing is said where Triton's defaults are wanted", () => {
  equal(optimization("onnx", {}), undefined);
  equal(optimization("onnx", { backend_accelerator: "none" }), undefined);
  equal(optimization("onnx", { tensorrt_capture_cuda_graph: "true" }), undefined);
});

Deno.test("accelerators go to the device that they are for, with their parameters", () => {
  equal(
    optimization("onnx", {
      backend_accelerator: "trt",
      tensorrt_precision: "fp16",
      tensorrt_max_workspace_size: "4294967296",
    }),
    `  execution_accelerators {
    gpu_execution_accelerator {
      name: "tensorrt"
      parameters {
        key: "precision_mode"
        value: "FP16"
      }
      parameters {
        key: "max_workspace_size_bytes"
        value: "4294967296"
      }
    }
  }
`,
  );
  equal(
    optimization("tf-savedmodel", { backend_accelerator: "amp" }),
    `  execution_accelerators {
    gpu_execution_accelerator {
      name: "auto_mixed_precision"
    }
  }
`,
  );
  equal(
    optimization("onnx", { backend_accelerator: "openvino" }),
    `  execution_accelerators {
    cpu_execution_accelerator {
      name: "openvino"
    }
  }
`,
  );
});

Deno.test("CUDA graphs are for plans", () => {
  equal(
    optimization("trt", { tensorrt_capture_cuda_graph: "true" }),
    "  cuda {\n    graphs: true\n  }\n",
  );
});
