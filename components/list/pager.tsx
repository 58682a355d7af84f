import { LinkButton } from "@/components/link-button";
import classes from "./list.module.css";

interface Props {
  /** Address of the page before this one, if there is one. */
  previous: string | null;
  next: string | null;
}

/** Leads through a list that is cut by keyset: there are neighbours, no page numbers. */
export function Pager({ previous, next }: Props) {
  if (!previous && !next) return null;
  return (
    <nav className={classes.pages} aria-label="Pages">
      {previous && (
        <LinkButton href={previous} rel="prev">
          Previous
        </LinkButton>
      )}
      {next && (
        <LinkButton href={next} rel="next">
          Next
        </LinkButton>
      )}
    </nav>
  );
}

/** An address of a list: what is undefined or empty is left out. */
export function listHref(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}
