import { planProfile, profileProblems } from "../../../src/plan/profile.ts";
import { equal, match } from "../../support/assert.ts";
import { configFrom, type Flags } from "../../support/settings.ts";

const x = { name: "x", shape: [-1, 3, -1], dtype: "float32" } as const;

function profile(flags: Flags) {
  const [{ min, opt, max }] = planProfile(configFrom(flags), [x]) as [
    ReturnType<typeof planProfile>[number],
  ];
  return [min, opt, max].map((shape) => shape.join(",")).join(" ");
}

Deno.test("the batch axis goes from 1 to the largest batch, the others as the dataset says", () => {
  equal(profile({ max_shapes: "x=8,3,100" }), "1,3,1 128,3,100 128,3,100");
  equal(profile({ max_shapes: "x=8,3,100", max_batch_size: "64" }), "1,3,1 64,3,100 64,3,100");
  equal(
    profile({ min_shapes: "x=4,3,10", opt_shapes: "x=8,3,50", max_shapes: "x=8,3,100" }),
    "1,3,10 8,3,50 128,3,100",
  );
  equal(
    profile({ opt_shapes: "x=200,3,50", max_shapes: "x=200,3,100" }),
    "1,3,1 128,3,50 128,3,100",
  );
});

Deno.test("without batching every axis is as the dataset says", () => {
  equal(
    profile({ batching: "disabled", min_shapes: "x=2,3,10", max_shapes: "x=8,3,100" }),
    "2,3,10 8,3,100 8,3,100",
  );
});

Deno.test("a dynamic axis whose size nobody tells is named", () => {
  equal(profileProblems(configFrom({ max_shapes: "x=1,3,9" }), [x]), []);
  const [problem] = profileProblems(configFrom({}), [x]);
  equal(problem?.where, "max_shapes");
  equal(problem?.hint, "give `--max-shapes x=N,3,N`");
  const many = Array.from({ length: 5000 }, (_, i) => ({ ...x, name: `x${i}` }));
  const problems = profileProblems(configFrom({}), many);
  equal(problems.length, 1);
  match(problems[0]!.what, /`x4:-1,3,-1:\w+` … and 4,995 more have one besides the batch$/);
  equal(problems[0]!.hint, "give `--max-shapes x0=N,3,N`, and so for the others");
});
