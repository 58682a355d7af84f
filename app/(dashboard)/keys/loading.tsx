import { PageHeader } from "@/components/page-header";
import classes from "./keys.module.css";

const rows = [62, 48, 70, 55, 66, 50];

export default function KeysLoading() {
  return (
    <>
      <PageHeader
        title="API keys"
        description="Named credentials for the people and services that call your chatflows."
      />
      <p role="status" className={classes.hidden}>
        Loading the keys…
      </p>
      <div aria-hidden="true">
        {rows.map((width) => (
          <div key={width} className={classes.boneRow}>
            <div className={classes.bone} style={{ width: `${width / 2}%` }} />
            <div className={classes.bone} style={{ width: "16%", marginInlineStart: "auto" }} />
          </div>
        ))}
      </div>
    </>
  );
}
