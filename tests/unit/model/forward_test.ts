import { classOf, forwardIn } from "../../../src/model/forward.ts";
import { equal } from "../../support/assert.ts";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

Deno.test("classOf: the first class that a pickle names", () => {
  const of = (text: string) => classOf(bytes(text));
  equal(of("\x80\x02c__torch__\nNet\nq\x00)"), { module: "__torch__", name: "Net" });
  equal(of("\x80\x02c__torch__.a.___torch_mangle_3\nNet\n"), {
    module: "__torch__.a.___torch_mangle_3",
    name: "Net",
  });
  // A list of modules, another protocol, a class of Python's, a path, an end too soon.
  for (
    const text of [
      "\x80\x02]q\x00(c__torch__\nNet\n",
      "\x80\x04\x95",
      "\x80\x02ccollections\nOrderedDict\n",
      "\x80\x02c__torch__/../x\nNet\n",
      "\x80\x02c__torch__\nNet",
      "",
    ]
  ) equal(of(text), undefined, JSON.stringify(text));
});

const source = (...methods: string[]) =>
  `class Other(Module):
  def forward(self: __torch__.Other,
    y: int) -> int:
    return y
class Net(Module):
  __parameters__ = ["w", ]
  w : Tensor
${methods.map((method) => `  ${method}\n    return x\n`).join("")}class Last(Module):
  def forward(self: __torch__.Last,
    z: str) -> str:
    return z
`;

Deno.test("forwardIn: as torch writes it", () => {
  const forward = (...methods: string[]) => forwardIn(source(...methods), "Net");
  equal(forward("def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:"), {
    takes: [{ name: "x", type: "Tensor", hasDefault: false }],
    returns: "Tensor",
  });
  equal(
    forward(
      "def encode(self: __torch__.Net,\n    t: str) -> Tensor:",
      `def forward(self: __torch__.Net,
    x: Tensor,
    by: Dict[str, Tuple[Tensor, Tensor]],
    sr: int=16000,
    name: str="a,) = \\"b\\"",
    dims: List[int]=[1, 2],
    state: Optional[Tensor]=None) -> Tuple[Tensor, Dict[str, Tensor]]:`,
    ),
    {
      takes: [
        { name: "x", type: "Tensor", hasDefault: false },
        { name: "by", type: "Dict[str, Tuple[Tensor, Tensor]]", hasDefault: false },
        { name: "sr", type: "int", hasDefault: true },
        { name: "name", type: "str", hasDefault: true },
        { name: "dims", type: "List[int]", hasDefault: true },
        { name: "state", type: "Optional[Tensor]", hasDefault: true },
      ],
      returns: "Tuple[Tensor, Dict[str, Tensor]]",
    },
  );
  // No method of that name, nor of that form; cut off anywhere.
  equal(forward("def forwards(self: Net, x: Tensor) -> Tensor:"), undefined);
  equal(forward("def forward(self: Net, x) -> Tensor:"), undefined);
  equal(forward("def forward(self: Net, x: Tensor):"), undefined);
  equal(forwardIn(source(), "Nowhere"), undefined);
  const whole = source("def forward(self: Net, x: Tensor) -> Tensor:");
  for (let end = 0; end < whole.length; end++) forwardIn(whole.slice(0, end), "Net");
  // However many there are.
  const many = Array.from({ length: 20_000 }, (_, i) => `a${i}: Tensor`).join(", ");
  const { takes } = forward(`def forward(self: Net, ${many}) -> Tensor:`)!;
  equal(takes.length, 20_000);
  equal(forward(`def forward(self: Net, x: ${"=".repeat(100_000)}) -> Tensor:`)?.takes.length, 1);
});
