import { ListLoading } from "@/components/list/list-loading";
import { PageHeader } from "@/components/page-header";
import { description } from "./wording";

export default function ProvidersLoading() {
  return (
    <>
      <PageHeader title="Providers" description={description} />
      <ListLoading label="Loading the providers…" />
    </>
  );
}
