import type { SharingSettings } from "@/lib/sharing/service";
import { useVersionedDraft } from "../../use-versioned-draft";
import { setSharingAction } from "../actions";
import { draftOf, isSame, type SharingDraft } from "./sharing-draft";

/**
 * Sharing settings being edited.
 * @param newest the settings that the page has
 */
export function useSharingDraft(chatflowId: string, newest: SharingSettings) {
  const { change, ...editor } = useVersionedDraft(newest, {
    draftOf: ({ sharing }: SharingSettings) => draftOf(sharing),
    isSame,
    async check(version, draft: SharingDraft) {
      const { checkSharing } = await import("./check-sharing");
      return checkSharing(chatflowId, version, draft);
    },
    send: (input: SharingSettings & { chatflowId: string }) => setSharingAction(input),
    fieldOf: (path) => path.replace(/^sharing\./, "").replace(/\.\d+$/, ""),
    savedMessage: "Sharing saved",
  });
  return { ...editor, change: (part: Partial<SharingDraft>) => change(() => part, Object.keys(part)) };
}
export type SharingEditor = ReturnType<typeof useSharingDraft>;
