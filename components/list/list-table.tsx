import type { ReactNode } from "react";
import table from "@/components/list/table.module.css";

interface Props {
  /** Names the table for who cannot see it. */
  caption: string;
  columns: string[];
  /** Whether the rows end with what can be done to them. */
  hasActions: boolean;
  /** Of the page's own: how wide the columns are. */
  className: string | undefined;
  /** Its rows. */
  children: ReactNode;
}

/** A table whose order is given; on a phone a list of cards made of the same cells. */
export function ListTable({ caption, columns, hasActions, className, children }: Props) {
  return (
    <table className={`${table.table} ${className}`}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
          {hasActions && (
            <th scope="col">
              <span className={`${table.actions} visually-hidden`}>Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
