import { ListLoading } from "@/components/list/list-loading";

export default function RefusedCallsLoading() {
  return <ListLoading label="Loading the refused calls…" />;
}
