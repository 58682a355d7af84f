import type { ExportShape } from "@/lib/export/formats";
import type { ReceivedLead } from "@/lib/leads/received-schema";

/** How leads are exported. */
export const leadExport: ExportShape<ReceivedLead> = {
  columns: [
    ["time", ({ at }) => at.toISOString()],
    ["name", ({ name }) => name],
    ["email", ({ email }) => email],
    ["phone", ({ phone }) => phone],
    ["chat_id", ({ chatId }) => chatId],
    ["id", ({ id }) => id],
  ],
  json: ({ id, at, name, email, phone, chatId }) => ({ ...{ id, time: at, name, email, phone, chatId } }),
};
