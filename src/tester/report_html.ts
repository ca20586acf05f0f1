/** The report as one HTML file that needs nothing else: no script, no request. */

import { Eta } from "eta/core";
import { escapeMarkup } from "../text/markup.ts";
import type { Report } from "./report.ts";
import { reportPage } from "./report_page.ts";

/** @param templates the files of templates/report */
export function printHtml(report: Report, templates: ReadonlyMap<string, string>): string {
  const eta = new Eta({
    varName: "page",
    autoTrim: false,
    autoEscape: true,
    escapeFunction: (value) => {
      if (value === undefined) throw new TypeError("the page names a field that is not there");
      return escapeMarkup(String(value));
    },
  });
  const page = { ...reportPage(report), style: templates.get("style.css")! };
  return eta.renderString(templates.get("report.html.eta")!, page);
}
