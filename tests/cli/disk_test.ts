/** A disk that is full or cannot be written: said so, and what was there stays. */

import { equal, match } from "../support/assert.ts";
import { PROGRAM, runProgram } from "../support/program.ts";

const CREATE = `${PROGRAM} create --no-lint --model-name m --model-path m.onnx`;

/** Runs the script in a file system of its own, which nobody else sees and which ends with it. */
async function onDisk(options: string, script: string) {
  const folder = await Deno.makeTempDir();
  const user = Deno.uid() === 0 ? [] : ["--map-root-user"];
  const body = `mount -t tmpfs -o ${options} none ${folder} && cd ${folder} && ${script}`;
  try {
    return await runProgram("unshare", ["--mount", ...user, "sh", "-c", body]);
  } finally {
    await Deno.remove(folder);
  }
}

Deno.test("a full disk leaves the old chart, whole, and nothing else", async () => {
  // Room for one copy of the program in the toolkit, not for two.
  const { code, stdout, stderr } = await onDisk(
    "size=140m",
    `${CREATE} >/dev/null && ${CREATE} --max-batch-size 7; echo "exit $?"
     ls -A navigator_workspace/charts; grep maxBatchSize navigator_workspace/charts/m/m-inference/values.yaml`,
  );
  match(stderr, /^error: cannot write to .*charts: No space left on device$/m);
  match(stderr, /^hint: check the permissions and the free space of the directory$/m);
  equal([code, stdout], [0, "exit 1\nm\n  maxBatchSize: 128\n"]);
});

Deno.test("a disk that is full at once gets nothing", async () => {
  const { stdout, stderr } = await onDisk(
    "size=64k",
    `${CREATE}; echo "exit $?"; find . -type f`,
  );
  match(stderr, /No space left on device/);
  equal(stdout, "exit 1\n");
});

Deno.test("a folder that cannot be written is named", async () => {
  const { stdout, stderr } = await onDisk(
    "size=1m,ro",
    `${CREATE}; echo "exit $?"; find . -type f`,
  );
  match(stderr, /^error: cannot write to .*charts: Read-only file system$/m);
  equal(stdout, "exit 1\n");
});

Deno.test("what a killed run left on a read-only disk stops only who needs it", async () => {
  const BUILD = `${PROGRAM} build --dry-run navigator_workspace/charts/m`;
  const { stdout, stderr } = await onDisk(
    "size=400m",
    `${CREATE} >/dev/null && cd navigator_workspace/charts && mkdir .m.navigator-new && cd ../..
     mount -o remount,ro . && ${BUILD}; echo "exit $?"
     mount -o remount,rw . && cd navigator_workspace/charts && mv m .m.navigator-old && cd ../..
     mount -o remount,ro . && ${BUILD.replace(/\S+$/, "")}; echo "exit $?"`,
  );
  match(stdout, /^docker build .*\nexit 0\nexit 1\n$/);
  match(
    stderr,
    /^error: cannot finish what a killed run left in .*charts: Read-only file system$/m,
  );
  match(stderr, /^hint: run the same as a user who may write there$/m);
});

Deno.test("nothing of a run stays in the folder for temporary files", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { code } = await runProgram(PROGRAM, ["version"], { env: { TMPDIR: folder } });
    equal([code, [...Deno.readDirSync(folder)]], [0, []]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
