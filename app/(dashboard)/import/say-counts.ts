const some = (count: number, one: string, many: string) =>
  count === 0 ? [] : [count === 1 ? `1 ${one}` : `${count.toLocaleString("en")} ${many}`];

/** "2 keys and 1 chatflow"; "nothing" where there is none. */
export function sayCounts({ keys, chatflows }: { keys: number; chatflows: number }): string {
  const parts = [...some(keys, "key", "keys"), ...some(chatflows, "chatflow", "chatflows")];
  return parts.join(" and ") || "nothing";
}

/** Of a file's entries. */
export function sayUnread(count: number): string {
  const entries = count === 1 ? "1 entry is" : `${count.toLocaleString("en")} entries are`;
  return `${entries} neither a key nor a chatflow, and left out.`;
}
