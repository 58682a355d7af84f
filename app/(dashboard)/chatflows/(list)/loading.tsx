import { Skeleton } from "@mantine/core";
import { PageHeader } from "@/components/page-header";
import classes from "../chatflows.module.css";

const rows = ["a", "b", "c", "d", "e"];

export default function Loading() {
  return (
    <>
      <PageHeader title="Chatflows" description="Each one answers questions at an address of its own." />
      <p role="status" className={classes.count}>
        Loading chatflows…
      </p>
      <div aria-hidden="true">
        {rows.map((row) => (
          <Skeleton key={row} height={44} mb={8} radius="md" />
        ))}
      </div>
    </>
  );
}
