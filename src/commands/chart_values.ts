/** The few values of a generated chart that a verb must know. */

import { join } from "node:path";
import type { Files } from "../world.ts";

export interface ChartValues {
  readonly deadlineSeconds?: number;
}

export async function readChartValues(chart: string, files: Files): Promise<ChartValues> {
  const { parseYaml } = await import("../config/parse_yaml.ts");
  return (parseYaml(await files.readText(join(chart, "values.yaml"))) ?? {}) as ChartValues;
}
