import { ListLoading } from "@/components/list/list-loading";
import { PageHeader } from "@/components/page-header";

export default function KeyLoading() {
  return (
    <>
      <PageHeader title="API key" />
      <ListLoading label="Loading the key…" />
    </>
  );
}
