/** A real Triton for one folder, asked what a framework was asked. */

import { equal } from "./assert.ts";
import { part, ROOT, runProgram } from "./program.ts";

export async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram("docker", args);
  equal(code, 0, `docker ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** @param folder holds models/ and answers.json; see ask_triton.py */
export async function askTriton(
  folder: string,
  model: string,
  image = part("NAVIGATOR_TRITON_IMAGE"),
): Promise<string> {
  const name = `navigator-ask-${crypto.randomUUID()}`;
  await Deno.copyFile(`${ROOT}tests/support/ask_triton.py`, `${folder}/ask.py`);
  try {
    await docker(
      ...["run", "--detach", "--name", name, "--volume", `${folder}:/work:ro`],
      ...["--network", "none", "--shm-size", "256m", image],
      ...["tritonserver", "--model-repository=/work/models", "--disable-auto-complete-config"],
    );
    return await docker("exec", name, "python3", "/work/ask.py", model, "/work/answers.json");
  } finally {
    await runProgram("docker", ["rm", "--force", name]);
  }
}
