import { IconSearchOff } from "@tabler/icons-react";
import { LinkButton } from "@/components/link-button";
import { EmptyState } from "./empty-state";

/** Stands in place of a page further down a list whose rows are gone; the list itself may have others. */
export function EmptyPage({ what, first }: { what: string; first: string }) {
  return (
    <EmptyState
      Icon={IconSearchOff}
      title="This page of the list is empty"
      text={`Its ${what} were deleted meanwhile.`}
    >
      <LinkButton href={first}>Go to the first page</LinkButton>
    </EmptyState>
  );
}
