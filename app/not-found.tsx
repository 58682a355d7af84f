import Link from "next/link";
import { BrandMark } from "@/components/brand";
import classes from "./status-page.module.css";

export default function NotFound() {
  return (
    <main className={classes.frame}>
      <span className={classes.mark}>
        <BrandMark size={32} />
      </span>
      <h1 className={classes.title}>There is nothing here</h1>
      <p className={classes.text}>The address is wrong, or what it named was deleted.</p>
      <Link href="/" className={classes.link}>
        Go to your API keys
      </Link>
    </main>
  );
}
