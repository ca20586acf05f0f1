/** The report's page in a real browser: light, dark, narrow, printed and read out. */

import { realTemplates } from "../../src/io/templates.ts";
import { printHtml } from "../../src/tester/report_html.ts";
import { equal, ok } from "../support/assert.ts";
import { type Page, withPage } from "../support/browser.ts";
import { sampleMeasurement, sampleReport } from "../support/report.ts";

const REPORT = sampleReport({
  model: "a-name-that-is-as-long-as-names-may-be-".repeat(3),
  thresholds: { "p99:max": "20ms", "errors:max": 0 },
  measurements: [1, 8].flatMap((batch) =>
    [1, 2, 4, 8].map((concurrency) =>
      sampleMeasurement({
        batch,
        concurrency,
        stable: concurrency < 8,
        throughput: 1e5 * batch ** 0.8 * concurrency ** 0.5,
        p99: 5e6 * batch * concurrency,
      })
    )
  ),
  failures: [{ batch: 8, concurrency: 16, errors: 2, reason: "x".repeat(200) }],
});

/** Of each text: how much it stands out against the page, and its size on the screen. */
const TEXTS = `(() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((c) => {
      c /= 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = luminance(getComputedStyle(document.body).backgroundColor);
  const contrast = (colour) => {
    const [low, high] = [luminance(colour), page].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  return [...document.querySelectorAll("h1, h2, h3, p, td, th, dt, dd, li, figcaption, text")]
    .map((node) => {
      const { color, fill, fontSize } = getComputedStyle(node);
      const svg = node.ownerSVGElement;
      const scale = svg ? svg.clientWidth / svg.viewBox.baseVal.width : 1;
      return {
        text: node.textContent.trim().slice(0, 40),
        contrast: contrast(svg ? fill : color),
        size: parseFloat(fontSize) * scale,
      };
    });
})()`;

const SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** What sticks out of its picture. */
const OUTSIDE = `[...document.querySelectorAll("figure > svg")].flatMap((svg) => {
  const { width, height } = svg.viewBox.baseVal;
  return [...svg.querySelectorAll("text, circle, path, rect")].filter((node) => {
    const box = node.getBBox();
    return box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height;
  }).map((node) => node.outerHTML);
})`;

async function show(page: Page, width: number, scheme: string, media = ""): Promise<void> {
  await page.call("Emulation.setDeviceMetricsOverride", {
    width,
    height: 800,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await page.call("Emulation.setEmulatedMedia", {
    media,
    features: [{ name: "prefers-color-scheme", value: scheme }],
  });
}

Deno.test("the report's page", async (t) => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/report.html`;
  const templates = realTemplates(new URL("../../", import.meta.url)).read("report");
  await Deno.writeTextFile(path, printHtml(REPORT, templates));
  try {
    await withPage(`file://${path}`, async (page) => {
      for (const width of [1180, 380]) {
        for (const scheme of ["light", "dark"]) {
          await t.step(`${scheme}, ${width} pixels wide: all can be read`, async () => {
            await show(page, width, scheme);
            equal(await page.evaluate(SIDEWAYS), 0);
            const texts = await page.evaluate<Record<"text" | "contrast" | "size", number>[]>(
              TEXTS,
            );
            ok(texts.length > 100);
            equal(texts.filter(({ contrast, size }) => contrast < 4.5 || size < 9), []);
            equal(await page.evaluate(OUTSIDE), []);
          });
        }
      }
      await t.step("on paper it is black on white, and whole", async () => {
        await show(page, 700, "dark", "print");
        equal(
          await page.evaluate("getComputedStyle(document.body).backgroundColor"),
          "rgb(255, 255, 255)",
        );
        equal(
          await page.evaluate(
            `[...document.querySelectorAll(".wide")].filter((d) => d.scrollWidth > d.clientWidth).length`,
          ),
          0,
        );
        const { data } = await page.call("Page.printToPDF", { preferCSSPageSize: true });
        equal(atob((data as string).slice(0, 8)).slice(0, 5), "%PDF-");
      });
      await t.step("a screen reader finds names for pictures and heads for columns", async () => {
        const { nodes } = await page.call("Accessibility.getFullAXTree") as {
          nodes: { ignored: boolean; role?: { value: string }; name?: { value: string } }[];
        };
        const of = (role: string) =>
          nodes.filter((node) => !node.ignored && node.role?.value === role)
            .map((node) => node.name?.value);
        equal(of("image").map((name) => Boolean(name)), [true, true, true]);
        equal(of("table").length, 3);
        equal(of("columnheader").length, 3 + 10 + 9 + 2);
        equal(of("heading").every((name) => Boolean(name)), true);
      });
      await t.step("it has asked for nothing but itself", () => {
        equal([...page.requests], [`file://${path}`]);
      });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
