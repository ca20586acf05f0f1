/** Durations as Helm takes them. */

/** `1h30m`, `20m`, `90s` or whole seconds → seconds. The option's schema has checked the form. */
export function parseDuration(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const units = { h: 3600, m: 60, s: 1 } as const;
  return [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units],
    0,
  );
}
