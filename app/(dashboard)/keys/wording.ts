export const description = "Named credentials for the people and services that call your chatflows.";

/** "1 key", "12 keys" */
export function countedKeys(count: number): string {
  return count === 1 ? "1 key" : `${count.toLocaleString("en")} keys`;
}

/** "1 chatflow", "12 chatflows" */
export function countedChatflows(count: number): string {
  return count === 1 ? "1 chatflow" : `${count.toLocaleString("en")} chatflows`;
}
