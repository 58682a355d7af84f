import { ListLoading } from "@/components/list/list-loading";

export default function ChangesLoading() {
  return <ListLoading label="Loading the changes…" />;
}
