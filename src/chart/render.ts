/** ChartModel + templates → the files of one chart directory. */

import { Eta } from "eta/core";
import type { FileContent, FileTree } from "../world.ts";
import type { ChartModel } from "./chart_model.ts";
import { MARKER, printMarker } from "./marker.ts";
import { yamlValue } from "./yaml_value.ts";

export interface TemplateFolders {
  readonly inference: ReadonlyMap<string, string>;
  readonly tester: ReadonlyMap<string, string>;
  readonly toolkit: ReadonlyMap<string, string>;
  readonly image: ReadonlyMap<string, string>;
  /** Our Linux binary, linked into the toolkit; left out when there is none. */
  readonly binary?: string | undefined;
}

export function renderChart(model: ChartModel, templates: TemplateFolders): FileTree {
  const files = new Map<string, FileContent>();
  const add = (prefix: string, folder: ReadonlyMap<string, string>, render: Dialect) => {
    for (const [path, text] of folder) {
      const rendered = path.endsWith(".eta") ? render(text, model) : text;
      files.set(`${prefix}${path.replace(/\.eta$/, "")}`, {
        text: rendered,
        mode: path.endsWith(".sh") ? 0o755 : 0o644,
      });
    }
  };
  add("", templates.image, dockerfileDialect);
  add(`${model.inferenceChart}/`, templates.inference, yamlDialect);
  add(`${model.testerChart}/`, templates.tester, yamlDialect);
  add("toolkit/", templates.toolkit, yamlDialect);
  if (templates.binary) files.set("toolkit/helm-navigator", { linkTo: templates.binary });
  files.set(MARKER, { text: printMarker(model) });
  return files;
}

const yamlDialect = dialect(yamlValue);

/** Values in a Dockerfile are checked image references and versions: plain words. */
const dockerfileDialect = dialect((value) => {
  if (typeof value !== "string") throw new TypeError("a template names a field that is not there");
  return value;
});

type Dialect = (template: string, model: ChartModel) => string;

/**
 * Eta's defaults eat line ends and escape for XML: both are wrong here. A template is compiled once,
 * however many charts are made from it.
 */
function dialect(escape: (value: unknown) => string): Dialect {
  const eta = new Eta({
    varName: "chart",
    autoTrim: false,
    autoEscape: true,
    escapeFunction: escape,
    plugins: [{ processTemplate: dropControlLines }],
  });
  const compiled = new Map<string, ReturnType<typeof eta.compile>>();
  return (template, model) => {
    const known = compiled.get(template) ?? eta.compile(template);
    compiled.set(template, known);
    return known.call(eta, model);
  };
}

/** A line that holds nothing but `<% … %>` leaves no empty line behind. */
function dropControlLines(template: string): string {
  return template.replace(/^[ \t]*(<%(?![=~])[^%]*%>)[ \t]*\n/gm, "$1");
}
