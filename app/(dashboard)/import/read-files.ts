import type { ImportSource } from "@/lib/import/schema";

/** Of all files together. Flowise's exports hold whole graphs, some 100 kB a flow. */
const maxBytes = 64 * 1_048_576;

type FileData = Extract<ImportSource, { kind: "file" }>["data"];

/** What is taken of the files, or a sentence that says why nothing is. */
export async function readFiles(files: File[]): Promise<{ data: FileData } | { message: string }> {
  if (files.length === 0) return { message: "Choose a file." };
  if (files.reduce((bytes, { size }) => bytes + size, 0) > maxBytes) {
    return { message: "That is more than 64 MB. Choose fewer files at a time." };
  }
  // Brings the schemas along, which nobody needs who imports from a server.
  const { flowiseDataSchema, notFlowiseFile, readFlowiseFiles } = await import("@/lib/import/flowise-data");
  try {
    const read = readFlowiseFiles(await Promise.all(files.map((file) => file.text())));
    if (read === null) return { message: notFlowiseFile };
    const { data, error } = flowiseDataSchema.safeParse(read);
    return data ? { data } : { message: error.issues[0]?.message ?? notFlowiseFile };
  } catch (error) {
    const which = files.length === 1 ? "This file" : "One of these files";
    return { message: error instanceof SyntaxError ? `${which} is no JSON.` : `${which} cannot be read.` };
  }
}
