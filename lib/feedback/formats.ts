import type { ExportShape } from "@/lib/export/formats";
import type { ReceivedFeedback } from "@/lib/feedback/received-schema";

/** How feedback is exported. */
export const feedbackExport: ExportShape<ReceivedFeedback> = {
  columns: [
    ["time", ({ at }) => at.toISOString()],
    ["rating", ({ rating }) => rating],
    ["comment", ({ content }) => content],
    ["question", ({ question }) => question],
    ["answer", ({ answer }) => answer],
    ["session_id", ({ sessionId }) => sessionId],
    ["prediction_id", ({ turnId }) => turnId],
    ["id", ({ id }) => id],
  ],
  json: ({ id, at, rating, content, question, answer, sessionId, turnId }) => ({
    ...{ id, time: at, rating, comment: content, question, answer, sessionId, predictionId: turnId },
  }),
};
