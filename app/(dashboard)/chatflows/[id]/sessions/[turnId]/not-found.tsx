import { IconMessagesOff } from "@tabler/icons-react";
import { LinkButton } from "@/components/link-button";
import { EmptyState } from "@/components/list/empty-state";

export default function ConversationNotFound() {
  return (
    <EmptyState
      Icon={IconMessagesOff}
      heading="h1"
      title="There is no such conversation"
      text="It was deleted, or is older than this chatflow keeps its conversations."
    >
      <LinkButton href="/chatflows">All chatflows</LinkButton>
    </EmptyState>
  );
}
