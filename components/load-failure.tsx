import { PageHeader } from "@/components/page-header";
import { RetryButton } from "@/components/retry-button";

/** What a room's `error.tsx` shows inside the dashboard's frame, with a way to try again. */
export function LoadFailure({ title, reset }: { title: string; reset: () => void }) {
  return (
    <>
      <PageHeader
        title={title}
        description={
          <span role="alert">This could not be loaded. The database may be away. Try again in a few seconds.</span>
        }
      />
      <RetryButton reset={reset} />
    </>
  );
}
