import { useEffect, useRef } from "react";

/** Nearer to the end than this, in pixels, the reader follows along. */
const followWithin = 48;

/** Keeps the end of a growing text in sight, unless the reader has scrolled away from it. */
export function useFollowing() {
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);

  useEffect(() => {
    if (!content.current) return;
    const observer = new ResizeObserver(() => {
      if (log.current && follows.current) log.current.scrollTop = log.current.scrollHeight;
    });
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  return {
    log,
    content,
    follow: () => {
      follows.current = true;
    },
    onScroll: () => {
      if (!log.current) return;
      const { scrollHeight, scrollTop, clientHeight } = log.current;
      follows.current = scrollHeight - scrollTop - clientHeight < followWithin;
    },
  };
}
