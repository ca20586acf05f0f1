/** YAML → plain data; imported only where it is needed, since the parser costs start-up time. */

import { parse } from "yaml";

export function parseYaml(text: string): unknown {
  return parse(text);
}
