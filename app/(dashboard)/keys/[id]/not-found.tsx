import { IconKeyOff } from "@tabler/icons-react";
import { LinkButton } from "@/components/link-button";
import { EmptyState } from "@/components/list/empty-state";

export default function KeyNotFound() {
  return (
    <EmptyState
      Icon={IconKeyOff}
      heading="h1"
      title="There is no such key"
      text="The address is wrong, or the key was deleted."
    >
      <LinkButton href="/keys">All keys</LinkButton>
    </EmptyState>
  );
}
