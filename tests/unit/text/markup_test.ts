import { element, printMarkup } from "../../../src/text/markup.ts";
import { equal } from "../../support/assert.ts";

Deno.test("markup: text and attributes stay what they are, whatever they hold", () => {
  equal(
    printMarkup(
      element("g", { class: `a"b'`, x: 1 / 3, y: undefined }, "<&>", element("b", {}, "\u202e")),
    ),
    '<g class="a&quot;b&#39;" x="0.33">&lt;&amp;&gt;<b>\\u202e</b></g>',
  );
});
