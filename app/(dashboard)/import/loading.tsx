import { ListLoading } from "@/components/list/list-loading";
import { PageHeader } from "@/components/page-header";
import { description, title } from "./wording";

export default function ImportLoading() {
  return (
    <>
      <PageHeader title={title} description={description} />
      <ListLoading label="Loading…" />
    </>
  );
}
