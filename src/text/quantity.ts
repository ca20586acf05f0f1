/** Kubernetes' quantities as numbers: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

const SUFFIXES: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Undefined when it is none. */
export function parseQuantity(value: string | number | undefined): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(
    String(value ?? ""),
  );
  const factor = match?.[2] === undefined ? undefined : SUFFIXES[match[2]];
  return match && factor !== undefined ? Number(match[1]) * factor : undefined;
}

/** `256Mi` */
export function printBytes(bytes: number): string {
  const [suffix, factor] = (["Gi", "Mi", "Ki"] as const)
    .map((each) => [each, SUFFIXES[each]!] as const)
    .find(([, size]) => bytes >= size && bytes % size === 0) ?? ["", 1];
  return `${bytes / factor}${suffix}`;
}
