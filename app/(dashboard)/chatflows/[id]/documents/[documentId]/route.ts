import { operatorRoute } from "@/lib/auth/route";
import { previewPassages } from "@/lib/documents/preview";

interface Params {
  id: string;
  documentId: string;
}

/** A document's passages from a place on (`?from=`), for its preview. */
export const GET = operatorRoute<Params>(async (ctx, request, { id: chatflowId, documentId }) => {
  const from = Number(new URL(request.url).searchParams.get("from") ?? 0);
  return await previewPassages(ctx, { chatflowId, documentId, from });
});
