import { ListLoading } from "@/components/list/list-loading";
import { PageHeader } from "@/components/page-header";
import { description, title } from "./wording";

export default function PeopleLoading() {
  return (
    <>
      <PageHeader title={title} description={description} />
      <ListLoading label="Loading the people…" />
    </>
  );
}
