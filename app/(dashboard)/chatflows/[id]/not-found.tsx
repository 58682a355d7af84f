import classes from "../chatflows.module.css";
import { LinkButton } from "../link-button";

export default function ChatflowNotFound() {
  return (
    <section className={classes.empty}>
      <h1>There is no such chatflow</h1>
      <p>The address is wrong, or the chatflow was deleted.</p>
      <LinkButton href="/chatflows">All chatflows</LinkButton>
    </section>
  );
}
