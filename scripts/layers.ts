/** Lint rules that keep imports one-way and effects in io/. */

const FLOORS: readonly (readonly string[])[] = [
  ["text"],
  ["model"],
  ["config"],
  ["plan"],
  ["triton"],
  ["chart", "image", "cluster", "deployer", "tester", "review", "ranking"],
  ["commands"],
  ["cli"],
];

const OPEN_TO_ALL = ["errors.ts", "world.ts", "version.ts"];

function roomOf(path: string): string | undefined {
  return /(?:^|\/)src\/([a-z]+)\//.exec(path)?.[1];
}

function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room));
}

function importedRoom(source: string): string | undefined {
  return /^(?:\.\.\/)+([a-z]+)\//.exec(source)?.[1];
}

export default {
  name: "navigator",
  rules: {
    layers: {
      create(context) {
        const room = roomOf(context.filename);
        if (room === undefined) return {};
        const check = (node: Deno.lint.Node, source: unknown) => {
          if (typeof source !== "string" || !source.startsWith("..")) return;
          if (OPEN_TO_ALL.some((file) => source === `../${file}`)) return;
          const target = importedRoom(source);
          if (target === undefined || target === room) return;
          const allowed = room === "io"
            ? target === "text"
            : target !== "io" && floorOf(target) < floorOf(room);
          if (!allowed) {
            context.report({
              node,
              message: `${room}/ may not import ${target}/`,
              hint: "Move it down, or pass it in",
            });
          }
        };
        return {
          ImportDeclaration: (node) => check(node, node.source.value),
          ImportExpression: (node) =>
            check(node, node.source.type === "Literal" ? node.source.value : undefined),
          ExportNamedDeclaration: (node) => check(node, node.source?.value),
          ExportAllDeclaration: (node) => check(node, node.source.value),
        };
      },
    },
    effects: {
      create(context) {
        const room = roomOf(context.filename);
        if (room === undefined || room === "io") return {};
        const report = (node: Deno.lint.Node, what: string) =>
          context.report({
            node,
            message: `${what} outside io/`,
            hint: "Take it from the World argument",
          });
        return {
          "MemberExpression[object.name='Deno']": (node: Deno.lint.Node) => report(node, "Deno.*"),
          "CallExpression[callee.name='fetch']": (node: Deno.lint.Node) => report(node, "fetch()"),
          ImportDeclaration(node) {
            if (/^node:(fs|child_process|net|http)/.test(node.source.value)) {
              report(node, node.source.value);
            }
          },
        };
      },
    },
  },
} satisfies Deno.lint.Plugin;
