import { database } from "@/lib/db/client";
import { takesImages } from "@/lib/engines/registry";
import { AppError } from "@/lib/errors";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { admitCall } from "@/lib/predictions/start";
import { originsOfChatflow } from "@/lib/sharing/visited";

/**
 * Where Flowise takes files beforehand. Here pictures come with their question and other files not at all, and
 * whoever may call the chatflow is told which of both it is.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string; chatId: string }>(
  {
    POST: async (call) => {
      const { chatflowId } = call.params;
      const token = bearerToken(call.request.headers);
      const { grant } = await admitCall(call, { chatflowId, token, sessionId: null });
      throw new AppError(
        "invalid_input",
        takesImages(grant.chatflow.engine)
          ? "Files are not taken beforehand: send pictures with the question itself, in uploads."
          : "This chatflow takes no files.",
      );
    },
  },
  { websitesOf: ({ chatflowId }) => originsOfChatflow(database(), chatflowId) },
);
