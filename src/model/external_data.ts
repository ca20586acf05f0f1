/** The files beside an ONNX model that hold its tensors: where they may be, and what keeps them from it. */

import { dirname } from "node:path";
import type { Problem } from "../errors.ts";
import type { Files } from "../world.ts";
import { formatFacts } from "./format.ts";
import { pathProblem, plainPath } from "./safe_path.ts";

export interface ExternalData {
  /** Path in the model's folder → where the file really is. */
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/**
 * @param path of the model
 * @param name what messages call the model
 * @param locations as the model names them, relative to its own folder
 */
export async function findExternalData(
  { path, name, locations }: {
    readonly path: string;
    readonly name: string;
    readonly locations: readonly string[];
  },
  files: Files,
): Promise<ExternalData> {
  const found = new Map<string, string>();
  const problems: Problem[] = [];
  const folder = await files.realPath(dirname(path));
  for (const location of locations) {
    const plain = plainPath(location);
    const real = await files.realPath(`${folder}/${plain}`).catch(() => undefined);
    const problem = pathProblem(location);
    const say = (what: string, hint?: string) =>
      problems.push({
        where: name,
        what: `keeps tensors in ${JSON.stringify(location)}, ${what}`,
        hint,
      });
    if (problem) say(`a name that ${problem}`);
    else if (plain === formatFacts("onnx").filename) say("the name that the model itself gets");
    else if (real === undefined || await files.kind(real) !== "file") {
      say(
        "which is not there",
        "put the model and its data files into one folder, and the folder into a ZIP archive",
      );
    } else if (!real.startsWith(`${folder}/`)) say("a link that leads out of its folder");
    else found.set(plain, real);
  }
  return { files: found, problems };
}
