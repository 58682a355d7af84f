export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** The given parameters of an address, each once. */
export async function readQuery(searchParams: SearchParams): Promise<Record<string, string>> {
  const entries = Object.entries(await searchParams).flatMap(([name, value]) =>
    typeof value === "string" && value !== "" ? [[name, value] as const] : [],
  );
  return Object.fromEntries(entries);
}

/** Whether an address leads further down a list, or back up: that there is nothing says nothing of the list then. */
export function isContinued({ after, before }: { after?: string; before?: string }): boolean {
  return Boolean(after || before);
}

/** The filters alone, without the place in the list. */
export function filtersOf({ after: _, before: __, ...filters }: Record<string, string>): Record<string, string> {
  return filters;
}
