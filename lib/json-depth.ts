/**
 * Levels of objects and lists within each other that JSON from outside may have: far above what clients and flows
 * nest, far below where writing it again runs out of stack. `JSON.parse` reads any depth; `JSON.stringify`, React and
 * Postgres do not.
 */
export const jsonMaxDepth = 100;

export function isTooDeep(value: unknown, levels = jsonMaxDepth): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
