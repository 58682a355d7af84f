import { ListLoading } from "@/components/list/list-loading";
import { PageHeader } from "@/components/page-header";
import { description } from "./wording";

export default function KeysLoading() {
  return (
    <>
      <PageHeader title="API keys" description={description} />
      <ListLoading label="Loading the keys…" />
    </>
  );
}
