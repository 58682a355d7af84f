import Link from "next/link";
import { attentionCountCap } from "@/lib/api-keys/attention";
import type { Attention } from "@/lib/api-keys/schema";
import classes from "./attention-filters.module.css";
import { attentionCounts } from "./attention-wording";
import { type KeysQuery, keysHref } from "./query";

interface Props {
  query: KeysQuery;
  counts: Record<Attention, number>;
}

/** The keys that somebody should look at, by reason: links that narrow the list, and widen it again. */
export function AttentionFilters({ query, counts }: Props) {
  const shown = attentionCounts(counts, attentionCountCap).filter(
    ({ count, attention }) => count > 0 || attention === query.attention,
  );
  if (shown.length === 0) return null;
  const { search, sort, direction } = query;
  return (
    <nav className={classes.filters} aria-labelledby="needs-attention">
      <h2 id="needs-attention" className={classes.title}>
        Needs attention
      </h2>
      <ul className={classes.list}>
        {shown.map(({ attention, label, meaning, figure }) => {
          const isChosen = attention === query.attention;
          return (
            <li key={attention}>
              <Link
                href={keysHref({ search, sort, direction, attention: isChosen ? undefined : attention })}
                className={classes.filter}
                aria-current={isChosen ? "true" : undefined}
                title={meaning}
                prefetch={false}
                scroll={false}
              >
                {label}
                <span className={classes.count}>{figure}</span>
                {isChosen && <span className="visually-hidden">Chosen; show all keys again</span>}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
