import { useEffect } from "react";

/**
 * When what calls this goes away, and the focus with it, the element of that id has it next: so the
 * keyboard keeps its place, and a screen reader says where it is.
 */
export function useFocusAfter(id: string): void {
  useEffect(
    () => () => {
      // What came in its place may have taken the focus by then.
      setTimeout(() => {
        if (document.activeElement === document.body) document.getElementById(id)?.focus();
      });
    },
    [id],
  );
}
