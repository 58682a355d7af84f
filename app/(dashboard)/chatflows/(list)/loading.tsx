import { ListLoading } from "@/components/list/list-loading";
import { PageHeader } from "@/components/page-header";

export default function Loading() {
  return (
    <>
      <PageHeader title="Chatflows" description="Each one answers questions at an address of its own." />
      <ListLoading label="Loading chatflows…" />
    </>
  );
}
