/** Long lists in few words. */

const SHOWN = 5;

/** `a, b, c, d, e … and 4,995 more` */
export function someOf(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN).join(", ");
  const more = items.length - SHOWN;
  return more > 0 ? `${shown} … and ${more.toLocaleString("en-US")} more` : shown;
}
