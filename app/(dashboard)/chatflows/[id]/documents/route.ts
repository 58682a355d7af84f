import { authorize } from "@/lib/auth/roles";
import { operatorRoute } from "@/lib/auth/route";
import { uploadDocument } from "@/lib/chatflows/documents";
import { fileMaxBytes, megabytes } from "@/lib/documents/formats";
import { AppError } from "@/lib/errors";
import { readBytes } from "@/lib/http/json-body";

/** The largest file and its time limit fit; a platform's own limit may be lower. */
export const maxDuration = 60;

/**
 * Adds one document: the body is the file as it is, the query says its `name` and, where it takes
 * another's place, `replace` or that one's `documentId`. Not a server action, so that the browser can
 * tell how far it is, and not multipart, so that what is too large is refused while it arrives.
 */
export const POST = operatorRoute<{ id: string }>(async (ctx, request, { id: chatflowId }) => {
  // Before the body is read: what nobody may add need not arrive.
  authorize(ctx.actor, "chatflows:write");
  const query = new URL(request.url).searchParams;
  const name = query.get("name") ?? "";
  refuseTooLarge(request.headers, name);
  const document = await uploadDocument(ctx, {
    chatflowId,
    name,
    bytes: await readBytes(request.body, fileMaxBytes),
    mediaType: request.headers.get("content-type") as "text/markdown",
    replace: query.get("replace") === "true",
    documentId: query.get("documentId") ?? undefined,
  });
  return { document };
});

function refuseTooLarge(headers: Headers, name: string): void {
  const size = Number(headers.get("content-length") ?? 0);
  if (size <= fileMaxBytes) return;
  const message = `“${name}” has ${megabytes(size)}; a file can have at most ${fileMaxBytes / 1024 / 1024} MB.`;
  throw new AppError("payload_too_large", message);
}
