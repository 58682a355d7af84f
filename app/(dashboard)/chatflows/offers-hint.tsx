import classes from "./model-fields.module.css";
import type { OfferList } from "./use-offers";

interface Props<Item> {
  list: OfferList<Item>;
  retry: () => void;
  asking: string;
  /** How one goes on without the list. */
  withoutList: string;
  /** What is said of a list that came. */
  offered: (count: number) => string;
}

/** What came of asking a provider for what it has; read out as it changes. */
export function OffersHint<Item>({ list, retry, asking, withoutList, offered }: Props<Item>) {
  return (
    <p className={classes.hint} role="status">
      {list.status === "loading" && asking}
      {list.status === "loaded" && offered(list.items.length)}
      {list.status === "failed" && (
        <>
          {list.message} {withoutList}{" "}
          <button type="button" className={classes.link} onClick={retry}>
            Ask again
          </button>
        </>
      )}
    </p>
  );
}
