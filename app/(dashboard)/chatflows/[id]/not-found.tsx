import { IconMessage2Off } from "@tabler/icons-react";
import { LinkButton } from "@/components/link-button";
import { EmptyState } from "@/components/list/empty-state";

export default function ChatflowNotFound() {
  return (
    <EmptyState
      Icon={IconMessage2Off}
      heading="h1"
      title="There is no such chatflow"
      text="The address is wrong, or the chatflow was deleted."
    >
      <LinkButton href="/chatflows">All chatflows</LinkButton>
    </EmptyState>
  );
}
