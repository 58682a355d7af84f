import type { DocumentInput } from "@/lib/chatflows/documents-schema";

export interface DocumentToSend {
  chatflowId: string;
  name: string;
  body: Blob;
  /** What a pasted text is; a file's kind is in its name. */
  mediaType?: DocumentInput["mediaType"];
  /** Whether a document of the same name may go. */
  replace: boolean;
  /** The document whose place it takes. */
  documentId?: string | undefined;
  /** Called with how much has arrived, 0 to 1. */
  onProgress: (share: number) => void;
}

export type Sent = { ok: true } | { ok: false; isTaken: boolean; message: string };

const unreachable = "Flowlatch could not be reached. Add it again to be sure.";

function toSent(request: XMLHttpRequest): Sent {
  if (request.status === 200) return { ok: true };
  const problem = request.response as { code?: string; message?: string } | null;
  return { ok: false, isTaken: problem?.code === "conflict", message: problem?.message ?? unreachable };
}

/** Sends one document. Not with fetch, which does not tell how far it is. */
export function sendDocument(document: DocumentToSend): Promise<Sent> {
  const { chatflowId, name, body, mediaType, replace, documentId, onProgress } = document;
  const query = new URLSearchParams({ name, ...(replace && { replace: "true" }), ...(documentId && { documentId }) });
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/chatflows/${chatflowId}/documents?${query}`);
    request.setRequestHeader("Content-Type", mediaType ?? "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1);
    request.onload = () => resolve(toSent(request));
    request.onerror = () => resolve({ ok: false, isTaken: false, message: unreachable });
    request.onabort = request.onerror;
    request.send(body);
  });
}
